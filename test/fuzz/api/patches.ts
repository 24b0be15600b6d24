// The four patches, on documents as they are stored. Refused with the API's errors only; never a change of a prototype.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inspect } from '../../../src/api/codec/decode.ts';
import { Pod } from '../../../src/api/kinds/core/v1/pod.ts';
import type { KubeObject } from '../../../src/api/meta/v1/resource.ts';
import { applyPatch } from '../../../src/api/patch/apply/field-manager.ts';
import type { JsonObject } from '../../../src/api/patch/json.ts';
import { applyJsonPatch } from '../../../src/api/patch/json-patch.ts';
import { applyMergePatch } from '../../../src/api/patch/merge-patch.ts';
import { applyStrategicPatch } from '../../../src/api/patch/strategic.ts';
import { StatusError } from '../../../src/api/status/status-error.ts';
import { jsonValues, PROTOTYPE_NAMES } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const refuses = (error: unknown) => error instanceof StatusError;

const document = () => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', labels: { a: 'b' }, finalizers: ['x', 'y'] },
  spec: {
    containers: [
      {
        name: 'a',
        image: '1',
        env: [{ name: 'X', value: '1' }],
        ports: [{ containerPort: 80, protocol: 'TCP' }],
      },
      { name: 'b', image: '2' },
    ],
    tolerations: [{ key: 'k' }],
  },
});

function checkPrototypes(): void {
  assert.deepEqual(Object.keys(Object.prototype), []);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
}

const steps = [
  'metadata',
  'labels',
  'spec',
  'containers',
  'env',
  '0',
  '1',
  '-',
  '-1',
  'a',
  ...PROTOTYPE_NAMES,
];
const path = fc
  .array(fc.oneof(fc.constantFrom(...steps), fc.string()), { maxLength: 6 })
  .map((parts) => parts.map((part) => `/${part}`).join(''));
const operation = fc.record(
  {
    op: fc.oneof(fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'), fc.string()),
    path: fc.oneof({ weight: 9, arbitrary: path }, { weight: 1, arbitrary: fc.anything() }),
    from: path,
    value: jsonValues(),
  },
  { requiredKeys: ['op', 'path'] },
);
const operations = fc
  .tuple(fc.array(operation, { maxLength: 12 }), fc.constantFrom(1, 1, 1, 100, 2_000))
  .map(([list, times]) => Array<typeof list>(times).fill(list).flat());

/** Patches that look like pods, with directives. */
const names = [
  ...steps,
  '$patch',
  '$retainKeys',
  '$setElementOrder/containers',
  '$deleteFromPrimitiveList/finalizers',
  'name',
];
const { patch } = fc.letrec<{ patch: unknown }>((tie) => ({
  patch: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, 'replace', 'delete', 'merge', 'a', 'b', 'x', 1, true),
    fc.array(tie('patch'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...names), tie('patch'), { maxKeys: 5 }),
  ),
}));
const object = fc.oneof(
  fc.dictionary(fc.constantFrom('metadata', 'spec'), patch, { maxKeys: 2 }),
  fc.record({ spec: fc.dictionary(fc.constantFrom(...names), patch, { maxKeys: 5 }) }),
  fc.record({ spec: fc.record({ containers: fc.array(patch, { maxLength: 5 }) }) }),
  jsonValues(),
);

/** managedFields as a client may have written them. */
const { fields } = fc.letrec<{ fields: unknown }>((tie) => ({
  fields: fc.dictionary(
    fc.oneof(
      fc.constantFrom(
        '.',
        'f:spec',
        'f:containers',
        'k:{"name":"a"}',
        'v:"x"',
        'i:0',
        'f:env',
        'k:',
        'k:{',
        'f:__proto__',
      ),
      fc.string(),
    ),
    fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constant({}), tie('fields')),
    { maxKeys: 4 },
  ),
}));

export const targets = [
  fuzzTarget({
    name: 'api/json-patch',
    input: fc.oneof(operations, jsonValues()),
    run: (input) => {
      inspect(Pod, applyJsonPatch(document(), input));
      checkPrototypes();
    },
    refuses,
  }),
  fuzzTarget({
    name: 'api/merge-patch',
    input: object,
    run: (input) => {
      inspect(Pod, applyMergePatch(document(), input));
      checkPrototypes();
    },
    refuses,
  }),
  fuzzTarget({
    name: 'api/strategic-merge-patch',
    input: object,
    run: (input) => {
      inspect(Pod, applyStrategicPatch(Pod, document(), input));
      checkPrototypes();
    },
    refuses,
  }),
  fuzzTarget({
    name: 'api/apply',
    input: fc.tuple(object, fields, fc.boolean()),
    run: ([input, fieldsV1, force]) => {
      const { object: configuration, problem } = inspect(
        Pod,
        { apiVersion: 'v1', kind: 'Pod', ...(input as object) },
        'partial',
      );
      if (problem !== undefined) return;
      configuration.metadata ??= {};
      const managedFields = [
        { manager: 'm', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1 },
        { manager: 'n', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1 },
      ];
      const live = { ...document(), metadata: { ...document().metadata, managedFields } } as KubeObject;
      const applied = applyPatch({
        kind: Pod,
        live,
        patch: configuration as JsonObject,
        manager: 'm',
        force,
        subresource: '',
        now: 0,
      } as Parameters<typeof applyPatch>[0]);
      inspect(Pod, applied);
      checkPrototypes();
    },
    refuses,
  }),
];
