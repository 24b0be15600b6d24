// Puts what every cluster has into the store: the built-in objects that are missing, and the `kubernetes` service, which is
// this server. Called once when the server starts; admission is not asked, for it may need these very objects.

import { SERVICE_NAME_LABEL } from '../../api/endpoints/slices.ts';
import type { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import type { Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Scheme } from '../../api/scheme/scheme.ts';
import { isAlreadyExists } from '../../api/status/status-error.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { admitsAll } from '../registry/admission.ts';
import { create } from '../registry/create.ts';
import type { Machinery } from '../registry/machinery.ts';
import type { Registries } from '../registry/registries.ts';
import type { Served } from '../registry/served.ts';
import type { AnyObject } from '../registry/strategy.ts';
import { update } from '../registry/update.ts';
import type { WriteContext } from '../registry/write-context.ts';
import { firstAddress } from '../strategies/service-pools.ts';
import { builtInObjects } from './built-in-objects.ts';

export interface InstallOptions {
  readonly machinery: Machinery;
  readonly scheme: Scheme;
  readonly registries: Registries;
  /** The range of cluster IPs; its first address is this server's. */
  readonly serviceCidr: string;
  /** Where pods reach this server; without it, the service has no endpoints. */
  readonly advertise?: { readonly address: string; readonly port: number };
  /** PEM, for those who check the front proxy's and clients' certificates. */
  readonly clientCa?: string;
  readonly frontProxyCa?: string;
}

const API_SERVER = { name: 'system:apiserver', groups: ['system:masters'] };

export async function install(options: InstallOptions): Promise<void> {
  const { scheme, registries } = options;
  const servedOf = ({ apiVersion, kind }: KubeObject): Served =>
    registries.of(scheme.kind(apiVersion, kind)!);
  const missing = [...builtInObjects(), ...ownObjects(options)].filter((object) => {
    const { namespace = '', name = '' } = object.metadata;
    return !servedOf(object).cache.entry(namespace, name);
  });
  await Promise.all(missing.map((object) => make(options, servedOf(object), object)));
  await Promise.all(endpointsOf(options).map((object) => put(options, servedOf(object), object)));
}

function contextFor({ machinery }: InstallOptions, namespace: string): WriteContext {
  return {
    user: API_SERVER,
    namespace,
    subresource: '',
    dryRun: false,
    fieldManager: 'kube-apiserver',
    warn: () => {},
    now: rfc3339(machinery.clock.now()),
  };
}

async function make(options: InstallOptions, served: Served, object: KubeObject): Promise<void> {
  const machinery = { ...options.machinery, admission: admitsAll };
  const context = contextFor(options, object.metadata.namespace ?? '');
  try {
    await create(machinery, served, structuredClone(object) as AnyObject, context, { managed: true });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

async function put(options: InstallOptions, served: Served, object: KubeObject): Promise<void> {
  const machinery = { ...options.machinery, admission: admitsAll };
  const context = contextFor(options, object.metadata.namespace ?? '');
  const transform = () => structuredClone(object) as AnyObject;
  await update(machinery, served, object.metadata.name!, transform, context, {
    mayCreate: true,
    managed: true,
  });
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

/** Where the `kubernetes` service leads; written on every start, since the address may be another one. */
function endpointsOf({ advertise }: InstallOptions): KubeObject[] {
  // Endpoints may not name the loopback range: nobody else could reach it.
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
