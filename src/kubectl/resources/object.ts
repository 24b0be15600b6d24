// An object of the API as JSON, of any kind: what verbs read, change and send. Integers beyond 2^53 are bigint.

export interface Metadata {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string | null;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
  managedFields?: unknown[];
  [field: string]: unknown;
}

export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata?: Metadata;
  [field: string]: unknown;
}

export interface KubeList extends KubeObject {
  items: KubeObject[];
}

/** Any kind whose name ends in List and that has items. */
export const isList = (object: KubeObject): object is KubeList =>
  Array.isArray(object.items) || (object.kind?.endsWith('List') === true && 'items' in object);

/** `apps/v1` → apps and v1; `v1` → the group '' and v1. */
export function groupVersionOf(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
