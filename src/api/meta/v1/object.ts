// Accessors for the metadata of objects.
import type { OwnerReference } from './object-meta.ts';
import { type AnyResource, apiVersionOf, type KubeObject } from './resource.ts';

/** Anything with metadata, parsed or typed. */
export interface HasMetadata {
  readonly metadata?: KubeObject['metadata'];
}

export const nameOf = (object: HasMetadata): string => object.metadata?.name ?? '';
export const namespaceOf = (object: HasMetadata): string => object.metadata?.namespace ?? '';
export const uidOf = (object: HasMetadata): string => object.metadata?.uid ?? '';
export const labelsOf = (object: HasMetadata): Readonly<Record<string, string>> =>
  object.metadata?.labels ?? {};

/** Deletion has begun; finalizers, or a pod's grace period, still keep the object. It cannot be undone. */
export const isBeingDeleted = (object: HasMetadata): boolean =>
  object.metadata?.deletionTimestamp !== undefined;

/** `namespace/name`, or `name` of a cluster-scoped object: the key of caches and work queues. */
export function keyOf(object: HasMetadata): string {
  const namespace = object.metadata?.namespace;
  return namespace ? `${namespace}/${nameOf(object)}` : nameOf(object);
}

/** The inverse of keyOf. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return slash < 0
    ? { namespace: '', name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The owner reference of the managing controller, if there is one. */
export function controllerOf(object: HasMetadata): OwnerReference | undefined {
  return object.metadata?.ownerReferences?.find((owner) => owner.controller);
}

/** An owner reference that marks `owner` as the managing controller. */
export function controllerReference(kind: AnyResource, owner: HasMetadata): OwnerReference {
  return {
    apiVersion: apiVersionOf(kind.resource),
    kind: kind.resource.kind,
    name: nameOf(owner),
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Whether `a` is a later version than `b` of the same resource. */
export const isNewer = (a: HasMetadata, b: HasMetadata): boolean =>
  BigInt(a.metadata?.resourceVersion || '0') > BigInt(b.metadata?.resourceVersion || '0');
