// The OpenAPI v3 document of a version whose server has OpenAPI v2 alone, made of the part of its document that is about the version:
// kubectl reads no other for explain and validation. Made in slices, between which other requests are served. Called by
// remote-documents.ts. Upstream: ConvertV2ToV3 in k8s.io/kube-openapi/pkg/openapiconv.
import { createHash } from 'node:crypto';
import type { Document } from '../../../api/openapi/v3.ts';
import { type OpenApiV2Part, SLICE, type Turn } from './openapi-v2.ts';
import { type Json, listOf, objectOf, textOf, textsOf } from './shape.ts';

/** Media types of one operation, each of which repeats the schema. Those of Kubernetes have up to seven. */
const MAX_TYPES = 20;
/** Characters of the schemas that one operation repeats: as a rule they are references. */
const MAX_REPEATED = 64 * 1024;

export async function v3DocumentOf(part: OpenApiV2Part, turn: Turn): Promise<Document> {
  const { title, version } = objectOf(part.info);
  const info = JSON.stringify({ title: textOf(title) || 'Kubernetes', version: textOf(version) });
  const paths = await members(part.paths, pathItemOf, turn);
  const schemas = await members(part.definitions, schemaOf, turn);
  const text = `{"openapi":"3.0.0","info":${info},"paths":{${paths}},"components":{"schemas":{${schemas}}}}`;
  const bytes = Buffer.from(text);
  await turn();
  return { bytes, hash: createHash('sha256').update(bytes).digest('hex').toUpperCase() };
}

async function members(all: Json, convert: (value: unknown) => Json, turn: Turn): Promise<string> {
  const parts: string[] = [];
  for (const [i, [name, value]] of Object.entries(all).entries()) {
    parts.push(`${JSON.stringify(name)}:${JSON.stringify(convert(value))}`);
    if (i % SLICE === SLICE - 1) await turn();
  }
  return parts.join();
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);

function pathItemOf(value: unknown): Json {
  const item: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(objectOf(value)))
    if (METHODS.has(key)) item[key] = operationOf(objectOf(inner));
    else if (key === 'parameters') item.parameters = listOf(inner).map(parameterOf);
    else if (isExtension(key)) item[key] = inner;
  return item;
}

const isExtension = (key: string): boolean => key.startsWith('x-');
/** Members of an operation that are the same in both versions. */
const SAME = new Set(['description', 'externalDocs', 'tags', 'summary', 'deprecated', 'operationId']);

function operationOf(given: Json): Json {
  const { parameters, consumes, produces, responses } = given;
  const all = listOf(parameters).map(objectOf);
  const body = all.find((one) => one.in === 'body' && one.schema !== undefined);
  const others = all.filter((one) => one !== body).map(parameterOf);
  return {
    ...membersOf(given, SAME),
    ...(others.length > 0 && { parameters: others }),
    ...(body && { requestBody: { ...contentOf(textsOf(consumes), body.schema) } }),
    responses: responsesOf(objectOf(responses), textsOf(produces)),
  };
}

const membersOf = (given: Json, names: ReadonlySet<string>): Json =>
  Object.fromEntries(Object.entries(given).filter(([key]) => names.has(key) || isExtension(key)));

function contentOf(types: readonly string[], schema: unknown): Json {
  const converted = schemaOf(schema);
  if (types.length > MAX_TYPES) throw new Error(`more than ${MAX_TYPES} media types`);
  if (types.length * JSON.stringify(converted).length > MAX_REPEATED)
    throw new Error('the schemas of an operation are too large');
  return { content: Object.fromEntries(types.map((type) => [type, { schema: converted }])) };
}

const responsesOf = (responses: Json, types: readonly string[]): Json =>
  Object.fromEntries(
    Object.entries(responses).map(([code, value]) => {
      if (isExtension(code)) return [code, value];
      const { description, schema } = objectOf(value);
      return [
        code,
        { description: textOf(description), ...(schema !== undefined && contentOf(types, schema)) },
      ];
    }),
  );

const OF_PARAMETER = new Set(['name', 'in', 'description', 'required', 'allowEmptyValue']);

/** The type of a parameter that is not in the body becomes its schema. */
function parameterOf(value: unknown): Json {
  const given = objectOf(value);
  const { schema, type, format, uniqueItems } = given;
  const simple = {
    ...(type !== undefined && { type }),
    ...(format !== undefined && { format }),
    ...(uniqueItems !== undefined && { uniqueItems }),
  };
  return { ...membersOf(given, OF_PARAMETER), schema: schema === undefined ? simple : schemaOf(schema) };
}

const FROM = '#/definitions/';
const TO = '#/components/schemas/';

/** Members of a schema that are schemas, or lists of them. */
const SCHEMAS = new Set([
  'items',
  'additionalProperties',
  'additionalItems',
  'not',
  'allOf',
  'anyOf',
  'oneOf',
]);

/** References lead to other places in v3, and have no siblings. The part is nested less deeply than the stack is high. */
function schemaOf(value: unknown): Json {
  const { $ref, ...rest } = objectOf(value);
  const schema: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(rest))
    if (key === 'properties')
      schema.properties = Object.fromEntries(
        Object.entries(objectOf(inner)).map(([name, one]) => [name, schemaOf(one)]),
      );
    else schema[key] = SCHEMAS.has(key) ? schemasIn(inner) : inner;
  if (typeof $ref !== 'string') return schema;
  const reference = { $ref: $ref.startsWith(FROM) ? TO + $ref.slice(FROM.length) : $ref };
  return Object.keys(schema).length > 0 ? { allOf: [reference], ...schema } : reference;
}

function schemasIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(schemaOf);
  return typeof value === 'object' && value !== null ? schemaOf(value) : value;
}
