// `kubectl describe service`, with the endpoints of each port.
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import { findEvents, writeEvents } from '../events.ts';
import { mapText, writeHead } from '../metadata.ts';
import { collectionPath, readObject, type Subject } from '../subject.ts';
import { DescriptionWriter } from '../writer.ts';
import { endpointsText } from './endpoints-text.ts';

export default async function describe(subject: Subject): Promise<string> {
  const service = await readObject<Service>(subject, 'api/v1', 'services');
  const slices = await slicesOf(subject, subject.namespace, subject.name).catch(() => []);
  const events = await findEvents(subject, service);
  const { spec } = service;
  const w = new DescriptionWriter();
  writeHead(w, service);
  w.row(0, 'Selector', mapText(spec?.selector));
  w.row(0, 'Type', spec?.type ?? '');
  writeAddresses(w, service);
  for (const port of spec?.ports ?? []) writePort(w, port, slices);
  writePolicies(w, spec);
  writeEvents(w, events, subject.now);
  return w.text();
}

export const slicesOf = async (
  { requests }: Subject,
  namespace: string,
  service: string,
): Promise<readonly EndpointSlice[]> => {
  const path = collectionPath('apis/discovery.k8s.io/v1', 'endpointslices', namespace);
  const query = { labelSelector: `kubernetes.io/service-name=${service}` };
  const { items } = await requests.json<{ readonly items?: readonly EndpointSlice[] | null }>({
    path,
    query,
  });
  return items ?? [];
};

function writeAddresses(w: DescriptionWriter, { spec, status }: Service): void {
  if (spec?.ipFamilyPolicy) w.row(0, 'IP Family Policy', spec.ipFamilyPolicy);
  w.row(0, 'IP Families', spec?.ipFamilies?.join(',') || '<none>');
  w.row(0, 'IP', spec?.clusterIP ?? '');
  w.row(0, 'IPs', spec?.clusterIPs?.join(',') || '<none>');
  if (spec?.externalIPs?.length) w.row(0, 'External IPs', spec.externalIPs.join(','));
  if (spec?.loadBalancerIP) w.row(0, 'Desired LoadBalancer IP', spec.loadBalancerIP);
  if (spec?.externalName) w.row(0, 'External Name', spec.externalName);
  const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, ipMode, hostname = '' }) =>
    ip ? `${ip}${ipMode ? ` (${ipMode})` : ''}` : hostname,
  );
  if (ingress.length > 0) w.row(0, 'LoadBalancer Ingress', ingress.join(', '));
}

type Port = NonNullable<NonNullable<Service['spec']>['ports']>[number];

function writePort(w: DescriptionWriter, port: Port, slices: readonly EndpointSlice[]): void {
  const { name = '', protocol = '', targetPort = 0, appProtocol, nodePort } = port;
  const shown = name || '<unset>';
  w.row(0, 'Port', `${shown}\t${port.port}/${protocol}`);
  w.row(0, 'TargetPort', `${targetPort}/${protocol}`);
  if (appProtocol !== undefined) w.row(0, 'AppProtocol', appProtocol);
  if (nodePort) w.row(0, 'NodePort', `${shown}\t${nodePort}/${protocol}`);
  w.row(0, 'Endpoints', endpointsText(slices, name));
}

function writePolicies(w: DescriptionWriter, spec: Service['spec']): void {
  w.row(0, 'Session Affinity', spec?.sessionAffinity ?? '');
  if (spec?.externalTrafficPolicy) w.row(0, 'External Traffic Policy', spec.externalTrafficPolicy);
  if (spec?.internalTrafficPolicy) w.row(0, 'Internal Traffic Policy', spec.internalTrafficPolicy);
  if (spec?.healthCheckNodePort) w.row(0, 'HealthCheck NodePort', spec.healthCheckNodePort);
  if (spec?.loadBalancerSourceRanges?.length)
    w.row(0, 'LoadBalancer Source Ranges', spec.loadBalancerSourceRanges.join(','));
  if (spec?.trafficDistribution) w.row(0, 'Traffic Distribution', spec.trafficDistribution);
}
