// Who manages which field: brings metadata.managedFields up to date on every write that is not an apply.
// As upstream, what admission and the strategies add afterwards belongs to nobody.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { updateManagedFields } from '../../api/patch/apply/field-manager.ts';
import type { AnyObject } from './strategy.ts';
import type { WriteContext } from './write-context.ts';

export function tracked(
  kind: AnyResource,
  updated: AnyObject,
  live: AnyObject | undefined,
  { fieldManager: manager, subresource, now }: WriteContext,
): AnyObject {
  return updateManagedFields({ kind, live, updated, manager, subresource, now: Date.parse(now) });
}
