// Descriptions are what `kubectl explain` and OpenAPI show: every kind, struct and field has one, a plain short sentence.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listOfKind } from '../meta/v1/list.ts';
import { builtInKinds } from '../scheme/kinds.ts';
import { otherKinds } from '../scheme/other-kinds.ts';
import { otherForms } from '../scheme/other-versions.ts';
import type { StructType, Type } from './notation.ts';

const KINDS = [...builtInKinds, ...otherKinds, ...otherForms.keys()];

const longest = 160;

/** A sentence or more; names such as iSCSI, vSphere and gRPC keep their small letter. */
const shape = /^([A-Z*0-9]|iSCSI|vSphere|gRPC).*[.]$/;

/** Wording that the API reference does not use. */
const unplain =
  /\b(shall|whoever|somebody|anybody|nobody|everybody|wish(es|ed)?|put up with|bears?|borne|made out of|what becomes of|left out)\b/i;

const isFlawed = (doc: string | undefined): boolean =>
  doc === undefined || doc.length > longest || !shape.test(doc) || unplain.test(doc);

function structOf(type: Type): StructType | undefined {
  if (type.is === 'list' || type.is === 'map') return structOf(type.of);
  if (type.is === 'schema-or') return type.schema;
  return type.is === 'struct' ? type : undefined;
}

/** Every struct that the kinds and their lists lead to, each once. */
function structs(): ReadonlySet<StructType> {
  const found = new Set<StructType>([...KINDS, ...KINDS.map(listOfKind)]);
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
      .filter(([, doc]) => isFlawed(doc))
      .map(([place, doc]) => `${place}: ${doc ?? 'nothing'}`);
  });
}

test('every field of every built-in kind and struct has a description: short, plain, whole sentences', () => {
  assert.deepEqual(flaws(), []);
});
