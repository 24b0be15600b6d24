// Descriptions of Ingresses, with the endpoints behind each path, and of IngressClasses.
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { Ingress, IngressBackend } from '../../../api/kinds/networking/v1/ingress.ts';
import type { IngressClass } from '../../../api/kinds/networking/v1/ingress-class.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { findEvents, writeEvents } from '../events.ts';
import { writeAnnotations, writeClusterHead, writeLabels } from '../metadata.ts';
import { readNamed, readObject, type Subject } from '../subject.ts';
import { DescriptionWriter } from '../writer.ts';
import { endpointsText } from './endpoints-text.ts';
import { slicesOf } from './service.ts';

export async function ingress(subject: Subject): Promise<string> {
  const described = await readObject<Ingress>(subject, 'apis/networking.k8s.io/v1', 'ingresses');
  const events = await findEvents(subject, described);
  const { metadata, spec, status } = described;
  const w = new DescriptionWriter();
  w.row(0, 'Name', metadata?.name ?? '');
  writeLabels(w, 'Labels', metadata?.labels);
  w.row(0, 'Namespace', metadata?.namespace ?? '');
  const addresses = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || []);
  w.row(0, 'Address', [...new Set(addresses)].sort().join(','));
  w.row(0, 'Ingress Class', spec?.ingressClassName ?? '<none>');
  const byDefault = spec?.defaultBackend ? await backendText(subject, spec.defaultBackend) : '<default>';
  w.row(0, 'Default backend', byDefault);
  if (spec?.tls?.length) w.write(0, 'TLS:\n');
  for (const { secretName, hosts = [] } of spec?.tls ?? [])
    w.write(
      1,
      secretName ? `${secretName} terminates ${hosts.join(',')}\n` : `SNI routes ${hosts.join(',')}\n`,
    );
  w.write(0, 'Rules:\n  Host\tPath\tBackends\n');
  w.cells(1, '----', '----', '--------');
  const rules = (spec?.rules ?? []).filter(({ http }) => http);
  for (const { host, http } of rules) {
    w.cells(1, host || '*', '');
    for (const { path = '', backend } of http?.paths ?? [])
      w.write(2, `\t${path} \t${await backendText(subject, backend)}\n`);
  }
  if (rules.length === 0) w.cells(1, '*', '*', byDefault);
  writeAnnotations(w, 'Annotations', metadata?.annotations);
  writeEvents(w, events, subject.now);
  return w.text();
}

async function backendText(subject: Subject, { service, resource }: IngressBackend): Promise<string> {
  if (!service)
    return resource
      ? `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`
      : '';
  const { name, port } = service;
  const text = `${name}:${port?.number || (port?.name ?? '')}`;
  try {
    const slices = await slicesOf(subject, subject.namespace, name);
    const { spec } = await readNamed<Service>(subject, 'api/v1', 'services', name, subject.namespace);
    const found = spec?.ports?.findLast((one) =>
      port?.number ? port.number === one.port : port?.name !== undefined && port.name === one.name,
    );
    return `${text} (${endpointsText(slices, found?.name ?? '')})`;
  } catch (error) {
    return `${text} (<error: ${messageOf(error)}>)`;
  }
}

export async function ingressClass(subject: Subject): Promise<string> {
  const described = await readObject<IngressClass>(
    subject,
    'apis/networking.k8s.io/v1',
    'ingressclasses',
    false,
  );
  const events = await findEvents(subject, described);
  const w = new DescriptionWriter();
  writeClusterHead(w, described);
  w.row(0, 'Controller', described.spec?.controller ?? '');
  const parameters = described.spec?.parameters;
  if (parameters) {
    w.write(0, 'Parameters:\n');
    if (parameters.apiGroup !== undefined) w.row(1, 'APIGroup', parameters.apiGroup);
    w.row(1, 'Kind', parameters.kind);
    w.row(1, 'Name', parameters.name);
  }
  writeEvents(w, events, subject.now);
  return w.text();
}
