// Validates an object against the schema of its custom kind, with upstream's paths and messages (kube-openapi/pkg/validation).
// Called by the strategy of custom kinds (custom-kind.ts) on create and update.
import type { FieldError } from '../../api/status/status-error.ts';
import type { JsonSchema } from './json-schema.ts';
import { matchesPattern } from './patterns.ts';

type Json = Record<string, unknown>;

/** apiVersion, kind and metadata are validated by the generic registry. */
export function validateCustom(schema: JsonSchema, object: object): FieldError[] {
  const { apiVersion: _a, kind: _k, metadata: _m, ...properties } = schema.properties ?? {};
  const errors: FieldError[] = [];
  check({ ...schema, properties }, object, '', errors);
  return errors;
}

const error = (type: FieldError['type'], field: string, message: string): FieldError => ({
  type,
  field: field || '<nil>',
  message,
});
const shown = (value: unknown): string => JSON.stringify(value) ?? 'null';
const bad = (path: string, value: unknown, rule: string): FieldError =>
  error('FieldValueInvalid', path, `Invalid value: ${shown(value)}: ${path} in body ${rule}`);

function check(schema: JsonSchema, value: unknown, path: string, errors: FieldError[]): void {
  if (value === null && schema.nullable) return;
  if (!checkType(schema, value, path, errors)) return;
  checkEnum(schema, value, path, errors);
  if (typeof value === 'string') checkText(schema, value, path, errors);
  else if (typeof value === 'number') checkNumber(schema, value, path, errors);
  else if (Array.isArray(value)) checkList(schema, value, path, errors);
  else if (typeof value === 'object' && value !== null) checkObject(schema, value as Json, path, errors);
  checkCombinations(schema, value, path, errors);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function checkType(schema: JsonSchema, value: unknown, path: string, errors: FieldError[]): boolean {
  const is = typeName(value);
  if (schema['x-kubernetes-int-or-string']) {
    if (is === 'integer' || is === 'string') return true;
    errors.push(mistyped(path, is, 'integer,string'));
    return false;
  }
  const { type } = schema;
  if (!type || type === is || (type === 'number' && is === 'integer')) return true;
  errors.push(mistyped(path, is, type));
  return false;
}

const mistyped = (path: string, is: string, wanted: string): FieldError =>
  error(
    'FieldValueTypeInvalid',
    path,
    `Invalid value: "${is}": ${path} in body must be of type ${wanted}: "${is}"`,
  );

function checkEnum(schema: JsonSchema, value: unknown, path: string, errors: FieldError[]): void {
  if (!schema.enum || schema.enum.some((allowed) => shown(allowed) === shown(value))) return;
  const supported = schema.enum.map(shown).join(', ');
  errors.push(
    error(
      'FieldValueNotSupported',
      path,
      `Unsupported value: ${shown(value)}: supported values: ${supported}`,
    ),
  );
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  uuid: /^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$/,
  ipv4: /^(\d{1,3}\.){3}\d{1,3}$/,
  email: /^[^@\s]+@[^@\s]+$/,
};

function checkText(schema: JsonSchema, value: string, path: string, errors: FieldError[]): void {
  const { minLength, maxLength, pattern, format } = schema;
  const length = [...value].length;
  if (maxLength !== undefined && length > maxLength)
    errors.push(error('FieldValueTooLong', path, `Too long: may not be more than ${maxLength} bytes`));
  if (minLength !== undefined && length < minLength)
    errors.push(bad(path, value, `should be at least ${minLength} chars long`));
  if (pattern && !matchesPattern(pattern, value)) errors.push(bad(path, value, `should match '${pattern}'`));
  if (format && FORMATS[format] && !FORMATS[format].test(value))
    errors.push(bad(path, value, `must be of type ${format}: ${shown(value)}`));
}

function checkNumber(schema: JsonSchema, value: number, path: string, errors: FieldError[]): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    errors.push(
      bad(path, value, `should be greater than${exclusiveMinimum ? '' : ' or equal to'} ${minimum}`),
    );
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    errors.push(bad(path, value, `should be less than${exclusiveMaximum ? '' : ' or equal to'} ${maximum}`));
  if (multipleOf !== undefined && Math.abs(value / multipleOf - Math.round(value / multipleOf)) > 1e-9)
    errors.push(bad(path, value, `should be a multiple of ${multipleOf}`));
}

function checkList(schema: JsonSchema, value: readonly unknown[], path: string, errors: FieldError[]): void {
  const { minItems, maxItems, items } = schema;
  if (maxItems !== undefined && value.length > maxItems)
    errors.push(
      error('FieldValueTooMany', path, `Too many: ${value.length}: must have at most ${maxItems} items`),
    );
  if (minItems !== undefined && value.length < minItems)
    errors.push(bad(path, value.length, `should have at least ${minItems} items`));
  if (items)
    value.forEach((item, i) => {
      check(items, item, `${path}[${i}]`, errors);
    });
  checkDuplicates(schema, value, path, errors);
}

/** Values of a set and keys of a map must be unique: server-side apply identifies items by them. */
function checkDuplicates(
  schema: JsonSchema,
  value: readonly unknown[],
  path: string,
  errors: FieldError[],
): void {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (listType !== 'set' && listType !== 'map' && !schema.uniqueItems) return;
  const seen = new Set<string>();
  value.forEach((item, i) => {
    const part =
      listType === 'map' ? Object.fromEntries(keys.map((key) => [key, (item as Json | null)?.[key]])) : item;
    const text = shown(part);
    if (seen.has(text))
      errors.push(error('FieldValueDuplicate', `${path}[${i}]`, `Duplicate value: ${text}`));
    seen.add(text);
  });
}

function checkObject(schema: JsonSchema, value: Json, path: string, errors: FieldError[]): void {
  const { required = [], properties = {}, additionalProperties, minProperties, maxProperties } = schema;
  const at = (key: string) => (path ? `${path}.${key}` : key);
  for (const key of required)
    if (value[key] === undefined || (value[key] === null && !properties[key]?.nullable))
      errors.push(error('FieldValueRequired', at(key), 'Required value'));
  const count = Object.keys(value).length;
  if (maxProperties !== undefined && count > maxProperties)
    errors.push(
      error('FieldValueTooMany', path, `Too many: ${count}: must have at most ${maxProperties} items`),
    );
  if (minProperties !== undefined && count < minProperties)
    errors.push(bad(path, count, `should have at least ${minProperties} properties`));
  for (const [key, entry] of Object.entries(value)) {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const other = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    if (property ?? other) check((property ?? other)!, entry, at(key), errors);
  }
}

function checkCombinations(schema: JsonSchema, value: unknown, path: string, errors: FieldError[]): void {
  const fits = (part: JsonSchema): boolean => {
    const found: FieldError[] = [];
    check(part, value, path, found);
    return found.length === 0;
  };
  for (const part of schema.allOf ?? []) check(part, value, path, errors);
  if (schema.anyOf && !schema['x-kubernetes-int-or-string'] && !schema.anyOf.some(fits))
    errors.push(bad(path, value, 'must validate at least one schema (anyOf)'));
  if (schema.oneOf && schema.oneOf.filter(fits).length !== 1)
    errors.push(bad(path, value, 'must validate one and only one schema (oneOf)'));
  if (schema.not && fits(schema.not)) errors.push(bad(path, value, 'must not validate the schema (not)'));
}
