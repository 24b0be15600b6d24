// Who manages which field: metadata.managedFields after each kind of write.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { AnyObject } from './strategy.ts';
import type { WriteContext } from './write-context.ts';

export function trackCreate(_kind: AnyResource, _object: AnyObject, _context: WriteContext): void {}

export function trackUpdate(
  _kind: AnyResource,
  object: AnyObject,
  old: AnyObject,
  _context: WriteContext,
): void {
  if (old.metadata.managedFields) object.metadata.managedFields = old.metadata.managedFields;
}
