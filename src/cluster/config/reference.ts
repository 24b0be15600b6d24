// The schema for readers: every field with its path, for the reference in the documentation and `tiphys config explain`; and as a JSON
// Schema, for editors. Pure.
import type { Field } from './notation.ts';
import { clusterConfig } from './schema.ts';

export interface FieldReference {
  /** `nodes[].taints[].effect`; `[NAME]` stands for names that users choose. */
  readonly path: string;
  /** `list of string`. */
  readonly type: string;
  readonly description: string;
  /** A value, or words where none stands in the file. */
  readonly default?: string;
  readonly required: boolean;
  readonly values?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of `tiphys up`: `--api-port <port>`. */
  readonly flag?: string;
}

export const configurationReference = (): readonly FieldReference[] =>
  Object.entries(clusterConfig.fields).flatMap(([name, field]) => described(name, field));

function described(path: string, field: Field): FieldReference[] {
  return [referenceOf(path, field), ...partsOf(path, field).flatMap(([at, part]) => described(at, part))];
}

function partsOf(path: string, field: Field): (readonly [string, Field])[] {
  if (field.type === 'object')
    return Object.entries(field.fields).map(([name, one]) => [`${path}.${name}`, one]);
  if (field.type === 'list') return partsOf(`${path}[]`, field.items);
  return field.type === 'map' ? partsOf(`${path}[NAME]`, field.values) : [];
}

function referenceOf(path: string, field: Field): FieldReference {
  const values = valuesOf(field);
  const otherwise = field.otherwise ?? ('default' in field ? String(field.default) : undefined);
  return {
    path,
    type: typeText(field),
    description: field.description,
    required: field.required === true,
    ...(otherwise !== undefined && { default: otherwise }),
    ...(values && { values }),
    ...(field.type === 'integer' && { minimum: field.minimum, maximum: field.maximum }),
    ...(field.flag && { flag: field.flag }),
  };
}

function valuesOf(field: Field): readonly string[] | undefined {
  if (field.type === 'list') return valuesOf(field.items);
  return field.type === 'string' ? field.values : undefined;
}

function typeText(field: Field): string {
  if (field.type === 'list') return `list of ${typeText(field.items)}`;
  if (field.type === 'map') return `map of ${typeText(field.values)}`;
  return field.type === 'string' && field.isPath ? 'path' : field.type;
}

/** JSON Schema, draft 2020-12. */
export const configurationJsonSchema = (): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'tiphys.yaml',
  ...jsonSchema(clusterConfig),
});

function jsonSchema(field: Field): object {
  const { description } = field;
  switch (field.type) {
    case 'string':
      return {
        type: 'string',
        description,
        ...(field.values && { enum: field.values }),
        ...(field.default !== undefined && { default: field.default }),
      };
    case 'duration':
      return { type: 'string', description, pattern: '^[0-9]{1,9}[smh]$' };
    case 'integer':
      return {
        type: 'integer',
        description,
        minimum: field.minimum,
        maximum: field.maximum,
        ...(field.default !== undefined && { default: field.default }),
      };
    case 'boolean':
      return { type: 'boolean', description, ...(field.default !== undefined && { default: field.default }) };
    case 'list':
      return { type: 'array', description, items: jsonSchema(field.items) };
    case 'map':
      return { type: 'object', description, additionalProperties: jsonSchema(field.values) };
    case 'object': {
      const entries = Object.entries(field.fields);
      const required = entries.filter(([, one]) => one.required).map(([name]) => name);
      return {
        type: 'object',
        description,
        properties: Object.fromEntries(entries.map(([name, one]) => [name, jsonSchema(one)])),
        ...(required.length > 0 && { required }),
        additionalProperties: false,
      };
    }
  }
}
