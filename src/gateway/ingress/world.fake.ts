// Ingresses and what they name, for tests: every Service exists and has one endpoint.
import type { Secret } from '../../api/kinds/core/v1/secret.ts';
import type { HTTPIngressPath, Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import { PREFIX } from './annotations/read.ts';
import type { World } from './world.ts';

/** Path, its type, and the Service. */
export type PathOf = readonly [path: string, pathType: HTTPIngressPath['pathType'], service: string];

export function anIngress(
  name: string,
  host: string,
  paths: readonly PathOf[],
  { annotations = {}, ...spec }: { annotations?: Record<string, string> } & Ingress['spec'] = {},
): Ingress {
  const prefixed = Object.entries(annotations).map(([key, value]) => [PREFIX + key, value]);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'ns', uid: name, annotations: Object.fromEntries(prefixed) },
    spec: { rules: [{ ...(host && { host }), http: { paths: paths.map(aPath) } }], ...spec },
  };
}

const aPath = ([path, pathType, service]: PathOf): HTTPIngressPath => ({
  path,
  pathType,
  backend: { service: { name: service, port: { number: 80 } } },
});

export const aWorld = (
  ingresses: readonly Ingress[],
  secrets: Readonly<Record<string, Secret>> = {},
): World => ({
  ingresses,
  service: (namespace, name) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { ports: [{ name: 'http', port: 80 }] },
  }),
  slices: (namespace, name) => [
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, namespace },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080 }],
      endpoints: [{ addresses: ['10.1.0.1'] }],
    },
  ],
  reaches: () => true,
  secret: (_, name) => secrets[name],
});

export const aSecret = (name: string, data: Readonly<Record<string, string>>): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'ns' },
  data: Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  ),
});
