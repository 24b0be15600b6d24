// Creates the missing built-in objects, and the `kubernetes` service with this server as its endpoint. Called once by
// api-server.ts when the server starts. Admission is skipped, since it depends on some of these objects.
// Upstream: pkg/controlplane/controller/{kubernetesservice,clusterauthenticationtrust}, pkg/registry/rbac/rest.
import { SERVICE_NAME_LABEL } from '../../api/endpoints/slices.ts';
import type { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import type { Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { Scheme } from '../../api/scheme/scheme.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Transform } from '../registry/resource.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { ownWrite } from '../registry/write-context.ts';
import { firstAddress } from '../strategies/service-pools.ts';
import { builtInObjects } from './built-in-objects.ts';

export interface InstallOptions {
  readonly resources: ResourceTable;
  readonly clock: Clock;
  /** The range of cluster IPs; its first address is that of the `kubernetes` service. */
  readonly serviceCidr: string;
  /** The address at which pods reach this server; without it, the service has no endpoints. */
  readonly advertise?: { readonly address: string; readonly port: number };
  /** PEM of the CAs of client and front proxy certificates, published for aggregated API servers. */
  readonly clientCa?: string;
  readonly frontProxyCa?: string;
}

export async function install(options: InstallOptions): Promise<void> {
  const scheme = new Scheme();
  const resourceOf = ({ apiVersion, kind }: KubeObject): StoredResource =>
    options.resources.stored(scheme.kind(apiVersion, kind)!);
  const missing = [...builtInObjects(), ...ownObjects(options)].filter((object) => {
    const { namespace = '', name = '' } = object.metadata;
    return !resourceOf(object).cache.entry(namespace, name);
  });
  await Promise.all(missing.map((object) => createMissing(options, resourceOf(object), object)));
  await Promise.all(endpointsOf(options).map((object) => put(options, resourceOf(object), object)));
}

/** An object that another server has created meanwhile is not changed. */
function createMissing(
  options: InstallOptions,
  resource: StoredResource,
  object: KubeObject,
): Promise<unknown> {
  return write(options, resource, object, (current) => current?.() ?? structuredClone(object));
}

function put(options: InstallOptions, resource: StoredResource, object: KubeObject): Promise<unknown> {
  return write(options, resource, object, () => structuredClone(object));
}

/** Mode `apply` creates missing objects and does not set managedFields: built-in objects have no field manager. */
function write(
  { clock }: InstallOptions,
  resource: StoredResource,
  { metadata }: KubeObject,
  transform: Transform,
): Promise<unknown> {
  const context = ownWrite(clock, metadata.namespace ?? '');
  return resource.withoutAdmission().update(metadata.name!, transform, context, 'apply');
}

const PORT = { name: 'https', protocol: 'TCP' } as const;
const LABELS = { component: 'apiserver', provider: 'kubernetes' };

function ownObjects({ serviceCidr, advertise, clientCa, frontProxyCa }: InstallOptions): KubeObject[] {
  const serviceAddress = firstAddress(serviceCidr);
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels: LABELS },
    spec: {
      type: 'ClusterIP',
      clusterIP: serviceAddress,
      clusterIPs: [serviceAddress],
      ports: [{ ...PORT, port: 443, targetPort: advertise?.port ?? 6443 }],
      sessionAffinity: 'None',
    },
  };
  const authentication: ConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
    data: {
      ...(clientCa && { 'client-ca-file': clientCa }),
      ...(frontProxyCa && {
        'requestheader-allowed-names': '["front-proxy-client"]',
        'requestheader-client-ca-file': frontProxyCa,
        'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
        'requestheader-group-headers': '["X-Remote-Group"]',
        'requestheader-username-headers': '["X-Remote-User"]',
      }),
    },
  };
  const range: ServiceCIDR = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'kubernetes' },
    spec: { cidrs: [serviceCidr] },
  };
  return [service, authentication, range];
}

/** The endpoints of the `kubernetes` service; written on every start, since the address may have changed. */
function endpointsOf({ advertise }: InstallOptions): KubeObject[] {
  // Validation refuses loopback addresses in Endpoints: only this host could reach them.
  if (!advertise || advertise.address.startsWith('127.')) return [];
  const { address, port } = advertise;
  const endpoints: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
    },
    subsets: [{ addresses: [{ ip: address }], ports: [{ ...PORT, port }] }],
  };
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { [SERVICE_NAME_LABEL]: 'kubernetes' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ ...PORT, port }],
  };
  return [endpoints, slice];
}
