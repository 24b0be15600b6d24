// The kinds of objects that clients write, and where the unique value of each version stands: in an annotation, so that every
// verb can set it on every kind.
import type { Version } from '../history.ts';

export interface Resource {
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** The rest of an object of this kind that must be there. */
  readonly content?: (namespace: string) => object;
}

export const configMaps: Resource = { name: 'configmaps', apiVersion: 'v1', kind: 'ConfigMap' };
export const leases: Resource = { name: 'leases', apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };
export const events: Resource = {
  name: 'events',
  apiVersion: 'v1',
  kind: 'Event',
  content: (namespace) => ({ involvedObject: { namespace }, reason: 'Tested', type: 'Normal' }),
};
export const serviceAccounts: Resource = {
  name: 'serviceaccounts',
  apiVersion: 'v1',
  kind: 'ServiceAccount',
};

/** The store deletes them when their time to live is over. */
export const EXPIRING = [events.name];

const VALUE = 'robustness.test/value';

export const pathOf = ({ apiVersion, name }: Resource, namespace: string, object = ''): string => {
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${base}/namespaces/${namespace}/${name}${object && `/${object}`}`;
};

export function objectOf(
  resource: Resource,
  namespace: string,
  name: string,
  value: string,
  revision?: number,
) {
  return {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: {
      name,
      annotations: { [VALUE]: value },
      ...(revision !== undefined && { resourceVersion: String(revision) }),
    },
    ...resource.content?.(namespace),
  };
}

/** The version that an object from the wire is; undefined for objects that are not the test's. */
// biome-ignore lint/suspicious/noExplicitAny: an object as it came over the wire
export function versionOf(resource: string, object: any): Version | undefined {
  const { name, uid, resourceVersion, annotations } = object.metadata;
  const value = annotations?.[VALUE];
  if (value === undefined) return undefined;
  return { key: `${resource}/${name}`, revision: Number(resourceVersion), uid, value };
}
