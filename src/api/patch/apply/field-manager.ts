// Field ownership. updateManagedFields records it on every create and update; applyPatch is
// server-side apply: it merges, reports or resolves conflicts, and removes fields that the applier no longer specifies.
// Called by the API server with objects of one version. Both return new objects that share unchanged parts.
import type { AnyResource, KubeObject } from '../../meta/v1/resource.ts';
import { apiVersionOf } from '../../meta/v1/resource.ts';
import { badRequest, failure } from '../../status/status-error.ts';
import { isObject, type JsonObject, jsonEqual } from '../json.ts';
import { misfits } from './check.ts';
import { type Comparison, compare, fieldsOf } from './compare.ts';
import { applyConflict, type Conflict } from './conflict.ts';
import {
  difference,
  differenceBelow,
  emptySet,
  type FieldTree,
  intersection,
  isEmptySet,
  leaf,
  union,
} from './field-tree.ts';
import { keepLastApplied, lastAppliedFields } from './last-applied.ts';
import {
  asksForReset,
  capUpdaters,
  type Owner,
  readOwners,
  sameOwner,
  stamp,
  writeOwners,
} from './managed.ts';
import { mergeApplied } from './merge.ts';
import { removeFields, withNamedFields } from './remove.ts';
import { resetFields } from './reset-fields.ts';
import { blankObject, objectShape, type Shape } from './shape.ts';

