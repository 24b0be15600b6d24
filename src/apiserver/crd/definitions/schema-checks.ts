// Checks the schema of one version of a definition: that it is structural, that its defaults fit, and everything else that
// upstream refuses in schemas. Called by checks.ts. Upstream: validateCustomResourceDefinitionValidation and
// ValidateCustomResourceDefinitionOpenAPISchema in apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go.
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import type { Steps } from '../../../kit/clock.ts';
import { checkDefaults } from './default-checks.ts';
import { checkExpressions } from './expression-checks.ts';
import { checkListType, checkMapType, type Leniency } from './list-checks.ts';
import { type RawSchema, readSchema } from './raw-schema.ts';
import { Report } from './report.ts';
import { checkRules } from './rule-checks.ts';
import { checkStructure, patternsOf } from './structural.ts';

export function* checkSchema(
  value: unknown,
  hasStatus: boolean,
  path: string,
  report: Report,
  leniency: Leniency,
): Steps<void> {
  const before = report.errors.length;
  const schema = readSchema(value, path, report);
  yield;
  if (!schema || report.errors.length > before) return;
  if (hasStatus) checkRoot(schema, path, report);
  if (schema.nullable) report.forbidden(`${path}.nullable`, 'nullable cannot be true at the root');
  const unsupported = unsupportedField(schema);
  yield;
  if (unsupported === undefined) {
    yield* report.patterns.compile(patternsOf(schema as JsonSchema));
    const structure = new Report(report.patterns);
    checkStructure(schema as JsonSchema, path, structure);
    yield;
    if (structure.clean)
      yield* checkDefaults(schema as JsonSchema, path, structure, leniency.unprunedDefaults);
    report.add(...structure.errors);
  }
  yield;
  visit(schema, { path, isRoot: true, inMetadata: false, noDefaults: undefined }, report, leniency);
  if (report.errors.length > before) return;
  if (unsupported !== undefined) return report.invalid(path, '', unsupported);
  yield;
  yield* checkExpressions(schema as JsonSchema, path, report);
}

/** Names of Go's fields: upstream's message lists them. */
const AT_ROOT: Readonly<Record<string, string>> = {
  description: 'Description',
  type: 'Type',
  format: 'Format',
  title: 'Title',
  maximum: 'Maximum',
  exclusiveMaximum: 'ExclusiveMaximum',
  minimum: 'Minimum',
  exclusiveMinimum: 'ExclusiveMinimum',
  maxLength: 'MaxLength',
  minLength: 'MinLength',
  pattern: 'Pattern',
  maxItems: 'MaxItems',
  minItems: 'MinItems',
  uniqueItems: 'UniqueItems',
  multipleOf: 'MultipleOf',
  required: 'Required',
  items: 'Items',
  properties: 'Properties',
  externalDocs: 'ExternalDocs',
  example: 'Example',
  'x-kubernetes-preserve-unknown-fields': 'XPreserveUnknownFields',
  'x-kubernetes-validations': 'XValidations',
};

/** With the status subresource, the schema of status must be found without the root's combinations. */
function checkRoot(schema: RawSchema, path: string, report: Report): void {
  if (schema.type !== undefined && schema.type !== '' && schema.type !== 'object')
    return report.invalid(
      `${path}.type`,
      schema.type,
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled',
    );
  const isSet = (value: unknown) =>
    value !== false && value !== '' && !(Array.isArray(value) && value.length === 0);
  const other = Object.entries(schema).some(([key, value]) => !(key in AT_ROOT) && isSet(value));
  if (other)
    report.invalid(
      path,
      schema,
      `only [${Object.values(AT_ROOT).join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`,
    );
}

