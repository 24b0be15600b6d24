// Creation of one object: system fields, defaults, managedFields, admit, strategy, validation, validate, store, in this
// order. Called by StoredResource, and by update.ts if an update or apply creates.
// Upstream: Store.Create in staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go.
import { applyDefaults } from '../../../api/defaults/apply-defaults.ts';
import type { AnyResource, KubeObject } from '../../../api/meta/v1/resource.ts';
import type { FieldError } from '../../../api/status/status-error.ts';
import { alreadyExists, badRequest, failure, invalid } from '../../../api/status/status-error.ts';
import { creationErrors } from '../../../api/validation/validate.ts';
import { warningsOf } from '../../../api/warnings/warnings.ts';
import { paced } from '../../../kit/clock.ts';
import { addAll } from '../../../kit/lists.ts';
import { nameSuffix } from '../../../kit/random.ts';
import { type Entry, KeyExistsError } from '../../../store/store.ts';
import { Item } from '../../watch-cache/item.ts';
import type { Encoded } from '../../watch-cache/resource-cache.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { type ResourceDescription, targetOf } from '../resource.ts';
import type { WriteContext } from '../write-context.ts';
import { encodeStorable } from './encode-storable.ts';
import { tracked } from './managed-fields.ts';
import type { Storage } from './storage.ts';

/** A generated name has at most 63 characters, five of them random. */
const MAX_GENERATED_BASE = 58;
/** Attempts with another random suffix after a name was taken (RetryGenerateName). */
const MAX_ATTEMPTS = 8;

/** `managed`: server-side apply has already set managedFields. */
export async function create<T extends KubeObject>(
  storage: Storage<T>,
  object: T,
  write: WriteContext,
  managed = false,
): Promise<Item<T>> {
  const { metadata } = object;
  const generated = !metadata.name && !!metadata.generateName;
  for (let attempt = 1; ; attempt++) {
    try {
      return await createOnce(storage, object, write, managed);
    } catch (error) {
      if (!(error instanceof KeyExistsError)) throw error;
      if (!generated) throw alreadyExists(targetOf(storage.resource), object.metadata.name!);
      if (attempt === MAX_ATTEMPTS) throw generatedNameTaken(storage.resource, metadata.generateName!);
      delete metadata.name;
    }
  }
}

async function createOnce<T extends KubeObject>(
  storage: Storage<T>,
  wanted: T,
  write: WriteContext,
  managed: boolean,
): Promise<Item<T>> {
  const { admission, strategy } = storage;
  const { kind } = storage.resource;
  const { pace } = write;
  let rest = pace.rest();
  if (rest) await rest;
  stampNew(storage, wanted, write);
  applyDefaults(kind, wanted);
  const tracking = managed ? wanted : tracked(storage.resource, wanted, undefined, write);
  const object = tracking instanceof Promise ? await tracking : tracking;
  rest = pace.rest();
  if (rest) await rest;
  const name = object.metadata.name ?? '';
  const attributes: AdmissionAttributes = {
    ...write,
    operation: 'CREATE',
    kind,
    schema: kind,
    name,
    object,
    old: undefined,
  };
  const admitting = admission.admit(attributes);
  if (admitting) await admitting;
  rest = pace.rest();
  if (rest) await rest;
  prepare(storage, object, write);
  const checking = paced(creationErrors(kind, object, strategy.rules), pace);
  const errors = checking instanceof Promise ? await checking : checking;
  const special = strategy.validateCreate?.(object, pace) ?? [];
  addAll(errors, special instanceof Promise ? await special : special);
  refuseInvalid(kind, object, errors);
  for (const text of warningsOf(kind, object)) write.warn(text);
  for (const text of strategy.warnings?.(object, undefined) ?? []) write.warn(text);
  rest = pace.rest();
  if (rest) await rest;
  const validating = admission.validate(attributes);
  if (validating) await validating;
  refuseVersion(object);
  return store(storage, object, write, managed);
}

