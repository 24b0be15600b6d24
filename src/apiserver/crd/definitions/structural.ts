// Whether a schema is structural: every field has a type, and combinations (allOf, anyOf, oneOf, not) only add value validation
// to fields that have one. Called by schema-checks.ts. Upstream: apiextensions-apiserver/pkg/apiserver/schema/{validation,
// complete}.go.
import { jsonEqual } from '../../../api/patch/json.ts';
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import { own } from '../../../kit/own.ts';
import { Report } from './report.ts';

type Level = 'root' | 'item' | 'field';

const UNTYPED: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

/** Adds the errors in the order of their texts, as upstream. */
export function checkStructure(schema: JsonSchema, path: string, report: Report): void {
  const found = new Report(report.patterns);
  checkLevel(schema, 'root', path, found);
  completeCombinations(schema, schema, path, path, found);
  const text = ({ field, message }: { field: string; message: string }) => `${field}: ${message}`;
  report.add(...found.errors.toSorted((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0)));
}

/** The patterns of a structural schema, those of its combinations too, each as often as it is there. */
export function* patternsOf(schema: JsonSchema): Generator<string> {
  if (schema.pattern) yield schema.pattern;
  const { items, properties, additionalProperties: more, not, allOf = [], anyOf = [], oneOf = [] } = schema;
  for (const key in properties) yield* patternsOf(properties[key]!);
  for (const part of [items, more, not, ...allOf, ...anyOf, ...oneOf])
    if (typeof part === 'object') yield* patternsOf(part);
}

function checkLevel(schema: JsonSchema, level: Level, path: string, report: Report): void {
  const { type, items, properties, additionalProperties: more } = schema;
  if (type === 'array' && !items) report.required(`${path}.items`, 'must be specified');
  if (items) checkLevel(items, 'item', `${path}.items`, report);
  for (const key in properties) checkLevel(properties[key]!, 'field', `${path}.properties[${key}]`, report);
  if (more !== undefined && level === 'root')
    report.forbidden(`${path}.additionalProperties`, 'must not be used at the root');
  if (typeof more === 'object') checkLevel(more, 'field', `${path}.additionalProperties`, report);
  checkExtensions(schema, path, report);
  checkCombinations(schema, path, report);
  checkType(schema, level, path, report);
  checkEnvelope(schema, level, path, report);
}

function checkExtensions(schema: JsonSchema, path: string, report: Report): void {
  if (!schema['x-kubernetes-int-or-string']) return;
  for (const key of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
    if (schema[key])
      report.invalid(`${path}.${key}`, true, 'must be false if x-kubernetes-int-or-string is true');
}

function checkType(schema: JsonSchema, level: Level, path: string, report: Report): void {
  const { type, properties = {}, additionalProperties } = schema;
  const embedded = schema['x-kubernetes-embedded-resource'];
  const open = schema['x-kubernetes-preserve-unknown-fields'];
  if (embedded && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true';
    if (type) report.invalid(`${path}.type`, type, why);
    else report.required(`${path}.type`, why);
  } else if (!type && !open && !schema['x-kubernetes-int-or-string'])
    report.required(`${path}.type`, UNTYPED[level]);
  if (embedded && additionalProperties !== undefined)
    report.forbidden(
      `${path}.additionalProperties`,
      'must not be used if x-kubernetes-embedded-resource is set',
    );
  if (level === 'root' && type && type !== 'object')
    report.invalid(`${path}.type`, type, 'must be object at the root');
  if (embedded && !open && Object.keys(properties).length === 0)
    report.required(
      `${path}.properties`,
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
    );
}

/** apiVersion, kind and metadata of the objects and of embedded resources are not the schema's to describe. */
function checkEnvelope(schema: JsonSchema, level: Level, path: string, report: Report): void {
  const { properties = {} } = schema;
  const checked = level === 'root' || schema['x-kubernetes-embedded-resource'];
  for (const key of ['kind', 'apiVersion']) {
    const found = own(properties, key);
    if (checked && found && found.type !== 'string')
      report.invalid(`${path}.properties[${key}].type`, found.type ?? '', 'must be string');
  }
  const metadata = own(properties, 'metadata');
  if (!metadata) return;
  const at = `${path}.properties[metadata]`;
  if (checked && metadata.type !== 'object')
    report.invalid(`${at}.type`, metadata.type ?? '', 'must be object');
  if (level === 'root' && !restrictsNameOnly(metadata))
    report.forbidden(
      at,
      'must not specify anything other than name and generateName, but metadata is implicitly specified',
    );
}

function restrictsNameOnly({ type: _1, default: _2, properties = {}, ...others }: JsonSchema): boolean {
  const known = Object.keys(properties).every((key) => key === 'name' || key === 'generateName');
  return known && Object.keys(others).length === 0;
}

const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }];
const isIntOrString = (parts: readonly JsonSchema[] | undefined) => jsonEqual(parts, INT_OR_STRING);

