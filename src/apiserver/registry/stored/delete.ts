// Deletion of one object: preconditions, admission, propagation policy as finalizers, graceful termination, removal.
// The garbage collector acts on the finalizers set here; the kubelet stops a pod and then deletes it with grace period 0.
// Upstream: Store.Delete in registry/generic/registry/store.go and BeforeDelete in registry/rest/delete.go (k8s.io/apiserver).
import { normalize } from '../../../api/codec/normalize.ts';
import type { DeleteOptions } from '../../../api/meta/v1/delete-options.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { conflict, notFound } from '../../../api/status/status-error.ts';
import { rfc3339 } from '../../../kit/clock.ts';
import { ConflictError, type Entry } from '../../../store/store.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { type Deleted, type ResourceDescription, targetOf } from '../resource.ts';
import type { WriteContext } from '../write-context.ts';
import { mayLeave } from './ending.ts';
import { setPropagation } from './propagation.ts';
import type { Storage } from './storage.ts';

export async function remove<T extends KubeObject>(
  storage: Storage<T>,
  name: string,
  options: DeleteOptions,
  write: WriteContext,
): Promise<Deleted<T>> {
  const { cache, strategy } = storage;
  const warning = strategy.deletionWarning?.(options);
  if (warning) write.warn(warning);
  // Ends: a conflict means that another write of this object succeeded.
  for (;;) {
    const barrier = cache.store.barrier();
    if (barrier) await barrier;
    const entry = cache.entry(write.namespace, name);
    if (!entry) throw notFound(targetOf(storage.resource), name);
    try {
      return await removeVersion(storage, entry, options, write);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

async function removeVersion<T extends KubeObject>(
  storage: Storage<T>,
  entry: Entry,
  options: DeleteOptions,
  write: WriteContext,
): Promise<Deleted<T>> {
  const { resource, cache, admission, strategy } = storage;
  const reading = cache.ready([entry]);
  if (reading) await reading;
  const known = cache.shared(entry);
  const old = known ?? cache.decode(entry);
  checkPreconditions(resource, old, options);
  const { kind } = resource;
  const name = old.metadata.name!;
  const attributes: AdmissionAttributes = {
    ...write,
    operation: 'DELETE',
    kind,
    schema: kind,
    name,
    object: undefined,
    old,
  };
  const admitting = admission.admit(attributes);
  if (admitting) await admitting;
  const validating = admission.validate(attributes);
  if (validating) await validating;
  // Only metadata is changed in place (Strategy.markDeleted).
  const object = { ...old, metadata: { ...old.metadata } };
  const changed = markForDeletion(storage, object, options);
  if (mayLeave(strategy, object)) return erase(storage, entry, object, write);
  if (!changed) return { item: cache.itemOf(entry), gone: false, returned: true };
  const encoding = cache.encodeStored(normalize(kind, object, known));
  const { bytes, item, onEntry } = encoding instanceof Promise ? await encoding : encoding;
  if (write.dryRun) return { item: item(entry.revision), gone: false, returned: true };
  const written = await cache.store.update(entry.key, entry.revision, bytes, { onEntry, frees: true });
  return { item: await cache.itemWhenReady(written), gone: false, returned: true };
}

async function erase<T extends KubeObject>(
  { cache, strategy }: Storage<T>,
  entry: Entry,
  object: T,
  { dryRun }: WriteContext,
): Promise<Deleted<T>> {
  const deleted = { item: cache.itemOf(entry), gone: true, returned: strategy.returnsDeleted === true };
  if (dryRun) return deleted;
  await cache.store.delete(entry.key, entry.revision);
  await strategy.afterDelete?.(object);
  return deleted;
}

export function checkPreconditions(
  resource: ResourceDescription,
  { metadata }: KubeObject,
  { preconditions }: DeleteOptions,
): void {
  const compare = (what: string, wanted: string | undefined, is: string | undefined) => {
    if (wanted === undefined || wanted === is) return;
    throw conflict(
      targetOf(resource),
      metadata.name!,
      `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${is}`,
    );
  };
  compare('UID', preconditions?.uid, metadata.uid);
  compare('ResourceVersion', preconditions?.resourceVersion, metadata.resourceVersion);
}

/** Sets deletionTimestamp, grace period and propagation finalizers; false if nothing changed. */
function markForDeletion<T extends KubeObject>(
  { clock, strategy }: Storage<T>,
  object: T,
  options: DeleteOptions,
): boolean {
  const { metadata } = object;
  const state = () => JSON.stringify([metadata.finalizers, metadata.deletionTimestamp]);
  const before = state();
  setPropagation(metadata, options, strategy.orphanByDefault === true);
  const grace = strategy.gracePeriod?.(object, options) ?? 0;
  if (!metadata.deletionTimestamp) {
    if (metadata.generation) metadata.generation++;
    metadata.deletionTimestamp = endOf(clock.now(), grace);
    metadata.deletionGracePeriodSeconds = grace;
    strategy.markDeleted?.(object);
  } else if (grace < (metadata.deletionGracePeriodSeconds ?? 0)) shorten(metadata, grace);
  return before !== state();
}

/** A repeated deletion can only shorten the grace period, which still counts from the first deletion. */
function shorten(metadata: KubeObject['metadata'], grace: number): void {
  const began =
    Date.parse(metadata.deletionTimestamp!) - Number(metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  metadata.deletionTimestamp = endOf(began, grace);
  metadata.deletionGracePeriodSeconds = grace;
}

/** Milliseconds of the last moment that a timestamp can name. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59);

/** When a period of seconds ends, which may be longer than any clock runs. */
const endOf = (began: number, seconds: number): string =>
  rfc3339(Math.min(began + Number(seconds) * 1000, LAST));
