import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce } from '../../kit/clock.ts';
import { Reader } from '../../kit/protobuf/reader.ts';
import { groupsOf } from '../discovery/groups.ts';
import { builtInKinds } from '../scheme/kinds.ts';
import type { Swagger } from './swagger.ts';
import { OpenApiV2 } from './v2.ts';

const built = new OpenApiV2(groupsOf(builtInKinds));
const document = JSON.parse(atOnce(built.rendered()).json.toString()) as Swagger;

/** The messages at one field number of a message, then of those messages, and so on. */
function at(messages: readonly Buffer[], ...numbers: readonly number[]): Buffer[] {
  const [number, ...rest] = numbers;
  if (number === undefined) return [...messages];
  const found: Buffer[] = [];
  for (const message of messages) {
    const reader = new Reader(message);
    while (!reader.done) {
      const tag = reader.tag();
      if (tag.number === number && tag.wire === 2) found.push(reader.bytes());
      else reader.skip(tag.wire);
    }
  }
  return at(found, ...rest);
}
const texts = (buffers: readonly Buffer[]) => buffers.map((buffer) => buffer.toString());

test('all groups are in one document, and every reference resolves', () => {
  assert.ok(document.paths['/api/v1/namespaces/{namespace}/pods/{name}']);
  assert.ok(document.paths['/apis/apps/v1/namespaces/{namespace}/deployments']);
  for (const [, name] of JSON.stringify(document).matchAll(/"#\/definitions\/([^"]+)"/g)) {
    assert.ok(document.definitions[name as string], name);
  }
});

test('references are direct, quantities are strings', () => {
  const spec = document.definitions['io.k8s.api.core.v1.Pod'] as {
    properties: Record<string, { $ref?: string }>;
  };
  assert.equal(spec.properties.spec?.$ref, '#/definitions/io.k8s.api.core.v1.PodSpec');
  assert.equal(document.definitions['io.k8s.apimachinery.pkg.api.resource.Quantity']?.type, 'string');
});

test('the protobuf form has the same paths and definitions', () => {
  const body = [atOnce(built.protobuf())];
  assert.deepEqual(texts(at(body, 1)), ['2.0']);
  assert.deepEqual(texts(at(body, 8, 2, 1)), Object.keys(document.paths));
  assert.deepEqual(texts(at(body, 9, 1, 1)), Object.keys(document.definitions));
});

test('the protobuf form carries types and extensions of schemas', () => {
  const pod = at([atOnce(built.protobuf())], 9, 1).find((named) =>
    texts(at([named], 1))[0]?.endsWith('core.v1.Pod'),
  );
  const schema = at([pod ?? assert.fail()], 2);
  assert.deepEqual(texts(at(schema, 22, 1)), ['object']);
  assert.deepEqual(texts(at(schema, 25, 1, 1)), ['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  assert.deepEqual(texts(at(schema, 31, 1)), ['x-kubernetes-group-version-kind']);
  assert.deepEqual(texts(at(schema, 31, 2, 2)), ['[{"group":"","version":"v1","kind":"Pod"}]']);
});