/** The two ways to write that a value is an integer or a string are no violations. */
function checkCombinations(schema: JsonSchema, path: string, report: Report): void {
  const parts = { anyOf: isIntOrString(schema.anyOf), allOf: isIntOrString(schema.allOf?.[0]?.anyOf) };
  checkValidation(schema, path, report, parts);
}

/** Which anyOf may hold types: the schema's own, or that of its first allOf. */
interface Excepted {
  readonly anyOf: boolean;
  readonly allOf: boolean;
}
const NOTHING: Excepted = { anyOf: false, allOf: false };

function checkValidation(schema: JsonSchema, path: string, report: Report, excepted: Excepted): void {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  if (!excepted.anyOf)
    for (const [i, one] of anyOf.entries()) checkNested(one, `${path}.anyOf[${i}]`, report);
  for (const [i, one] of allOf.entries())
    checkNested(one, `${path}.allOf[${i}]`, report, {
      anyOf: excepted.allOf && i === 0,
      allOf: false,
    });
  for (const [i, one] of oneOf.entries()) checkNested(one, `${path}.oneOf[${i}]`, report);
  if (not) checkNested(not, `${path}.not`, report);
  const why = pattern ? report.patterns.errorOf(pattern) : undefined;
  if (why !== undefined)
    report.invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${why}`);
}

/** What a schema within a combination may not have, and how its absence is called. */
const OUTSIDE = [
  ['type', 'empty'],
  ['additionalProperties', 'undefined'],
  ['default', 'undefined'],
  ['title', 'empty'],
  ['description', 'empty'],
  ['nullable', 'false'],
  ['x-kubernetes-preserve-unknown-fields', 'false'],
  ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'],
  ['x-kubernetes-list-map-keys', 'empty'],
  ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'],
  ['x-kubernetes-validations', 'empty'],
] as const;

function checkNested(schema: JsonSchema, path: string, report: Report, excepted = NOTHING): void {
  checkValidation(schema, path, report, excepted);
  const { items, properties } = schema;
  if (items) checkNested(items, `${path}.items`, report);
  for (const key in properties) checkNested(properties[key]!, `${path}.properties[${key}]`, report);
  for (const [key, absence] of OUTSIDE) {
    const value = schema[key];
    const absent = absence === 'undefined' ? value === undefined : !value || isEmptyList(value);
    if (!absent && !(key === 'additionalProperties' && value === false))
      report.forbidden(`${path}.${key}`, `must be ${absence} to be structural`);
  }
  if (properties && own(properties, 'metadata'))
    report.forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context');
}

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;

/** Fields that are validated within combinations must be specified outside of them. */
function completeCombinations(
  validation: JsonSchema,
  schema: JsonSchema,
  path: string,
  within: string,
  report: Report,
): void {
  const { not, allOf = [], anyOf = [], oneOf = [] } = validation;
  if (not) completeNested(not, schema, path, `${within}.not`, report);
  for (const [name, parts] of Object.entries({ allOf, anyOf, oneOf }))
    for (const [i, one] of parts.entries())
      completeNested(one, schema, path, `${within}.${name}[${i}]`, report);
}

function completeNested(
  validation: JsonSchema,
  schema: JsonSchema | undefined,
  path: string,
  within: string,
  report: Report,
): void {
  if (!schema) return report.required(path, `because it is defined in ${within}`);
  completeCombinations(validation, schema, path, within, report);
  if (validation.items)
    completeNested(validation.items, schema.items, `${path}.items`, `${within}.items`, report);
  for (const [key, property] of Object.entries(validation.properties ?? {})) {
    const step = `.properties[${key}]`;
    const outside = schema.properties && own(schema.properties, key);
    completeNested(property, outside, path + step, within + step, report);
  }
}