export interface UpdateInput {
  readonly kind: AnyResource;
  /** The stored object; absent on create. */
  readonly live: KubeObject | undefined;
  readonly updated: KubeObject;
  readonly manager: string;
  readonly subresource?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface ApplyInput {
  readonly kind: AnyResource;
  /** The stored object; absent when apply creates it. */
  readonly live: KubeObject | undefined;
  readonly patch: unknown;
  readonly manager: string;
  readonly force?: boolean;
  readonly subresource?: string;
  readonly now: number;
}

/** The updated object with its managedFields brought up to date. */
export function updateManagedFields<T extends KubeObject>(input: UpdateInput & { readonly updated: T }): T {
  const { kind, live, updated, now } = input;
  const subresource = input.subresource ?? '';
  const owners = ownersBefore(live, updated, subresource !== '');
  if (live?.metadata.uid && owners.length === 0) return withOwners(updated, []);
  const self: Owner = {
    manager: input.manager || 'unknown',
    operation: 'Update',
    apiVersion: apiVersionOf(kind.resource),
    subresource,
    time: stamp(now),
    set: emptySet,
  };
  const shape = objectShape(kind);
  const ignored = resetFields(kind, subresource);
  const changes = without(compare(shape, live ?? blankObject(kind), updated), ignored);
  const rest = disowned(owners, changes);
  const taken = union(changes.modified, changes.added);
  if (isEmptySet(taken)) return withOwners(updated, writeOwners(capUpdaters(rest)));
  const before = rest.find((owner) => sameOwner(owner, self));
  const mine = { ...self, set: before ? union(before.set, taken) : taken };
  return withOwners(updated, writeOwners(capUpdaters([...rest.filter((owner) => owner !== before), mine])));
}

function ownersBefore(live: KubeObject | undefined, updated: KubeObject, ignoreUpdated: boolean): Owner[] {
  const fromLive = () => readOwners(live?.metadata.managedFields) ?? [];
  if (ignoreUpdated) return fromLive();
  const sent = updated.metadata.managedFields;
  if (asksForReset(sent)) return [];
  const owners = readOwners(sent);
  return owners && owners.length > 0 ? owners : fromLive();
}

/** Changes of fields that this endpoint does not write are undone later, so they do not change ownership. */
const without = (changes: Comparison, ignored: FieldTree): Comparison => ({
  added: differenceBelow(changes.added, ignored),
  modified: differenceBelow(changes.modified, ignored),
  removed: differenceBelow(changes.removed, ignored),
});

/** The owners without fields that were removed, or changed by this request. */
function disowned(owners: readonly Owner[], changes: Comparison): Owner[] {
  const changed = union(changes.modified, changes.added);
  return owners.map((owner) => {
    const set = difference(difference(owner.set, changed), changes.removed);
    return set === owner.set ? owner : { ...owner, set };
  });
}

function withOwners<T extends KubeObject>(object: T, entries: ReturnType<typeof writeOwners>): T {
  const { managedFields: _, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: entries.length > 0 ? { ...metadata, managedFields: entries } : metadata,
  };
}

/** Server-side apply. Throws StatusError: 400 for a malformed patch, 409 for conflicts. */
export function applyPatch(input: ApplyInput): KubeObject {
  const patch = checkPatch(input);
  const base = input.live ?? ({ apiVersion: patch.apiVersion, kind: patch.kind, metadata: {} } as KubeObject);
  const owners = ownersOfLive(input, base);
  const attempt = (force: boolean) => apply(input, base, owners, patch, force);
  const result = attempt(input.force ?? false);
  if (!Array.isArray(result)) return keepLastApplied(input.manager, input.live, patch, result);
  const left = input.manager === 'kubectl' ? beyondLastApplied(input, result) : result;
  if (left.length > 0) throw applyConflict(left);
  return keepLastApplied(input.manager, input.live, patch, attempt(true) as KubeObject);
}

/** kubectl may take ownership of the fields that its client-side apply last wrote. */
function beyondLastApplied(input: ApplyInput, conflicts: Conflict[]): Conflict[] {
  const allowed = lastAppliedFields(objectShape(input.kind), input.live);
  return conflicts
    .map(({ owner, fields }) => ({ owner, fields: difference(fields, allowed) }))
    .filter(({ fields }) => !isEmptySet(fields));
}

function checkPatch({ kind, patch }: ApplyInput): KubeObject {
  if (!isObject(patch)) throw badRequest('error decoding YAML: the apply patch is not an object');
  const { apiVersion, metadata } = patch as { apiVersion?: string; metadata?: JsonObject };
  const expected = apiVersionOf(kind.resource);
  if (apiVersion !== expected)
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${apiVersion ?? ''}, expected: ${expected}`,
    );
  if (isObject(metadata) && metadata.managedFields !== undefined && metadata.managedFields !== null)
    throw badRequest('metadata.managedFields must be nil');
  const complaints = misfits(kind, patch);
  if (complaints.length > 0)
    throw failure(
      500,
      '',
      `failed to create typed patch object (${nameOf(kind, metadata)}): ${joined(complaints)}`,
    );
  return Object.assign({ apiVersion, kind: kind.resource.kind, metadata: {} }, patch);
}

const joined = (complaints: readonly string[]): string =>
  complaints.length === 1 ? complaints[0]! : `errors:\n${complaints.map((line) => `  ${line}`).join('\n')}`;

function nameOf(kind: AnyResource, metadata: JsonObject | undefined): string {
  const { group, version, kind: name } = kind.resource;
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}; ${group ? `${group}/` : ''}${version}, Kind=${name}`;
}

/** An object without managed fields is owned by `before-first-apply`, so that the first apply conflicts with it. */
function ownersOfLive({ kind, live, now }: ApplyInput, base: KubeObject): Owner[] {
  const owners = readOwners(live?.metadata.managedFields) ?? [];
  if (owners.length > 0 || !live) return owners;
  const created = { ...base, metadata: { ...base.metadata, uid: '' } };
  const owned = updateManagedFields({
    kind,
    live: undefined,
    updated: created,
    manager: 'before-first-apply',
    now,
  });
  return readOwners(owned.metadata.managedFields) ?? [];
}

function apply(
  input: ApplyInput,
  base: KubeObject,
  owners: readonly Owner[],
  patch: KubeObject,
  force: boolean,
): KubeObject | Conflict[] {
  const { kind, live, now } = input;
  const shape = objectShape(kind);
  const subresource = input.subresource ?? '';
  const apiVersion = apiVersionOf(kind.resource);
  const identity = { manager: input.manager, operation: 'Apply' as const, apiVersion, subresource };
  const before = owners.find((owner) => sameOwner(owner, identity));
  const ignored = resetFields(kind, subresource);
  const set = differenceBelow(fieldsOf(shape, patch), ignored);
  const mine: Owner = { ...identity, time: before?.time, set: sameSet(before?.set, set) };
  const others = owners.filter((owner) => owner !== before);
  const merged = mergeApplied(shape, base, patch);
  const droppedSome = before && !isEmptySet(difference(before.set, set));
  const pruned = droppedSome ? prune(shape, merged, before.set, [...others, mine]) : merged;
  const changes = without(compare(shape, live ?? blankObject(kind), pruned), ignored);
  const conflicts = conflictsWith(others, changes);
  if (!force && conflicts.length > 0) return conflicts;
  const rest = disowned(others, changes);
  const changed = !live || !jsonEqual(withOwners(live, []), withOwners(pruned as KubeObject, []));
  const own = { ...mine, time: changed || !before ? stamp(now) : before.time, entry: before?.entry };
  return withOwners(pruned as KubeObject, writeOwners([...rest, own]));
}

const sameSet = (before: FieldTree | undefined, now: FieldTree): FieldTree =>
  before && jsonEqual(before, now) ? before : now;

function conflictsWith(others: readonly Owner[], changes: Comparison): Conflict[] {
  const changed = union(changes.modified, changes.added);
  return others
    .map((owner) => ({ owner, fields: intersection(owner.set, changed) }))
    .filter(({ fields }) => !isEmptySet(fields));
}

/** Never removed as a whole, because it contains the name. */
const metadataItself: FieldTree = { 'f:metadata': leaf };

/** Removes fields that the applier owned and no longer specifies, unless another manager owns them. */
function prune(shape: Shape, merged: unknown, last: FieldTree, owners: readonly Owner[]): unknown {
  const named = withNamedFields(shape, last);
  const bare = removeFields(shape, merged, named);
  const all = withNamedFields(shape, fieldsOf(shape, merged));
  const owned = union(
    withNamedFields(
      shape,
      owners.reduce<FieldTree>((set, owner) => union(set, owner.set), emptySet),
    ),
    metadataItself,
  );
  const left = withNamedFields(shape, fieldsOf(shape, bare));
  const kept = removeFields(shape, merged, difference(all, union(left, owned)));
  const keptFields = union(withNamedFields(shape, fieldsOf(shape, kept)), metadataItself);
  return removeFields(shape, merged, intersection(difference(all, keptFields), named));
}
