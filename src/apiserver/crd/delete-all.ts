// Deletes all objects of a custom kind whose definition is being deleted, in the storage version. Called by custom-kinds.ts.
// Upstream: deleteInstances in apiextensions-apiserver/pkg/controller/finalizer/crd_finalizer.go.

import { isNotFound } from '../../api/status/status-error.ts';
import type { Clock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { ownWrite } from '../registry/write-context.ts';
import type { Item } from '../watch-cache/item.ts';
import { select } from '../watch-cache/selection.ts';

/** With the message of the condition. */
export class DeletionError extends Error {}

/** Objects with finalizers stay. Throws a DeletionError with upstream's words if objects cannot be listed or deleted. */
export async function deleteAll(resource: StoredResource, clock: Clock): Promise<void> {
  const errors = new Set<string>();
  for (const { name, namespace } of await listAll(resource)) {
    try {
      await resource.delete(name, {}, ownWrite(clock, namespace));
    } catch (error) {
      if (!isNotFound(error)) errors.add(messageOf(error));
    }
  }
  if (errors.size > 0) throw new DeletionError(`could not issue all deletes: ${aggregate([...errors])}`);
}

async function listAll(resource: StoredResource): Promise<readonly Item[]> {
  try {
    const all = { limit: 0, continue: '', resourceVersion: '', resourceVersionMatch: '' };
    return (await resource.list(select(resource.kind, '', {}), all)).items;
  } catch (error) {
    throw new DeletionError(`could not list instances: ${messageOf(error)}`, { cause: error });
  }
}

const aggregate = (texts: readonly string[]): string =>
  texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
