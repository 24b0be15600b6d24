// Replacement of an object: PUT, and what PATCH, scale, approval and the other subresources come down to.
// A transform makes the wanted object from the newest old one. When another write was faster it is asked again; a
// transform whose object names a version then fails by that version, one that names none wins in the end.

import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { badRequest, conflict, invalid, notFound, staleVersion } from '../../api/status/status-error.ts';
import { warningsOf } from '../../api/warnings/warnings.ts';
import { ConflictError, type Entry } from '../../store/store.ts';
import type { Item } from '../watch-cache/item.ts';
import { check, create } from './create.ts';
import { endsWith } from './ending.ts';
import type { Machinery } from './machinery.ts';
import { tracked } from './managed-fields.ts';
import { defaulted, stored, validateChanged } from './rules.ts';
import { type Served, targetOf } from './served.ts';
import type { AnyObject } from './strategy.ts';
import type { WriteContext } from './write-context.ts';

/** Makes the wanted object, a new one each time. `current` gives a copy of the object as it is, to keep or to change;
 *  it is undefined when there is none yet. */
export type Transform = (current: (() => AnyObject) | undefined) => AnyObject | Promise<AnyObject>;

export interface UpdateOptions {
  /** The fields' managers have been settled by the transform (server-side apply). */
  readonly managed?: boolean;
  /** Creates the object when there is none: the kind allows it, or the caller applies. */
  readonly mayCreate?: boolean;
}

export interface Updated {
  readonly item: Item;
  readonly created: boolean;
}

