// Field ownership. updateManagedFields records it on every create and update; applyPatch is
// server-side apply: it merges, reports or resolves conflicts, and removes fields that the applier no longer specifies.
// Called by the API server with objects of one version; managers may have written others (versions.ts). Both return new objects
// that share unchanged parts. An object may have tens of thousands of fields: where the work may rest, it yields nothing.
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
  union,
} from './field-tree.ts';
import { keepLastApplied, lastAppliedFields } from './last-applied.ts';
import {
  asksForReset,
  capUpdaters,
  lastOf,
  type Owner,
  readOwners,
  sameOwner,
  stamp,
  writeOwners,
} from './managed.ts';
import { mergeApplied } from './merge.ts';
import { prune } from './prune.ts';
import { resetFields } from './reset-fields.ts';
import { blankObject, objectShape } from './shape.ts';
import { type Changes, inVersion, otherVersions, run, type Steps } from './versions.ts';

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

/** The updated object with its managedFields brought up to date. Managers of other versions lose what they have. */
export const updateManagedFields = <T extends KubeObject>(input: UpdateInput & { readonly updated: T }): T =>
  run(updating(input), undefined) as T;

export function* updating<T extends KubeObject>(input: UpdateInput & { readonly updated: T }): Steps<T> {
  const { kind, live, updated, now } = input;
  const subresource = input.subresource ?? '';
  const owners = ownersBefore(live, updated, subresource !== '');
  if (live?.metadata.uid && owners.length === 0) return withOwners(updated, []);
  const apiVersion = apiVersionOf(kind.resource);
  const self: Owner = {
    manager: input.manager || 'unknown',
    operation: 'Update',
    apiVersion,
    subresource,
    time: stamp(now),
    set: emptySet,
  };
  const model = live ? undefined : lastOf(kind, self);
  const changes = yield* changesOf({ kind, live, updated, subresource, model }, owners);
  const rest = disowned(owners, changes);
  yield;
  const { modified, added } = changes.get(apiVersion)!;
  const taken = union(modified, added);
  if (isEmptySet(taken)) return withOwners(updated, writeOwners(kind, capUpdaters(rest)));
  const before = rest.find((owner) => sameOwner(owner, self));
  const mine = { ...self, set: before ? union(before.set, taken) : taken };
  yield;
  return withOwners(
    updated,
    writeOwners(kind, capUpdaters([...rest.filter((owner) => owner !== before), mine])),
  );
}

interface Change {
  readonly kind: AnyResource;
  readonly live: KubeObject | undefined;
  readonly updated: KubeObject;
  readonly subresource: string;
  /** What the manager has probably added. */
  readonly model?: FieldTree | undefined;
}

/** In the version of the request, and in those of all owners. */
function* changesOf(change: Change, owners: readonly Owner[]): Steps<Changes> {
  const { kind, live, updated, subresource, model } = change;
  const own = apiVersionOf(kind.resource);
  const changes = new Map([[own, changesIn(kind, subresource, live, updated, model)]]) as Map<
    string,
    Comparison | undefined
  >;
  yield;
  for (const version of otherVersions(owners, own)) {
    const after = yield* inVersion(withOwners(updated, []), version);
    const before = live && after && (yield* inVersion(withOwners(live, []), version));
    changes.set(version, after && changesIn(after.kind, subresource, before?.object, after.object));
  }
  return changes;
}

