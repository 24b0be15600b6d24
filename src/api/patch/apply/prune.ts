// Removes fields that an applier owned and no longer specifies, unless another manager owns them. What the applier owned is in the
// version of its last apply, what the others own in theirs. Called by field-manager.ts.
// Upstream: prune, addBackOwnedItems and addBackDanglingItems in sigs.k8s.io/structured-merge-diff/merge/update.go.
import { type AnyResource, apiVersionOf, type KubeObject } from '../../meta/v1/resource.ts';
import { fieldsOf } from './compare.ts';
import { difference, emptySet, type FieldTree, intersection, leaf, union } from './field-tree.ts';
import type { Owner } from './managed.ts';
import { removeFields, withNamedFields } from './remove.ts';
import { objectShape, type Shape } from './shape.ts';
import { type InVersion, inVersion, type Steps } from './versions.ts';

/** Never removed as a whole, because it contains the name. */
const metadataItself: FieldTree = { 'f:metadata': leaf };

/** `owners` include the applier with what it specifies now. The result is in the version of `kind`, as `merged` is. */
export function* prune(
  kind: AnyResource,
  merged: KubeObject,
  last: Owner,
  owners: readonly Owner[],
): Steps<KubeObject> {
  const own = apiVersionOf(kind.resource);
  const to = function* (object: KubeObject, apiVersion: string): Steps<InVersion | undefined> {
    if (object.apiVersion !== apiVersion) return yield* inVersion(object, apiVersion);
    // The last apply may have been of a version that is served no more.
    return apiVersion === own ? { kind, object } : yield* inVersion(object, apiVersion);
  };
  const before = yield* to(merged, last.apiVersion);
  if (!before) return merged;
  const shape = objectShape(before.kind);
  const named = withNamedFields(shape, last.set);
  let left = removeFields(shape, before.object, named) as KubeObject;
  // Those of the same version first: conversion may need what they own.
  const versions = [...new Set([last.apiVersion, ...owners.map(({ apiVersion }) => apiVersion)])];
  for (const version of versions) {
    yield;
    const set = owners
      .filter(({ apiVersion }) => apiVersion === version)
      .reduce<FieldTree>((sum, owner) => union(sum, owner.set), emptySet);
    const all = yield* to(before.object, version);
    const rest = all && (yield* to(left, version));
    if (all && rest) left = withOwned(objectShape(all.kind), all.object, rest.object, set);
  }
  const kept = (yield* to(left, last.apiVersion))?.object ?? left;
  yield;
  const dangling = difference(namesOf(shape, before.object), union(namesOf(shape, kept), metadataItself));
  yield;
  const result = removeFields(shape, before.object, intersection(dangling, named)) as KubeObject;
  return (yield* to(result, own))?.object ?? result;
}

const namesOf = (shape: Shape, value: unknown): FieldTree => withNamedFields(shape, fieldsOf(shape, value));

/** What is left of an object, and those of its fields that are owned. */
function withOwned(shape: Shape, all: KubeObject, left: KubeObject, owned: FieldTree): KubeObject {
  const kept = union(namesOf(shape, left), union(withNamedFields(shape, owned), metadataItself));
  return removeFields(shape, all, difference(namesOf(shape, all), kept)) as KubeObject;
}