/** Why no structural schema can be made of this one. */
function unsupportedField(schema: RawSchema): string | undefined {
  for (const [key, name] of [
    ['id', 'id'],
    ['$schema', 'schema'],
    ['$ref', '$ref'],
    ['patternProperties', 'patternProperties'],
    ['dependencies', 'dependencies'],
    ['additionalItems', 'additionalItems'],
    ['definitions', 'definitions'],
  ] as const)
    if (isPresent(schema[key])) return `OpenAPIV3Schema '${name}' is not supported`;
  if (Array.isArray(schema.items)) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  for (const key in schema.properties) {
    const found = unsupportedField(schema.properties[key]!);
    if (found !== undefined) return found;
  }
  for (const [, part] of otherParts(schema, '')) {
    const found = unsupportedField(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isPresent = (value: unknown): boolean =>
  value !== undefined &&
  value !== '' &&
  !(typeof value === 'object' && Object.keys(value ?? {}).length === 0);

/** The schemas directly within one, with their paths. */
function partsOf(schema: RawSchema, path: string): [string, RawSchema][] {
  const parts = otherParts(schema, path);
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return parts;
  const first = properties.map(([key, one]): [string, RawSchema] => [`${path}.properties[${key}]`, one]);
  return [...first, ...parts];
}

function otherParts(schema: RawSchema, path: string): [string, RawSchema][] {
  const { additionalProperties: more, items, not } = schema;
  const parts: [string, RawSchema][] = [];
  if (typeof more === 'object') parts.push([`${path}.additionalProperties`, more]);
  if (items && !Array.isArray(items)) parts.push([`${path}.items`, items as RawSchema]);
  if (not) parts.push([`${path}.not`, not]);
  for (const name of ['allOf', 'oneOf', 'anyOf'] as const)
    for (const [i, one] of (schema[name] ?? []).entries()) parts.push([`${path}.${name}[${i}]`, one]);
  return parts;
}

interface Place {
  readonly path: string;
  readonly isRoot: boolean;
  /** Within apiVersion, kind or metadata of an object or embedded resource. */
  readonly inMetadata: boolean;
  /** Why there may be no defaults. */
  readonly noDefaults: string | undefined;
}

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

function visit(schema: RawSchema, place: Place, report: Report, leniency: Leniency): void {
  const { path } = place;
  checkFields(schema, place, report);
  for (const [at, part] of partsOf(schema, path))
    visit(part, { ...placeOf(schema, at, place), path: at }, report, leniency);
  if (Array.isArray(schema.items))
    for (const [i, one] of (schema.items as readonly RawSchema[]).entries())
      visit(one, { ...place, isRoot: false, path: `${path}.items[${i}]` }, report, leniency);
  for (const [key, one] of Object.entries(schema.definitions ?? {}))
    visit(one, { ...place, isRoot: false, path: `${path}.definitions[${key}]` }, report, leniency);
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    report.invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined');
  checkMapType(schema, path, report);
  checkListType(schema, path, report, leniency);
  checkRules(schema as JsonSchema, path, report);
}

function placeOf(schema: RawSchema, at: string, place: Place): Place {
  const inner = { ...place, isRoot: false };
  const key = at.slice(place.path.length);
  if (key === '.additionalProperties' && place.inMetadata)
    return { ...inner, noDefaults: 'inside additionalProperties applying to object metadata' };
  const name = /^\.properties\[(metadata|kind|apiVersion)\]$/.exec(key)?.[1];
  if (!name || !(place.isRoot || schema['x-kubernetes-embedded-resource'])) return inner;
  return {
    ...inner,
    inMetadata: true,
    noDefaults: place.isRoot ? `in top-level ${name}` : place.noDefaults,
  };
}

function checkFields(schema: RawSchema, { path, inMetadata, noDefaults }: Place, report: Report): void {
  const { type, additionalProperties: more, properties = {} } = schema;
  if (type && !TYPES.includes(type)) report.notSupported(`${path}.type`, type, TYPES);
  if (schema.default !== undefined && noDefaults !== undefined)
    report.forbidden(`${path}.default`, `must not be set ${noDefaults}`);
  for (const key of [
    'id',
    'additionalItems',
    'patternProperties',
    'definitions',
    'dependencies',
    '$ref',
  ] as const)
    if (isPresent(schema[key]) || (key === 'additionalItems' && schema[key] === false))
      report.forbidden(`${path}.${key}`, `${key} is not supported`);
  if (type === 'null')
    report.forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative');
  if (Array.isArray(schema.items) && schema.items.length > 0)
    report.forbidden(`${path}.items`, 'items must be a schema object and not an array');
  if (inMetadata && schema['x-kubernetes-embedded-resource'])
    report.forbidden(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta');
  if (schema.uniqueItems)
    report.forbidden(
      `${path}.uniqueItems`,
      'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
    );
  if (more !== undefined && more !== true && Object.keys(properties).length > 0)
    report.forbidden(
      `${path}.additionalProperties`,
      'additionalProperties and properties are mutual exclusive',
    );
}
