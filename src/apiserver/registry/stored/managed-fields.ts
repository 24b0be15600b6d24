// Updates metadata.managedFields on every write that is not an apply (apply does so in its transform).
// As upstream, this comes before admission: fields that plug-ins and strategies set later have no manager.
import type { AnyResource, KubeObject } from '../../../api/meta/v1/resource.ts';
import { updateManagedFields } from '../../../api/patch/apply/field-manager.ts';
import type { WriteContext } from '../write-context.ts';

export function tracked<T extends KubeObject>(
  kind: AnyResource,
  updated: T,
  live: T | undefined,
  { fieldManager: manager, subresource, now }: WriteContext,
): T {
  return updateManagedFields({ kind, live, updated, manager, subresource, now: Date.parse(now) });
}
