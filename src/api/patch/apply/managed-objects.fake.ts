// Objects with managed fields for the tests of this folder: created, updated and applied at one fixed time.
import type { ManagedFieldsEntry } from '../../meta/v1/object-meta.ts';
import type { AnyResource, KubeObject } from '../../meta/v1/resource.ts';
import { applyPatch, updateManagedFields } from './field-manager.ts';

export const t0 = Date.parse('2026-01-01T00:00:00Z');

export interface Loose extends KubeObject {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  data?: Record<string, string>;
}
export const object = (kind: AnyResource, body: Record<string, unknown>): Loose => {
  const { group, version, kind: name } = kind.resource;
  return {
    apiVersion: group ? `${group}/${version}` : version,
    kind: name,
    ...body,
    metadata: { name: 'x', namespace: 'default', ...(body.metadata as object) },
  };
};

export const stored = (o: KubeObject): Loose => ({
  ...o,
  metadata: { ...o.metadata, uid: 'u1', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
});
export const create = (kind: AnyResource, body: Record<string, unknown>, manager = 'kubectl') =>
  stored(updateManagedFields({ kind, live: undefined, updated: object(kind, body), manager, now: t0 }));
export const apply = (
  kind: AnyResource,
  live: Loose | undefined,
  body: Record<string, unknown>,
  options: { manager?: string; force?: boolean; now?: number } = {},
) => applyPatch({ kind, live, patch: object(kind, body), manager: 'alice', now: t0, ...options }) as Loose;
export const owner = (o: KubeObject, manager: string): ManagedFieldsEntry | undefined =>
  o.metadata.managedFields?.find((entry) => entry.manager === manager);
export const fields = (o: KubeObject, manager: string) => owner(o, manager)?.fieldsV1;
