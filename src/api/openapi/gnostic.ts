// An OpenAPI v2 document in the protobuf form of gnostic's openapi.v2 package, the only form that clients of /openapi/v2
// request. Field numbers are those of OpenAPIv2.proto; values of arbitrary shape are encoded as YAML text (JSON is YAML).
import { atOnce, type Steps } from '../../kit/clock.ts';
import {
  block,
  doubleField,
  flagField,
  integerField,
  textField,
  textFields,
} from '../../kit/protobuf/fields.ts';
import type { Schema } from './dialect.ts';
import type { Swagger, SwaggerOperation, SwaggerParameter, SwaggerPath } from './swagger.ts';

export function* encodeGnostic(document: Swagger): Steps<Buffer> {
  const paths: Buffer[] = [];
  for (const [path, item] of Object.entries(document.paths)) {
    paths.push(block(2, textField(1, path), block(2, pathItem(item))));
    yield;
  }
  const definitions = yield* namedSchemas(document.definitions);
  const parts = [
    textField(1, document.swagger),
    block(2, textField(1, document.info.title), textField(2, document.info.version)),
    block(8, ...paths),
    block(9, definitions),
    ...document.security.map((requirement) =>
      block(12, ...entries(requirement, (name) => block(1, textField(1, name), block(2)))),
    ),
    block(13, ...entries(document.securityDefinitions, securityDefinition)),
  ];
  return Buffer.concat(parts.filter((part) => part !== undefined));
}

const entries = <T>(map: Readonly<Record<string, T>>, encode: (key: string, value: T) => Buffer): Buffer[] =>
  Object.entries(map).map(([key, value]) => encode(key, value));

function securityDefinition(name: string, value: unknown): Buffer {
  const { type, name: header, in: place, description } = value as Record<string, string>;
  const key = block(
    2,
    textField(1, type),
    textField(2, header),
    textField(3, place),
    textField(4, description),
  );
  return block(1, textField(1, name), block(2, key));
}

/** A step for each, also for those of properties: one definition may have tens of thousands. */
function* namedSchemas(schemas: Readonly<Record<string, Schema>>): Steps<Buffer> {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(schemas)) {
    parts.push(block(1, textField(1, name), block(2, yield* schema(value))));
    yield;
  }
  return Buffer.concat(parts);
}

/** Any value as YAML. */
const anyValue = (value: unknown): Buffer => block(2, Buffer.from(JSON.stringify(value)));

const extensions = (number: number, value: object): Buffer =>
  Buffer.concat(
    Object.entries(value)
      .filter(([name]) => name.startsWith('x-'))
      .map(([name, content]) => block(number, textField(1, name), block(2, anyValue(content)))),
  );

/** Numbers of the scalar fields of a schema. */
const texts = { $ref: 1, format: 2, title: 3, description: 4, pattern: 13 } as const;
const doubles = { multipleOf: 6, maximum: 7, minimum: 9 } as const;
const flags = { exclusiveMaximum: 8, exclusiveMinimum: 10, uniqueItems: 16 } as const;
const counts = {
  maxLength: 11,
  minLength: 12,
  maxItems: 14,
  minItems: 15,
  maxProperties: 17,
  minProperties: 18,
} as const;

interface Parts {
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly items?: Schema;
  readonly properties?: Record<string, Schema>;
  readonly additionalProperties?: Schema | boolean;
  readonly externalDocs?: { readonly description?: string; readonly url?: string };
}

function* schema(value: Schema): Steps<Buffer> {
  const { required, type, items, properties, additionalProperties: more, externalDocs } = value as Parts;
  const parts = [
    ...scalars(texts, value, (number, text: string) => textField(number, text)),
    value.default === undefined ? undefined : block(5, anyValue(value.default)),
    ...scalars(doubles, value, doubleField),
    ...scalars(flags, value, flagField),
    ...scalars(counts, value, integerField),
    textFields(19, required),
    Buffer.concat(((value as Parts).enum ?? []).map((one) => block(20, anyValue(one)))),
    more !== undefined &&
      block(21, typeof more === 'object' ? block(1, yield* schema(more)) : flagField(2, more)),
    type ? block(22, textField(1, type)) : undefined,
    items && block(23, block(1, yield* schema(items))),
    properties && block(25, yield* namedSchemas(properties)),
    externalDocs && block(29, textField(1, externalDocs.description), textField(2, externalDocs.url)),
    value.example === undefined ? undefined : block(30, anyValue(value.example)),
    extensions(31, value),
  ];
  return Buffer.concat(parts.filter((part) => part !== undefined && part !== false));
}

const scalars = <T>(
  numbers: Readonly<Record<string, number>>,
  value: Schema,
  encode: (number: number, content: T) => Buffer | undefined,
): (Buffer | undefined)[] =>
  Object.entries(numbers).map(([name, number]) =>
    value[name] === undefined ? undefined : encode(number, value[name] as T),
  );

const methodNumbers: Readonly<Record<string, number>> = {
  get: 2,
  put: 3,
  post: 4,
  delete: 5,
  options: 6,
  head: 7,
  patch: 8,
};

function pathItem(item: SwaggerPath): Buffer {
  const parts = Object.entries(item).map(([key, value]) =>
    key === 'parameters'
      ? parameters(9, value as readonly SwaggerParameter[])
      : block(methodNumbers[key] as number, operation(value as SwaggerOperation)),
  );
  return Buffer.concat(parts);
}

function operation(value: SwaggerOperation): Buffer {
  const answers = Object.entries(value.responses).map(([code, { description, schema: content }]) => {
    const response = [textField(1, description), content && block(2, block(1, atOnce(schema(content))))];
    return block(1, textField(1, code), block(2, block(1, ...response)));
  });
  const parts = [
    textFields(1, value.tags),
    textField(3, value.description),
    textField(5, value.operationId),
    textFields(6, value.produces),
    textFields(7, value.consumes),
    parameters(8, value.parameters ?? []),
    block(9, ...answers),
    textFields(10, value.schemes),
    extensions(13, value),
  ];
  return Buffer.concat(parts.filter((part) => part !== undefined));
}

const parameters = (number: number, list: readonly SwaggerParameter[]): Buffer =>
  Buffer.concat(list.map((one) => block(number, block(1, parameter(one)))));

/** A body parameter is number 1 of Parameter; the others are wrapped once more, query at 3 and path at 4. */
function parameter(value: SwaggerParameter): Buffer {
  const { name, description, required, type } = value;
  if (value.in === 'body') {
    const content = value.schema && block(5, atOnce(schema(value.schema)));
    return block(
      1,
      textField(1, description),
      textField(2, name),
      textField(3, 'body'),
      flagField(4, required),
      content,
    );
  }
  const query = value.in === 'query';
  const fields = [
    flagField(1, required),
    textField(2, value.in),
    textField(3, description),
    textField(4, name),
    textField(query ? 6 : 5, type),
    flagField(query ? 20 : 19, value.uniqueItems),
  ];
  return block(2, block(query ? 3 : 4, ...fields));
}
