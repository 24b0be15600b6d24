// Update of one object, for PUT, PATCH, apply and the writes of subresources. Called by StoredResource.
// The transform makes the new object from the newest stored one. If another write was stored in between, everything from the
// transform on runs again: an update with a resourceVersion then fails with a 409, one without is stored in the end.
// Upstream: Store.Update and GuaranteedUpdate (staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go).
import { isDeepStrictEqual } from 'node:util';
import { normalize } from '../../../api/codec/normalize.ts';
import { applyDefaults } from '../../../api/defaults/apply-defaults.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { type FieldError, notFound } from '../../../api/status/status-error.ts';
import { validateStatusUpdate, validateUpdate } from '../../../api/validation/validate.ts';
import { warningsOf } from '../../../api/warnings/warnings.ts';
import { ConflictError, type Entry } from '../../../store/store.ts';
import type { Item } from '../../watch-cache/item.ts';
import type { Encoded } from '../../watch-cache/resource-cache.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { type Transform, targetOf, type Updated, type UpdateMode } from '../resource.ts';
import type { WriteContext } from '../write-context.ts';
import { create, refuseInvalid } from './create.ts';
import { mayLeave } from './ending.ts';
import { checkIdentity, checkVersion } from './identity.ts';
import { tracked } from './managed-fields.ts';
import type { Storage } from './storage.ts';
import { desiredStateChanged, keepSystemFields, restore, restoreAllBut } from './unchangeable.ts';

export interface UpdateRequest<T extends KubeObject> {
  readonly name: string;
  readonly transform: Transform<T>;
  readonly mode: UpdateMode;
}

export async function update<T extends KubeObject>(
  storage: Storage<T>,
  request: UpdateRequest<T>,
  write: WriteContext,
): Promise<Updated<T>> {
  const { cache } = storage;
  for (;;) {
    // On a retry too: the write that caused the conflict may come from another server that shares the store.
    const barrier = cache.store.barrier();
    if (barrier) await barrier;
    const entry = cache.entry(write.namespace, request.name);
    if (!entry) return { item: await createMissing(storage, request, write), created: true };
    try {
      return { item: await replace(storage, entry, request, write), created: false };
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

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
  write.authorizeCreate();
  return create(storage, object, write, mode === 'apply');
}

async function replace<T extends KubeObject>(
  storage: Storage<T>,
  entry: Entry,
  { transform, mode }: UpdateRequest<T>,
  write: WriteContext,
): Promise<Item<T>> {
  const { resource, cache, admission, strategy } = storage;
  const { kind } = resource;
  const old = cache.decode(entry);
  const name = old.metadata.name!;
  const wanted = await transform(() => cache.decode(entry));
  checkIdentity(resource, name, wanted, write);
  checkVersion(resource, strategy, wanted, old);
  keepSystemFields(wanted, old);
  applyDefaults(kind, wanted);
  const object = mode === 'apply' ? wanted : tracked(kind, wanted, old, write);
  const attributes: AdmissionAttributes = { ...write, operation: 'UPDATE', kind, name, object, old };
  const admitting = admission.admit(attributes);
  if (admitting) await admitting;
  prepare(storage, object, old, write);
  refuseInvalid(kind, object, errorsOf(storage, object, old, write.subresource));
  if (!write.subresource) for (const text of warningsOf(kind, object, old)) write.warn(text);
  const validating = admission.validate(attributes);
  if (validating) await validating;
  return store(storage, { entry, object, old }, write);
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
  if (strategy.generation && subresource !== 'binding' && desiredStateChanged(object, old))
    object.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

/** A subresource with its own validation skips the kind's; the strategy's errors are always added. */
function errorsOf<T extends KubeObject>(
  { resource: { kind }, strategy }: Storage<T>,
  object: T,
  old: T,
  subresource: string,
): FieldError[] {
  const special = strategy.subresources?.[subresource];
  const generic = subresource === 'status' ? validateStatusUpdate : validateUpdate;
  return [
    ...(special?.validate?.(object, old) ?? generic(kind, object, old)),
    ...(strategy.validateUpdate?.(object, old) ?? []),
  ];
}

interface Replacement<T> {
  readonly entry: Entry;
  readonly object: T;
  readonly old: T;
}

/** An update that changes nothing is not written: no new resourceVersion and no watch event, as upstream. */
async function store<T extends KubeObject>(
  storage: Storage<T>,
  replacement: Replacement<T>,
  write: WriteContext,
): Promise<Item<T>> {
  const { resource, cache, strategy } = storage;
  const { entry, object, old } = replacement;
  const reservation = strategy.reserve?.(object, old);
  try {
    const encoded = cache.encode(normalize(resource.kind, object));
    const unchanged = isUnchanged(encoded.bytes(entry.revision), entry.value, object, old);
    if (unchanged || write.dryRun) {
      reservation?.release();
      return unchanged ? cache.itemOf(entry) : encoded.item(entry.revision);
    }
    const item = await commit(storage, replacement, encoded);
    reservation?.keep();
    return item;
  } catch (error) {
    reservation?.release();
    throw error;
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
    strategy.afterDelete?.(object);
    return encoded.item(revision);
  }
  const { ttlSeconds } = strategy;
  const { onEntry } = encoded;
  const options = ttlSeconds ? { ttlSeconds, onEntry } : { onEntry };
  return cache.itemOf(await store.update(entry.key, entry.revision, encoded.bytes, options));
}

/** Whether the stored object is equal, whatever the order of keys. Bytes of different length cannot be equal objects, since
 *  both are normalized. */
function isUnchanged(bytes: Buffer, stored: Buffer, object: KubeObject, old: KubeObject): boolean {
  if (bytes.length !== stored.length) return false;
  if (bytes.equals(stored)) return true;
  const version = old.metadata.resourceVersion!;
  const metadata = { ...object.metadata, resourceVersion: version };
  return isDeepStrictEqual(JSON.parse(JSON.stringify({ ...object, metadata })), old);
}
