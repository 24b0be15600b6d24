// Creation of an object of any kind. Called by the request handlers, by update.ts and patch (create on update), and at
// start for the built-in objects.

import type { FieldError } from '../../api/status/status-error.ts';
import { alreadyExists, badRequest, failure, invalid } from '../../api/status/status-error.ts';
import { warningsOf } from '../../api/warnings/warnings.ts';
import { nameSuffix } from '../../kit/random.ts';
import { KeyExistsError } from '../../store/store.ts';
import { Item } from '../watch-cache/item.ts';
import type { Machinery } from './machinery.ts';
import { tracked } from './managed-fields.ts';
import { defaulted, stored, validateNew } from './rules.ts';
import { type Served, targetOf } from './served.ts';
import type { AnyObject, Reservation } from './strategy.ts';
import type { WriteContext } from './write-context.ts';

const MAX_GENERATED_BASE = 58;

export interface CreateOptions {
  /** The fields' managers have been settled by the caller (server-side apply). */
  readonly managed?: boolean;
}

export async function create(
  machinery: Machinery,
  served: Served,
  object: AnyObject,
  context: WriteContext,
  options: CreateOptions = {},
): Promise<Item> {
  const generated = !object.metadata.name && !!object.metadata.generateName;
  // A generated name that is taken is drawn again, as upstream does (eight times).
  for (let attempt = 0; ; attempt++) {
    try {
      return await createOnce(machinery, served, object, context, options);
    } catch (error) {
      if (!(error instanceof KeyExistsError)) throw error;
      if (!generated) throw alreadyExists(targetOf(served), object.metadata.name!);
      if (attempt >= 7) throw generatedNameTaken(served, object.metadata.generateName!);
      delete object.metadata.name;
    }
  }
}

async function createOnce(
  machinery: Machinery,
  served: Served,
  wanted: AnyObject,
  context: WriteContext,
  options: CreateOptions,
): Promise<Item> {
  stampNew(machinery, served, wanted, context);
  defaulted(served.kind, wanted);
  const object = options.managed ? wanted : tracked(served.kind, wanted, undefined, context);
  const attributes = {
    operation: 'CREATE',
    served,
    name: object.metadata.name ?? '',
    context,
    object,
    old: undefined,
  } as const;
  const admitting = machinery.admission.admit(attributes);
  if (admitting) await admitting;
  prepare(served, object, context);
  check(served, object, [
    ...validateNew(served.kind, object),
    ...(served.strategy.validateCreate?.(object) ?? []),
  ]);
  for (const text of warningsOf(served.kind, object)) context.warn(text);
  const validating = machinery.admission.validate(attributes);
  if (validating) await validating;
  return store(machinery, served, object, context);
}

function stampNew(machinery: Machinery, served: Served, object: AnyObject, context: WriteContext): void {
  const { metadata } = object;
  if (metadata.resourceVersion && metadata.resourceVersion !== '0')
    throw failure(500, '', 'resourceVersion should not be set on objects to be created');
  if (served.kind.resource.namespaced) {
    metadata.namespace ||= context.namespace;
    if (metadata.namespace !== context.namespace)
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      );
  } else delete metadata.namespace;
  if (!metadata.name && metadata.generateName)
    metadata.name = metadata.generateName.slice(0, MAX_GENERATED_BASE) + nameSuffix(machinery.random);
  metadata.uid = machinery.random.uuid();
  metadata.creationTimestamp = context.now;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  delete metadata.resourceVersion;
  delete metadata.generation;
}

/** What clients may not choose. */
function prepare(served: Served, object: AnyObject, context: WriteContext): void {
  const { kind, strategy } = served;
  if (strategy.generation) object.metadata.generation = 1;
  if (kind.resource.subresources?.status && !strategy.keepsStatusOnCreate && 'status' in object)
    delete object.status;
  strategy.prepareCreate?.(object, context);
  defaulted(kind, object);
}

export function check({ kind }: Served, object: AnyObject, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(kind.resource, object.metadata.name ?? '', errors);
}

async function store(
  { store }: Machinery,
  { cache, kind, strategy }: Served,
  object: AnyObject,
  context: WriteContext,
): Promise<Item> {
  const key = cache.keyOf(object.metadata.namespace ?? '', object.metadata.name!);
  let reservation: Reservation | undefined;
  try {
    reservation = strategy.reserve?.(object, undefined, context);
    const encode = cache.encoder(stored(kind, object));
    if (context.dryRun) return dryRun(cache, store.get(key) !== undefined, key, object, encode, reservation);
    const entry = await store.create(
      key,
      encode,
      strategy.ttlSeconds ? { ttlSeconds: strategy.ttlSeconds } : undefined,
    );
    reservation?.keep();
    return cache.itemOf(entry);
  } catch (error) {
    reservation?.giveBack();
    throw error;
  }
}

function dryRun(
  cache: Served['cache'],
  exists: boolean,
  key: string,
  object: AnyObject,
  encode: (revision: number) => Buffer,
  reservation: Reservation | undefined,
): Item {
  reservation?.giveBack();
  if (exists) throw new KeyExistsError(key);
  return unversioned(cache, object, encode);
}

/** What a dry run of a creation answers: everything but a resourceVersion. */
function unversioned(cache: Served['cache'], object: AnyObject, encode: (revision: number) => Buffer): Item {
  const text = cache
    .itemOf({ value: encode(0) })
    .bytes.toString()
    .replace('"resourceVersion":"0",', '');
  return new Item(Buffer.from(text), object, {});
}

const generatedNameTaken = (served: Served, base: string) =>
  failure(
    409,
    'AlreadyExists',
    `${targetOf(served).resource}${targetOf(served).group ? `.${targetOf(served).group}` : ''} "${base}" already exists, the server was not able to generate a unique name for the object`,
    { name: base, kind: targetOf(served).resource },
  );