export async function update(
  machinery: Machinery,
  served: Served,
  name: string,
  transform: Transform,
  context: WriteContext,
  options: UpdateOptions = {},
): Promise<Updated> {
  for (;;) {
    const entry = served.cache.entry(context.namespace, name);
    if (!entry) {
      if (!options.mayCreate) throw notFound(targetOf(served), name);
      const object = await transform(undefined);
      checkIdentity(served, name, object, context);
      return { item: await create(machinery, served, object, context, options), created: true };
    }
    try {
      const item = await replace(machinery, served, entry, transform, context, options);
      return { item, created: false };
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

async function replace(
  machinery: Machinery,
  served: Served,
  entry: Entry,
  transform: Transform,
  context: WriteContext,
  options: UpdateOptions,
): Promise<Item> {
  const old = served.cache.decode(entry) as AnyObject;
  const wanted = await transform(() => served.cache.decode(entry) as AnyObject);
  checkIdentity(served, old.metadata.name!, wanted, context);
  checkVersion(served, wanted, old);
  keepSystemFields(wanted, old);
  defaulted(served.kind, wanted);
  const object = options.managed ? wanted : tracked(served.kind, wanted, old, context);
  const attributes = {
    operation: 'UPDATE',
    served,
    name: old.metadata.name!,
    context,
    object,
    old,
  } as const;
  const admitting = machinery.admission.admit(attributes);
  if (admitting) await admitting;
  prepare(served, object, old, context);
  check(served, object, [
    ...validateChanged(served.kind, object, old, context.subresource),
    ...(served.strategy.validateUpdate?.(object, old) ?? []),
  ]);
  if (!context.subresource) for (const text of warningsOf(served.kind, object, old)) context.warn(text);
  const validating = machinery.admission.validate(attributes);
  if (validating) await validating;
  return write(machinery, served, entry, object, old, context);
}

function checkIdentity(served: Served, name: string, object: AnyObject, context: WriteContext): void {
  const { metadata } = object;
  metadata.name ||= name;
  if (metadata.name !== name)
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  if (!served.kind.resource.namespaced) {
    delete metadata.namespace;
    return;
  }
  metadata.namespace ||= context.namespace;
  if (metadata.namespace !== context.namespace)
    throw badRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace on the URL (${context.namespace})`,
    );
}

function checkVersion(served: Served, { metadata }: KubeObject, old: KubeObject): void {
  const name = metadata.name!;
  if (metadata.uid && metadata.uid !== old.metadata.uid)
    throw conflict(
      targetOf(served),
      name,
      `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.metadata.uid}`,
    );
  const version = metadata.resourceVersion;
  const unconditional = !version || version === '0';
  if (unconditional && served.strategy.unconditionalUpdate === false)
    throw invalid(served.kind.resource, name, [
      {
        type: 'FieldValueInvalid',
        field: 'metadata.resourceVersion',
        message: 'Invalid value: 0: must be specified for an update',
      },
    ]);
  if (unconditional) metadata.resourceVersion = old.metadata.resourceVersion!;
  else if (version !== old.metadata.resourceVersion) throw staleVersion(targetOf(served), name);
}

/** Fields of metadata that only the server writes. */
function keepSystemFields({ metadata }: KubeObject, { metadata: old }: KubeObject): void {
  metadata.uid = old.uid!;
  if (old.creationTimestamp) metadata.creationTimestamp = old.creationTimestamp;
  copyOrDrop(metadata, old, 'deletionTimestamp');
  copyOrDrop(metadata, old, 'deletionGracePeriodSeconds');
  copyOrDrop(metadata, old, 'generation');
  copyOrDrop(metadata, old, 'generateName');
  delete metadata.selfLink;
}

function copyOrDrop<K extends keyof KubeObject['metadata']>(
  to: KubeObject['metadata'],
  from: KubeObject['metadata'],
  key: K,
): void {
  if (from[key] === undefined) delete to[key];
  else to[key] = from[key];
}

function prepare(served: Served, object: AnyObject, old: AnyObject, context: WriteContext): void {
  const { kind, strategy } = served;
  const hasStatus = kind.resource.subresources?.status !== undefined;
  const special = strategy.prepareSubresource?.[context.subresource];
  if (special) special(object, old, context);
  else if (context.subresource === 'status') {
    keepAllBut(object, old, 'status');
    strategy.prepareStatus?.(object, old, context);
  } else {
    if (hasStatus) keep(object, old, 'status');
    strategy.prepareUpdate?.(object, old, context);
  }
  defaulted(kind, object);
  if (strategy.generation && context.subresource !== 'binding' && desiredChanged(object, old))
    object.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

function keep(object: AnyObject, old: AnyObject, field: string): void {
  if (old[field] === undefined) delete object[field];
  else object[field] = old[field];
}

const ENVELOPE = new Set(['apiVersion', 'kind', 'metadata']);

function keepAllBut(object: AnyObject, old: AnyObject, kept: string): void {
  for (const field of new Set([...Object.keys(object), ...Object.keys(old)]))
    if (field !== kept && !ENVELOPE.has(field)) keep(object, old, field);
}

/** Whether anything changed that is neither metadata nor status. */
function desiredChanged(object: AnyObject, old: AnyObject): boolean {
  for (const field of new Set([...Object.keys(object), ...Object.keys(old)]))
    if (field !== 'status' && !ENVELOPE.has(field) && !isDeepStrictEqual(object[field], old[field]))
      return true;
  return false;
}

async function write(
  machinery: Machinery,
  served: Served,
  entry: Entry,
  object: AnyObject,
  old: AnyObject,
  context: WriteContext,
): Promise<Item> {
  const reservation = served.strategy.reserve?.(object, old, context);
  try {
    const encode = served.cache.encoder(stored(served.kind, object));
    const same = encode(entry.revision);
    if (isSame(same, entry.value, object, old)) {
      reservation?.giveBack();
      return served.cache.itemOf(entry);
    }
    if (context.dryRun) {
      reservation?.giveBack();
      return served.cache.itemOf({ value: same });
    }
    const item = await commit(machinery, served, entry, object, encode);
    reservation?.keep();
    return item;
  } catch (error) {
    reservation?.giveBack();
    throw error;
  }
}

/** Writes the object, or takes it out when it was only waiting for this. */
async function commit(
  { store }: Machinery,
  served: Served,
  entry: Entry,
  object: AnyObject,
  encode: (revision: number) => Buffer,
): Promise<Item> {
  const { cache, strategy } = served;
  if (endsWith(served, object)) {
    const revision = await store.delete(entry.key, entry.revision);
    strategy.afterDelete?.(object);
    return cache.itemOf({ value: encode(revision) });
  }
  const { ttlSeconds } = strategy;
  const options = ttlSeconds ? { ttlSeconds } : undefined;
  return cache.itemOf(await store.update(entry.key, entry.revision, encode, options));
}

/** Whether the write would change nothing; the order of keys is no change. */
function isSame(bytes: Buffer, stored: Buffer, object: AnyObject, old: AnyObject): boolean {
  if (bytes.length !== stored.length) return false;
  if (bytes.equals(stored)) return true;
  const version = old.metadata.resourceVersion!;
  const metadata = { ...object.metadata, resourceVersion: version };
  return isDeepStrictEqual(JSON.parse(JSON.stringify({ ...object, metadata })), old);
}
