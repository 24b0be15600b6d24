// A schema as it was sent: besides the fields of structural schemas, those that are refused. Fields of a wrong type are reported
// and left out, so that all other code can rely on types. Called by checks.ts.
import { isObject } from '../../../api/patch/json.ts';
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import { own } from '../../../kit/own.ts';
import type { Report } from './report.ts';

export interface RawSchema extends Omit<JsonSchema, SubSchema> {
  readonly id?: string;
  readonly $schema?: string;
  readonly $ref?: string;
  readonly additionalItems?: boolean | RawSchema;
  readonly patternProperties?: Readonly<Record<string, RawSchema>>;
  readonly definitions?: Readonly<Record<string, RawSchema>>;
  readonly dependencies?: Readonly<Record<string, RawSchema | readonly string[]>>;
  readonly properties?: Readonly<Record<string, RawSchema>>;
  readonly additionalProperties?: boolean | RawSchema;
  readonly items?: RawSchema | readonly RawSchema[];
  readonly allOf?: readonly RawSchema[];
  readonly anyOf?: readonly RawSchema[];
  readonly oneOf?: readonly RawSchema[];
  readonly not?: RawSchema;
}

type SubSchema = 'properties' | 'additionalProperties' | 'items' | 'allOf' | 'anyOf' | 'oneOf' | 'not';

type Form =
  | 'string'
  | 'number'
  | 'boolean'
  | 'any'
  | 'list'
  | 'texts'
  | 'object'
  | 'schema'
  | 'schema or boolean'
  | 'schema or schemas'
  | 'schema or texts';

const FORMS: Readonly<Record<string, Form>> = {
  id: 'string',
  $schema: 'string',
  $ref: 'string',
  type: 'string',
  title: 'string',
  description: 'string',
  format: 'string',
  pattern: 'string',
  nullable: 'boolean',
  uniqueItems: 'boolean',
  exclusiveMinimum: 'boolean',
  exclusiveMaximum: 'boolean',
  minimum: 'number',
  maximum: 'number',
  multipleOf: 'number',
  minLength: 'number',
  maxLength: 'number',
  minItems: 'number',
  maxItems: 'number',
  minProperties: 'number',
  maxProperties: 'number',
  enum: 'list',
  required: 'texts',
  default: 'any',
  example: 'any',
  externalDocs: 'object',
  'x-kubernetes-preserve-unknown-fields': 'boolean',
  'x-kubernetes-embedded-resource': 'boolean',
  'x-kubernetes-int-or-string': 'boolean',
  'x-kubernetes-list-type': 'string',
  'x-kubernetes-list-map-keys': 'texts',
  'x-kubernetes-map-type': 'string',
  'x-kubernetes-validations': 'list',
  additionalItems: 'schema or boolean',
  additionalProperties: 'schema or boolean',
  items: 'schema or schemas',
  not: 'schema',
};
const MAPS: Readonly<Record<string, Form>> = {
  properties: 'schema',
  patternProperties: 'schema',
  definitions: 'schema',
  dependencies: 'schema or texts',
};
const LISTS = new Set(['allOf', 'anyOf', 'oneOf']);

/** Levels of schemas, in one version. Upstream has no limit; the deepest in use (pods within templates) have about 20. */
const DEEPEST = 100;
/** Schemas of one version. Upstream has no limit; the largest in use have about 15,000. */
const MOST_SCHEMAS = 50_000;

/** Undefined if the value is no schema, or one that is too large: then an error was reported. */
export function readSchema(value: unknown, path: string, report: Report): RawSchema | undefined {
  const reader = new SchemaReader(report);
  const schema = reader.schema(value, path, 0);
  return reader.refused ? undefined : (schema as RawSchema | undefined);
}

class SchemaReader {
  refused = false;
  readonly #report: Report;
  #schemas = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  schema(value: unknown, path: string, depth: number): unknown {
    if (this.refused) return undefined;
    if (!isObject(value)) return this.#mistyped(path, value, 'object');
    if (depth > DEEPEST) return this.#refuse(path, `must be nested at most ${DEEPEST} levels deep`);
    if (++this.#schemas > MOST_SCHEMAS)
      return this.#refuse(path, `must contain at most ${MOST_SCHEMAS} schemas`);
    const out: Record<string, unknown> = {};
    for (const [key, content] of Object.entries(value)) {
      if (content === null || content === undefined) continue;
      const read = this.#member(key, content, `${path}.${key}`, depth);
      if (read !== undefined) out[key] = read;
    }
    return out;
  }

  #member(key: string, content: unknown, path: string, depth: number): unknown {
    if (LISTS.has(key)) return this.#each(content, path, 'schema', depth);
    const form = own(FORMS, key);
    if (form) return this.#read(form, content, path, depth);
    const inner = own(MAPS, key);
    if (!inner) return undefined;
    if (!isObject(content)) return this.#mistyped(path, content, 'object');
    const pairs: [string, unknown][] = [];
    for (const [name, one] of Object.entries(content)) {
      const read = this.#read(inner, one, `${path}[${name}]`, depth);
      if (read !== undefined) pairs.push([name, read]);
    }
    return Object.fromEntries(pairs);
  }

  #read(form: Form, content: unknown, path: string, depth: number): unknown {
    switch (form) {
      case 'any':
        return content;
      case 'string':
      case 'number':
      case 'boolean':
        return typeof content === form ? content : this.#mistyped(path, content, form);
      case 'object':
        return isObject(content) ? content : this.#mistyped(path, content, form);
      case 'list':
        return Array.isArray(content) ? content : this.#mistyped(path, content, 'array');
      case 'texts':
        return isTexts(content) ? content : this.#mistyped(path, content, 'array of strings');
      case 'schema':
        return this.schema(content, path, depth + 1);
      case 'schema or boolean':
        return typeof content === 'boolean' ? content : this.schema(content, path, depth + 1);
      case 'schema or schemas':
        return Array.isArray(content)
          ? this.#each(content, path, 'schema', depth)
          : this.schema(content, path, depth + 1);
      case 'schema or texts':
        return isTexts(content) ? content : this.schema(content, path, depth + 1);
    }
  }

  #each(content: unknown, path: string, form: Form, depth: number): unknown {
    if (!Array.isArray(content)) return this.#mistyped(path, content, 'array');
    return content
      .map((one, i) => this.#read(form, one, `${path}[${i}]`, depth))
      .filter((one) => one !== undefined);
  }

  #mistyped(path: string, value: unknown, form: string): undefined {
    this.#report.mistyped(path, value, form);
    return undefined;
  }

  #refuse(path: string, why: string): undefined {
    this.refused = true;
    this.#report.invalid(path, '', why);
    return undefined;
  }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
