// metadata.managedFields as a list of owners: read leniently, written in upstream's order, and limited in length.
// Called by the field manager only.
import { rfc3339 } from '../../../kit/clock.ts';
import type { ManagedFieldsEntry } from '../../meta/v1/object-meta.ts';
import type { AnyResource } from '../../meta/v1/resource.ts';
import { keepText } from '../managers-text.ts';
import { exceeds, type FieldTree, isEmptySet, isFieldTree, sharedWith, sorted, union } from './field-tree.ts';

export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly set: FieldTree;
  /** The entry it was read from, reused if nothing changes. */
  readonly entry?: ManagedFieldsEntry;
}

type Identity = Pick<Owner, 'manager' | 'operation' | 'apiVersion' | 'subresource'>;

/** Apply: one owner per manager, whatever the version. Update: one owner per manager and version. */
export const sameOwner = (a: Identity, b: Identity): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion);

/** The owners, or undefined if an entry cannot be parsed. */
export function readOwners(entries: readonly ManagedFieldsEntry[] | undefined): Owner[] | undefined {
  const owners: Owner[] = [];
  for (const entry of entries ?? []) {
    const { operation, fieldsType, fieldsV1 } = entry;
    if (operation !== 'Apply' && operation !== 'Update') return undefined;
    if (fieldsType !== 'FieldsV1' || !entry.apiVersion) return undefined;
    if (fieldsV1 !== undefined && !isKnownTree(fieldsV1)) return undefined;
    owners.push({
      manager: entry.manager ?? '',
      operation,
      apiVersion: entry.apiVersion,
      subresource: entry.subresource ?? '',
      time: entry.time,
      set: (fieldsV1 ?? {}) as FieldTree,
      entry,
    });
  }
  return owners;
}

/** Trees of stored objects, which are frozen: versions of an object share those of the managers that did not write. */
const knownTrees = new WeakSet<object>();

function isKnownTree(value: object): boolean {
  if (knownTrees.has(value)) return true;
  const isTree = isFieldTree(value);
  if (isTree && Object.isFrozen(value)) knownTrees.add(value);
  return isTree;
}

/** `[{}]` requests that all owners are removed. */
export const asksForReset = (entries: readonly ManagedFieldsEntry[] | undefined): boolean =>
  entries?.length === 1 && Object.keys(entries[0]!).length === 0;

export function writeOwners(kind: AnyResource, owners: readonly Owner[]): ManagedFieldsEntry[] {
  return owners
    .filter((owner) => !isEmptySet(owner.set))
    .sort(byAge)
    .map((owner) => entryOf(kind, owner));
}

function entryOf(kind: AnyResource, owner: Owner): ManagedFieldsEntry {
  if (owner.entry && owner.entry.fieldsV1 === owner.set && owner.entry.time === owner.time)
    return owner.entry;
  return {
    manager: owner.manager,
    operation: owner.operation,
    apiVersion: owner.apiVersion,
    ...(owner.time !== undefined && { time: owner.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: likeLast(kind, owner) as Record<string, unknown>,
    ...(owner.subresource && { subresource: owner.subresource }),
  };
}

/** The last small sets of managers, by kind. */
const models = new WeakMap<AnyResource, Map<string, FieldTree>>();
/** Clients name themselves. */
const MOST_MODELS = 100;
const MOST_NODES = 500;

/** The same set, which shares with the manager's last set of the kind what is equal: the ten thousand pods of a deployment have
 *  the same fields, but for an address. */
function likeLast(kind: AnyResource, owner: Owner): FieldTree {
  const model = lastOf(kind, owner);
  const alike = model ? sharedWith(model, owner.set) : owner.set;
  if (alike === model) {
    keepText(model);
    return model;
  }
  const set = sorted(alike);
  if (exceeds(set, MOST_NODES)) return set;
  let ofKind = models.get(kind);
  if (!ofKind || ofKind.size > MOST_MODELS) {
    ofKind = new Map();
    models.set(kind, ofKind);
  }
  ofKind.set(nameOf(owner), set);
  return set;
}

const nameOf = ({ manager, operation, subresource }: Identity): string =>
  `${manager} ${operation} ${subresource}`;

/** The manager's last set of the kind, if it was small: that of the next object is probably the same. */
export const lastOf = (kind: AnyResource, owner: Identity): FieldTree | undefined =>
  models.get(kind)?.get(nameOf(owner));

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byAge = (a: Owner, b: Owner): number =>
  order(a.operation, b.operation) ||
  order(a.time ?? '', b.time ?? '') ||
  order(a.manager, b.manager) ||
  order(a.apiVersion, b.apiVersion) ||
  order(a.subresource, b.subresource);

const mostUpdaters = 10;

/** Merges the oldest updaters of a version into `ancient-changes` until at most ten are left. */
export function capUpdaters(owners: readonly Owner[]): Owner[] {
  const updaters = owners.filter((owner) => owner.operation === 'Update');
  let excess = updaters.length - mostUpdaters;
  if (excess <= 0) return [...owners];
  let result = [...owners];
  const firstOfVersion = new Map<string, Owner>();
  for (const owner of [...updaters].sort(byAge)) {
    if (excess <= 0) break;
    const first = firstOfVersion.get(owner.apiVersion);
    if (!first) {
      firstOfVersion.set(owner.apiVersion, owner);
      continue;
    }
    const bucket = { ...ancient(owner), set: union(first.set, owner.set) };
    result = result.filter((other) => other !== owner && other !== first && !sameOwner(other, bucket));
    result.push(bucket);
    firstOfVersion.set(owner.apiVersion, bucket);
    excess--;
  }
  return result;
}

const ancient = (owner: Owner): Owner => ({
  manager: 'ancient-changes',
  operation: 'Update',
  apiVersion: owner.apiVersion,
  subresource: '',
  time: owner.time,
  set: owner.set,
});

export const stamp = (now: number): string => rfc3339(now);
