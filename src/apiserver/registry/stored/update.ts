// Update of one object, for PUT, PATCH, apply and the writes of subresources. Called by StoredResource.
// The transform makes the new object from the newest stored one. If another write was stored in between, everything from the
// transform on runs again: an update with a resourceVersion then fails with a 409, one without is stored in the end.
// Upstream: Store.Update and GuaranteedUpdate (staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go).
import { applyDefaults } from '../../../api/defaults/apply-defaults.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { type FieldError, notFound, StatusError } from '../../../api/status/status-error.ts';
import { updateErrors, validateStatusUpdate } from '../../../api/validation/validate.ts';
import { warningsOf } from '../../../api/warnings/warnings.ts';
import { paced } from '../../../kit/clock.ts';
import { addAll } from '../../../kit/lists.ts';
import { ConflictError, type Entry } from '../../../store/store.ts';
import type { Item } from '../../watch-cache/item.ts';
import type { Encoded } from '../../watch-cache/resource-cache.ts';
import type { AdmissionAttributes } from '../admission.ts';
import type { Eventual } from '../eventual.ts';
import { type Shown, type Transform, targetOf, type Updated, type UpdateMode } from '../resource.ts';
import type { WriteContext } from '../write-context.ts';
import { create, refuseInvalid } from './create.ts';
import { encodeStorable } from './encode-storable.ts';
import { mayLeave } from './ending.ts';
import { checkIdentity, checkVersion } from './identity.ts';
import { tracked } from './managed-fields.ts';
import type { Storage } from './storage.ts';
import { desiredStateChanged, keepSystemFields, restore, restoreAllBut } from './unchangeable.ts';
import { isUnchanged } from './unchanged.ts';

export interface UpdateRequest<T extends KubeObject> {
  readonly name: string;
  readonly transform: Transform<T>;
  readonly mode: UpdateMode;
  /** What admission sees in place of the object; the object itself by default. */
  readonly shown?: Shown<T> | undefined;
}

export async function update<T extends KubeObject>(
  storage: Storage<T>,
  request: UpdateRequest<T>,
  write: WriteContext,
): Promise<Updated<T>> {
  const { cache } = storage;
  let shares = true;
  for (;;) {
    // On a retry too: the write that caused the conflict may come from another server that shares the store.
    const barrier = cache.store.barrier();
    if (barrier) await barrier;
    const entry = cache.entry(write.namespace, request.name);
    if (!entry) return { item: await createMissing(storage, request, write), created: true };
    try {
      return { item: await replace(storage, entry, request, write, shares), created: false };
    } catch (error) {
      if (shares && changesShared(error)) shares = false;
      else if (!(error instanceof ConflictError)) throw error;
    }
  }
}

/** Whether a rule tried to change a part of the stored object, as one does that fills in a default which an older server did not
 *  know. It may do so in a copy. */
const changesShared = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof StatusError && error.cause instanceof TypeError);

/** Of these requests only the status, or the node, is kept. */
const SHARING: ReadonlySet<string> = new Set(['status', 'binding']);

/** Creates the object, if the mode and the kind allow it. The user must then have the right to create, checked here: whether
 *  the object exists is known only after the body was read. A subresource of a missing object is a 404. */
async function createMissing<T extends KubeObject>(
  storage: Storage<T>,
  { name, transform, mode }: UpdateRequest<T>,
  write: WriteContext,
): Promise<Item<T>> {
  const creates = mode === 'apply' || (mode === 'replace' && storage.strategy.createOnUpdate === true);
  if (!creates || write.subresource) throw notFound(targetOf(storage.resource), name);
  const object = await transform(undefined);
  checkIdentity(storage.resource, name, object, write);
  const authorizing = write.authorizeCreate();
  if (authorizing) await authorizing;
  return create(storage, object, write, mode === 'apply');
}

