// Definitions of custom kinds: schemas, patterns, scale paths, and objects of such kinds.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeBody } from '../../../src/api/codec/decode.ts';
import {
  CustomResourceDefinition,
  type CustomResourceDefinition as Definition,
} from '../../../src/api/kinds/apiextensions/v1/custom-resource-definition.ts';
import type { JsonSchema } from '../../../src/api/schema/json-schema.ts';
import { loadPatterns } from '../../../src/api/schema/re2.ts';
import { StatusError } from '../../../src/api/status/status-error.ts';
import { customResourceDefinitionRules } from '../../../src/api/validation/kinds/custom-resources/definition.ts';
import { definitionErrors } from '../../../src/apiserver/crd/definitions/checks.ts';
import { matchesPattern, patternError } from '../../../src/apiserver/crd/patterns.ts';
import { structOf } from '../../../src/apiserver/crd/schema-type.ts';
import { validateCustom } from '../../../src/apiserver/crd/validation/validate.ts';
import { ValidationRun, WorkExceeded } from '../../../src/apiserver/crd/validation/validation-run.ts';
import { getPath, setPath } from '../../../src/apiserver/handlers/subresources/scale-paths.ts';
import { jsonValues, nearMisses, PROTOTYPE_NAMES, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

await loadPatterns();
const never = () => false;

const key = fc.oneof(fc.constantFrom('a', 'b', ...PROTOTYPE_NAMES), fc.string());
function schemaOf(depth: number): fc.Arbitrary<JsonSchema> {
  const inner = depth === 0 ? fc.constant<JsonSchema>({ type: 'string' }) : schemaOf(depth - 1);
  return fc.record(
    {
      type: fc.constantFrom('object', 'array', 'string', 'integer', 'number', 'boolean'),
      properties: fc.dictionary(key, inner, { maxKeys: 2 }),
      additionalProperties: fc.oneof(fc.boolean(), inner),
      items: inner,
      required: fc.array(key, { maxLength: 2 }),
      enum: fc.array(jsonValues(1), { maxLength: 2 }),
      pattern: fc.constantFrom('a+', '^(a|b)*$', '(?=a)', '['),
      maxLength: fc.nat(3),
      minItems: fc.nat(2),
      uniqueItems: fc.boolean(),
      nullable: fc.boolean(),
      anyOf: fc.array(inner, { maxLength: 2 }),
      allOf: fc.array(inner, { maxLength: 2 }),
      oneOf: fc.array(inner, { maxLength: 2 }),
      not: inner,
    },
    { requiredKeys: [] },
  );
}
const small = schemaOf(2);

const patternPieces = [
  ...'()[]{}*+?|^$\\.-,a0',
  '{1000}',
  '{0,500}',
  '(?=',
  '(?i)',
  '\\pL',
  '[[:alpha:]]',
  '\\1',
  '(?P<a>',
];

export const targets = [
  fuzzTarget({
    name: 'apiserver/custom-schema',
    input: fc.tuple(small, jsonValues()),
    run: ([openAPIV3Schema, value]) => {
      structOf(openAPIV3Schema, 'a');
      validateCustom({ properties: { spec: openAPIV3Schema } }, { spec: value });
      assert.deepEqual(Object.keys(Object.prototype), []);
    },
    refuses: never,
  }),
  fuzzTarget({
    name: 'apiserver/definition',
    input: fc.tuple(jsonValues(), small, fc.string()),
    run: ([part, openAPIV3Schema, text]) => {
      const wild = { group: text, names: { plural: text, kind: 'A' }, scope: 'Cluster', versions: [part] };
      const version = {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema },
        subresources: part,
      };
      for (const spec of [part, wild, { ...wild, versions: [version] }]) {
        const body = {
          apiVersion: 'apiextensions.k8s.io/v1',
          kind: 'CustomResourceDefinition',
          metadata: { name: text },
          spec,
        };
        const { object } = decodeBody<Definition>(CustomResourceDefinition, JSON.stringify(body));
        const errors = customResourceDefinitionRules.create!(object);
        if (errors.length === 0) definitionErrors(object);
      }
    },
    refuses: (error) => error instanceof StatusError && error.code === 400,
  }),
  fuzzTarget({
    name: 'apiserver/pattern',
    input: fc.tuple(
      fc.oneof(
        piecesOf(patternPieces),
        nearMisses(['^([a-z]+\\d{1,3}\\.){3}[a-z]$', '^(?:a|b)*$'], patternPieces),
      ),
      piecesOf(['a', 'b', '0', '\n', 'é']).map((text) => text.slice(0, 20_000)),
    ),
    run: ([pattern, text]) => {
      if (patternError(pattern) === undefined) matchesPattern(pattern, text, new ValidationRun().spendMatch);
    },
    refuses: (error) => error instanceof WorkExceeded,
  }),
  fuzzTarget({
    name: 'apiserver/scale-path',
    // Longer paths are refused with the definition.
    input: fc.tuple(
      piecesOf(['.', 'spec', 'a', '[0]', ...PROTOTYPE_NAMES]).map((path) => path.slice(0, 1_024)),
      jsonValues(),
    ),
    run: ([path, spec]) => {
      const object = { spec: structuredClone(spec) };
      getPath(object, path);
      setPath(object, path, 1);
      assert.equal(getPath(object, path), 1);
      assert.deepEqual(Object.keys(Object.prototype), []);
      assert.equal(Object.getPrototypeOf(object), Object.prototype);
    },
    refuses: (error) => error instanceof StatusError,
  }),
];
