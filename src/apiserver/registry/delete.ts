// Deletion: preconditions, propagation policy as finalizers, graceful ends, and the removal itself.
// The garbage collector acts on the finalizers set here; the kubelet ends pods and deletes them with grace 0.
import type { DeleteOptions } from '../../api/meta/v1/delete-options.ts';
import { conflict, notFound } from '../../api/status/status-error.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { ConflictError, type Entry } from '../../store/store.ts';
import type { Item } from '../watch-cache/item.ts';
import { endsWith } from './ending.ts';
import type { Machinery } from './machinery.ts';
import { stored } from './rules.ts';
import { type Served, targetOf } from './served.ts';
import type { AnyObject } from './strategy.ts';
import type { WriteContext } from './write-context.ts';

export interface Deleted {
  readonly item: Item;
  /** False when the object is still there, waiting for finalizers or its end. */
  readonly gone: boolean;
}

export async function remove(
  machinery: Machinery,
  served: Served,
  name: string,
  options: DeleteOptions,
  context: WriteContext,
): Promise<Deleted> {
  for (;;) {
    const entry = served.cache.entry(context.namespace, name);
    if (!entry) throw notFound(targetOf(served), name);
    try {
      return await removeVersion(machinery, served, entry, options, context);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

async function removeVersion(
  machinery: Machinery,
  served: Served,
  entry: Entry,
  options: DeleteOptions,
  context: WriteContext,
): Promise<Deleted> {
  const object = served.cache.decode(entry) as AnyObject;
  checkPreconditions(served, object, options);
  const attributes = {
    operation: 'DELETE',
    served,
    name: object.metadata.name!,
    context,
    object: undefined,
    old: object,
  } as const;
  const admitting = machinery.admission.admit(attributes);
  if (admitting) await admitting;
  const validating = machinery.admission.validate(attributes);
  if (validating) await validating;
  const changed = markForDeletion(machinery, served, object, options);
  if (endsWith(served, object)) return erase(machinery, served, entry, object, context);
  if (!changed) return { item: served.cache.itemOf(entry), gone: false };
  const encode = served.cache.encoder(stored(served.kind, object));
  if (context.dryRun) return { item: served.cache.itemOf({ value: encode(entry.revision) }), gone: false };
  const written = await machinery.store.update(entry.key, entry.revision, encode);
  return { item: served.cache.itemOf(written), gone: false };
}

async function erase(
  { store }: Machinery,
  { cache, strategy }: Served,
  entry: Entry,
  object: AnyObject,
  context: WriteContext,
): Promise<Deleted> {
  const item = cache.itemOf(entry);
  if (context.dryRun) return { item, gone: true };
  await store.delete(entry.key, entry.revision);
  strategy.afterDelete?.(object);
  return { item, gone: true };
}

function checkPreconditions(served: Served, { metadata }: AnyObject, { preconditions }: DeleteOptions): void {
  const compare = (what: string, wanted: string | undefined, is: string | undefined) => {
    if (wanted === undefined || wanted === is) return;
    throw conflict(
      targetOf(served),
      metadata.name!,
      `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${is}`,
    );
  };
  compare('UID', preconditions?.uid, metadata.uid);
  compare('ResourceVersion', preconditions?.resourceVersion, metadata.resourceVersion);
}

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** Sets what says that the object is being deleted; false when it said all that before. */
function markForDeletion(
  { clock }: Machinery,
  { strategy }: Served,
  object: AnyObject,
  options: DeleteOptions,
): boolean {
  const { metadata } = object;
  const before = JSON.stringify([metadata.finalizers, metadata.deletionTimestamp]);
  setPropagation(metadata, options, strategy.orphanByDefault === true);
  const grace = strategy.gracePeriod?.(object, options) ?? 0;
  if (!metadata.deletionTimestamp) {
    if (metadata.generation) metadata.generation++;
    metadata.deletionTimestamp = rfc3339(clock.now() + grace * 1000);
    metadata.deletionGracePeriodSeconds = grace;
    strategy.markDeleted?.(object);
  } else if (grace < (metadata.deletionGracePeriodSeconds ?? 0)) shorten(metadata, grace);
  return before !== JSON.stringify([metadata.finalizers, metadata.deletionTimestamp]);
}

/** A shorter grace period counts from when the deletion began. */
function shorten(metadata: AnyObject['metadata'], grace: number): void {
  const began = Date.parse(metadata.deletionTimestamp!) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  metadata.deletionTimestamp = rfc3339(began + grace * 1000);
  metadata.deletionGracePeriodSeconds = grace;
}

function setPropagation(
  metadata: AnyObject['metadata'],
  options: DeleteOptions,
  orphanByDefault: boolean,
): void {
  const had = metadata.finalizers ?? [];
  const policy = policyOf(options, had, orphanByDefault);
  const others = had.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND);
  if (policy === 'Orphan') others.push(ORPHAN);
  if (policy === 'Foreground') others.push(FOREGROUND);
  if (others.length > 0) metadata.finalizers = others;
  else delete metadata.finalizers;
}

function policyOf(options: DeleteOptions, finalizers: readonly string[], orphanByDefault: boolean): string {
  if (options.orphanDependents !== undefined) return options.orphanDependents ? 'Orphan' : 'Background';
  if (options.propagationPolicy) return options.propagationPolicy;
  if (finalizers.includes(ORPHAN)) return 'Orphan';
  if (finalizers.includes(FOREGROUND)) return 'Foreground';
  return orphanByDefault ? 'Orphan' : 'Background';
}
