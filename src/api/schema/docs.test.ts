// Whoever asks `kubectl explain` finds words at every field: no kind, struct or field goes without a description.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listOfKind } from '../meta/v1/list.ts';
import { builtInKinds } from '../scheme/kinds.ts';
import type { StructType, Type } from './notation.ts';

const longest = 160;

function structOf(type: Type): StructType | undefined {
  if (type.is === 'list' || type.is === 'map') return structOf(type.of);
  return type.is === 'struct' ? type : undefined;
}

/** Every struct that the kinds and their lists lead to, each once. */
function structs(): ReadonlySet<StructType> {
  const found = new Set<StructType>([...builtInKinds, ...builtInKinds.map(listOfKind)]);
  for (const struct of found) {
    for (const { type } of Object.values(struct.fields)) {
      const next = structOf(type);
      if (next) found.add(next);
    }
  }
  return found;
}

/** What is wrong with the descriptions, by place. */
function flaws(): readonly string[] {
  return [...structs()].flatMap((struct) => {
    const places = Object.entries(struct.fields).map(
      ([name, { doc }]) => [`${struct.name}.${name}`, doc] as const,
    );
    return [[struct.name, struct.doc] as const, ...places]
      .filter(([, doc]) => !doc?.trim() || doc.length > longest)
      .map(([place, doc]) => `${place}: ${doc ?? 'nothing'}`);
  });
}

test('every field of every built-in kind and struct has a description, a short one', () => {
  assert.deepEqual(flaws(), []);
});
