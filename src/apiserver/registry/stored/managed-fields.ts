// Updates metadata.managedFields on every write that is not an apply (apply does so in its transform).
// As upstream, this comes before admission: fields that plug-ins and strategies set later have no manager.
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { updating } from '../../../api/patch/apply/field-manager.ts';
import { run } from '../../../api/patch/apply/versions.ts';
import type { Eventual } from '../eventual.ts';
import type { ResourceDescription } from '../resource.ts';
import type { WriteContext } from '../write-context.ts';

/** A promise if a webhook converts what managers have written in other versions. If it fails there are no managers any more, as
 *  upstream: the write does not depend on them. */
export function tracked<T extends KubeObject>(
  { kind, versions }: ResourceDescription,
  updated: T,
  live: T | undefined,
  { fieldManager: manager, subresource, now, pace }: WriteContext,
): Eventual<T> {
  const input = { kind, live, updated, manager, subresource, now: Date.parse(now) };
  const result = run(updating(input), versions, pace);
  return result instanceof Promise ? result.catch(() => withoutManagers(updated)) : result;
}

function withoutManagers<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