function changesIn(
  kind: AnyResource,
  subresource: string,
  before: KubeObject | undefined,
  after: KubeObject,
  model?: FieldTree,
): Comparison {
  const changes = compare(objectShape(kind), before ?? blankObject(kind), after, model);
  return without(changes, resetFields(kind, subresource));
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

/** The owners without fields that were removed, or changed by this request. Those of unknown versions are left out. */
function disowned(owners: readonly Owner[], changes: Changes): Owner[] {
  const taken = new Map<string, FieldTree>();
  for (const [version, found] of changes) if (found) taken.set(version, union(found.modified, found.added));
  return owners.flatMap((owner) => {
    const found = changes.get(owner.apiVersion);
    if (!found) return [];
    const set = difference(difference(owner.set, taken.get(owner.apiVersion)!), found.removed);
    return [set === owner.set ? owner : { ...owner, set }];
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
  checkPatch(input.kind, input.patch);
  return run(applying(input), undefined) as KubeObject;
}

/** The patch has passed checkPatch(). */
export function* applying(input: ApplyInput): Steps<KubeObject> {
  const { apiVersion, kind } = blankNames(input.kind);
  const patch: KubeObject = Object.assign({ apiVersion, kind, metadata: {} }, input.patch);
  yield;
  const base = input.live ?? ({ apiVersion: patch.apiVersion, kind: patch.kind, metadata: {} } as KubeObject);
  const owners = ownersOfLive(input, base);
  const result = yield* apply(input, base, owners, patch, input.force ?? false);
  if (!Array.isArray(result)) return keepLastApplied(input.manager, input.live, patch, result);
  const left = input.manager === 'kubectl' ? beyondLastApplied(input, result) : result;
  if (left.length > 0) throw applyConflict(left);
  const forced = (yield* apply(input, base, owners, patch, true)) as KubeObject;
  return keepLastApplied(input.manager, input.live, patch, forced);
}

/** kubectl may take ownership of the fields that its client-side apply last wrote. */
function beyondLastApplied(input: ApplyInput, conflicts: Conflict[]): Conflict[] {
  const allowed = lastAppliedFields(objectShape(input.kind), input.live);
  return conflicts
    .map(({ owner, fields }) => ({ owner, fields: difference(fields, allowed) }))
    .filter(({ fields }) => !isEmptySet(fields));
}

const blankNames = ({ resource }: AnyResource) => ({
  apiVersion: apiVersionOf(resource),
  kind: resource.kind,
});

/** What upstream refuses of a configuration as it was sent, before the form of the kind drops unknown fields.
 *  Upstream: Apply in apimachinery/pkg/util/managedfields/internal/structuredmerge.go. */
export function checkPatch(kind: AnyResource, patch: unknown): void {
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
  if (complaints.length === 0) return;
  const name = nameOf(kind, isObject(metadata) ? metadata : undefined);
  throw failure(500, '', `failed to create typed patch object (${name}): ${joined(complaints)}`);
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

function* apply(
  input: ApplyInput,
  base: KubeObject,
  owners: readonly Owner[],
  patch: KubeObject,
  force: boolean,
): Steps<KubeObject | Conflict[]> {
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
  yield;
  const merged = mergeApplied(shape, base, patch) as KubeObject;
  yield;
  const droppedSome =
    before && (before.apiVersion !== apiVersion || !isEmptySet(difference(before.set, set)));
  const pruned = droppedSome ? yield* prune(kind, merged, before, [...others, mine]) : merged;
  const changes = yield* changesOf({ kind, live, updated: pruned, subresource }, others);
  const conflicts = force ? [] : conflictsWith(others, changes);
  if (conflicts.length > 0) return conflicts;
  const rest = disowned(others, changes);
  yield;
  const changed = !live || !jsonEqual(withOwners(live, []), withOwners(pruned, []));
  const own = { ...mine, time: changed || !before ? stamp(now) : before.time, entry: before?.entry };
  return withOwners(pruned, writeOwners(kind, [...rest, own]));
}

const sameSet = (before: FieldTree | undefined, now: FieldTree): FieldTree =>
  before && jsonEqual(before, now) ? before : now;

function conflictsWith(others: readonly Owner[], changes: Changes): Conflict[] {
  return others
    .map((owner) => {
      const { modified = emptySet, added = emptySet } = changes.get(owner.apiVersion) ?? {};
      return { owner, fields: intersection(owner.set, union(modified, added)) };
    })
    .filter(({ fields }) => !isEmptySet(fields));
}