async function replace<T extends KubeObject>(
  storage: Storage<T>,
  entry: Entry,
  { transform, mode, shown }: UpdateRequest<T>,
  write: WriteContext,
  shares: boolean,
): Promise<Item<T>> {
  const { resource, cache, admission, strategy } = storage;
  const { kind } = resource;
  const { pace } = write;
  let rest = pace.rest();
  if (rest) await rest;
  const reading = cache.ready([entry]);
  if (reading) await reading;
  const shared = shares ? cache.shared(entry) : undefined;
  const old = shared ?? cache.decode(entry);
  const name = old.metadata.name!;
  const lent = SHARING.has(write.subresource) ? shared : undefined;
  const wanted = await transform((parts) => (parts && lent) ?? cache.decode(entry));
  if (wanted.metadata === lent?.metadata) wanted.metadata = { ...wanted.metadata };
  rest = pace.rest();
  if (rest) await rest;
  checkIdentity(resource, name, wanted, write);
  checkVersion(resource, strategy, wanted, old);
  keepSystemFields(wanted, old);
  applyDefaults(kind, wanted);
  const tracking = mode === 'apply' ? wanted : tracked(resource, wanted, old, write);
  const object = tracking instanceof Promise ? await tracking : tracking;
  rest = pace.rest();
  if (rest) await rest;
  const seen = shown
    ? { schema: shown.schema, object: shown.of(object), old: shown.of(old) }
    : { schema: kind, object, old };
  const attributes: AdmissionAttributes = { ...write, operation: 'UPDATE', kind, name, ...seen };
  const admitting = admission.admit(attributes);
  if (admitting) await admitting;
  shown?.put(object, seen.object);
  rest = pace.rest();
  if (rest) await rest;
  prepare(storage, object, old, write);
  const checking = errorsOf(storage, object, old, write);
  const errors = checking instanceof Promise ? await checking : checking;
  const more = strategy.validateUpdate?.(object, old, write) ?? [];
  addAll(errors, more instanceof Promise ? await more : more);
  refuseInvalid(kind, object, errors);
  if (!write.subresource) {
    for (const text of warningsOf(kind, object, old)) write.warn(text);
    for (const text of strategy.warnings?.(object, old) ?? []) write.warn(text);
  }
  rest = pace.rest();
  if (rest) await rest;
  const validating = admission.validate(attributes);
  if (validating) await validating;
  return store(storage, { entry, object, old, mode, known: shared }, write);
}

/** Restores what the request may not change, then increments the generation. Runs after `admit`, so it holds for plug-ins
 *  too. */
function prepare<T extends KubeObject>(
  { resource: { kind }, strategy }: Storage<T>,
  object: T,
  old: T,
  write: WriteContext,
): void {
  const { subresource } = write;
  const special = strategy.subresources?.[subresource];
  if (special) special.prepare(object, old, write);
  else if (subresource === 'status') {
    restoreAllBut(object, old, 'status');
    strategy.prepareStatus?.(object, old, write);
  } else {
    if (kind.resource.subresources?.status) restore(object, old, 'status');
    strategy.prepareUpdate?.(object, old, write);
  }
  applyDefaults(kind, object);
  if (
    strategy.generation &&
    subresource !== 'binding' &&
    desiredStateChanged(kind, object, old, strategy.generation === 'with status')
  )
    object.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

/** A subresource with its own validation skips the kind's. */
function errorsOf<T extends KubeObject>(
  { resource: { kind }, strategy }: Storage<T>,
  object: T,
  old: T,
  { subresource, pace }: WriteContext,
): Eventual<FieldError[]> {
  const special = strategy.subresources?.[subresource]?.validate?.(object, old);
  if (special) return special;
  if (subresource === 'status') return validateStatusUpdate(kind, object, old, strategy.rules);
  return paced(updateErrors(kind, object, old, strategy.rules), pace);
}

interface Replacement<T> {
  readonly mode: UpdateMode;
  readonly entry: Entry;
  readonly object: T;
  readonly old: T;
  /** `old`, if it has the form of its kind. */
  readonly known: T | undefined;
}

/** An update that changes nothing is not written: no new resourceVersion and no watch event, as upstream. */
async function store<T extends KubeObject>(
  storage: Storage<T>,
  replacement: Replacement<T>,
  write: WriteContext,
): Promise<Item<T>> {
  const { cache, strategy } = storage;
  const { entry, object, old, mode, known } = replacement;
  const reservation = await strategy.reserve?.(object, old, write);
  let item: Item<T> | undefined;
  try {
    strategy.decide?.(object);
    const encoding = encodeStorable(storage, object, mode === 'apply', known);
    const encoded = encoding instanceof Promise ? await encoding : encoding;
    const unchanged = !entry.stale && isUnchanged(encoded, entry, known);
    if (unchanged) return cache.itemOf(entry);
    if (write.dryRun) return encoded.item(entry.revision);
    item = await commit(storage, replacement, encoded);
    return item;
  } finally {
    await (item ? reservation?.keep() : reservation?.release());
  }
}

/** Stores the object, or deletes it if this update removed its last finalizer. */
async function commit<T extends KubeObject>(
  { cache, strategy }: Storage<T>,
  { entry, object }: Replacement<T>,
  encoded: Encoded<T>,
): Promise<Item<T>> {
  const { store } = cache;
  if (mayLeave(strategy, object)) {
    const revision = await store.delete(entry.key, entry.revision);
    await strategy.afterDelete?.(object);
    return encoded.item(revision);
  }
  const { ttlSeconds } = strategy;
  const { onEntry } = encoded;
  // On a full disk an object that is being deleted can still lose its finalizers and report that it has ended.
  const frees = object.metadata.deletionTimestamp !== undefined;
  const options = ttlSeconds ? { ttlSeconds, onEntry, frees } : { onEntry, frees };
  return cache.itemWhenReady(await store.update(entry.key, entry.revision, encoded.bytes, options));
}