/** Sets the system fields and the name, and clears fields that a client copied from another object (rest.BeforeCreate). */
function stampNew(
  { resource, random }: Storage,
  { metadata }: KubeObject,
  { namespace, now }: WriteContext,
): void {
  if (resource.kind.resource.namespaced) {
    metadata.namespace ||= namespace;
    if (metadata.namespace !== namespace)
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      );
  } else delete metadata.namespace;
  if (!metadata.name && metadata.generateName)
    metadata.name = metadata.generateName.slice(0, MAX_GENERATED_BASE) + nameSuffix(random);
  metadata.uid = random.uuid();
  metadata.creationTimestamp = now;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  delete metadata.generation;
}

/** After admission: it is the store that has no place for it. Plug-ins see what the client sent. */
function refuseVersion({ metadata }: KubeObject): void {
  if (metadata.resourceVersion && metadata.resourceVersion !== '0')
    throw failure(500, '', 'resourceVersion should not be set on objects to be created');
  delete metadata.resourceVersion;
}

/** Runs after `admit`, so that plug-ins cannot set status or generation either. Defaults are applied again, because plug-ins
 *  and strategies may have added structs. */
function prepare<T extends KubeObject>(
  { resource: { kind }, strategy }: Storage<T>,
  object: T & { status?: unknown },
  write: WriteContext,
): void {
  if (strategy.generation) object.metadata.generation = 1;
  if (kind.resource.subresources?.status && !strategy.keepsStatusOnCreate) delete object.status;
  strategy.prepareCreate?.(object, write);
  applyDefaults(kind, object);
}

/** Throws a 422 when there are errors. */
export function refuseInvalid(
  { resource }: AnyResource,
  { metadata }: KubeObject,
  errors: readonly FieldError[],
): void {
  if (errors.length > 0) throw invalid(resource, metadata.name ?? '', errors);
}

async function store<T extends KubeObject>(
  storage: Storage<T>,
  object: T,
  write: WriteContext,
  managed: boolean,
): Promise<Item<T>> {
  const { cache, strategy } = storage;
  const key = cache.keyOf(object.metadata.namespace ?? '', object.metadata.name!);
  if (!strategy.reserve) return put(storage, key, object, write, managed);
  // Nothing is allocated for an object that cannot be created.
  if (cache.store.get(key)) throw new KeyExistsError(key);
  const reservation = await strategy.reserve(object, undefined, write);
  let item: Item<T>;
  try {
    item = await put(storage, key, object, write, managed);
  } catch (error) {
    await reservation.release();
    throw error;
  }
  await (write.dryRun ? reservation.release() : reservation.keep());
  return item;
}

async function put<T extends KubeObject>(
  storage: Storage<T>,
  key: string,
  object: T,
  write: WriteContext,
  managed: boolean,
): Promise<Item<T>> {
  const { cache, strategy } = storage;
  strategy.decide?.(object);
  const encoding = encodeStorable(storage, object, managed);
  const encoded = encoding instanceof Promise ? await encoding : encoding;
  if (write.dryRun) {
    if (cache.store.get(key)) throw new KeyExistsError(key);
    return unversioned(encoded, object);
  }
  const { ttlSeconds } = strategy;
  const onEntry = (entry: Entry) => {
    encoded.onEntry(entry);
    write.onAccepted?.();
  };
  const options = ttlSeconds ? { ttlSeconds, onEntry } : { onEntry };
  return cache.itemWhenReady(await cache.store.create(key, encoded.bytes, options));
}

/** The result of a dry run of a creation: the object without a resourceVersion. */
function unversioned<T extends KubeObject>(encoded: Encoded<T>, object: T): Item<T> {
  const text = encoded.item(0).bytes.toString().replace('"resourceVersion":"0",', '');
  return new Item<T>(Buffer.from(text), object, {});
}

function generatedNameTaken(resource: ResourceDescription, base: string) {
  const { group, plural } = resource.kind.resource;
  const qualified = group ? `${plural}.${group}` : plural;
  return failure(
    409,
    'AlreadyExists',
    `${qualified} "${base}" already exists, the server was not able to generate a unique name for the object`,
    { name: base, kind: plural },
  );
}
