// OpenAPI v2 (swagger): all groups in one document. kubectl up to 1.28 validates with it, and conformance tests read
// it; both request the protobuf form that gnostic.ts writes. Built on demand and cached as bytes.
import { createHash } from 'node:crypto';
import type { ApiGroup } from '../discovery/groups.ts';
import { encodeGnostic } from './gnostic.ts';
import { kindsOfStructs } from './kinds-of-structs.ts';
import { type Operation, operationsOf, tagOf } from './operations.ts';
import { type Parameter, pretty } from './parameters.ts';
import { SchemaSet, v2 } from './schemas.ts';
import type { Swagger, SwaggerOperation, SwaggerParameter, SwaggerPath } from './swagger.ts';

export function openApiV2Document(groups: readonly ApiGroup[]): Swagger {
  const versions = groups.flatMap(({ name, versions }) =>
    versions.map(({ version, kinds }) => ({ group: name, version, kinds })),
  );
  const schemas = new SchemaSet(v2, kindsOfStructs(...versions));
  const paths: Record<string, SwaggerPath> = {};
  for (const groupVersion of versions) {
    const tag = tagOf(groupVersion);
    for (const operation of operationsOf(groupVersion)) {
      const item = paths[operation.path] ?? { parameters: pathParameters(operation.path) };
      paths[operation.path] = item;
      item[operation.method] = render(operation, schemas, tag);
    }
  }
  const token = { description: 'A bearer token', in: 'header', name: 'authorization', type: 'apiKey' };
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'v1.36.0' },
    paths,
    definitions: schemas.schemas,
    securityDefinitions: { BearerToken: token },
    security: [{ BearerToken: [] }],
  };
}

function pathParameters(path: string): SwaggerParameter[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const variables = names.map((name) => ({
    name,
    in: 'path' as const,
    description: `${name} of the object`,
    required: true,
    type: 'string',
    uniqueItems: true,
  }));
  return path.endsWith('/') ? variables : [...variables, queryParameter(pretty)];
}

const queryParameter = ({ name, type, description }: Parameter): SwaggerParameter => ({
  name,
  in: 'query',
  description,
  type,
  uniqueItems: true,
});

const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
const meanings: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' };

function render(operation: Operation, schemas: SchemaSet, tag: string): SwaggerOperation {
  const { id, description, action, kind, query, body, answer } = operation;
  const parameters = [...bodyParameter(body, schemas), ...query.map(queryParameter)];
  const schema = answer === 'text' ? { type: 'string' } : schemas.reference(answer);
  const answers = operation.codes.map((code) => [code, { description: meanings[code] ?? '', schema }]);
  return {
    tags: [tag],
    description,
    operationId: id,
    consumes: body?.schema === 'patch' ? patchTypes : ['*/*'],
    produces: produces(operation),
    schemes: ['https'],
    ...(parameters.length > 0 && { parameters }),
    responses: { ...Object.fromEntries(answers), 401: { description: 'Unauthorized' } },
    ...(action && { 'x-kubernetes-action': action }),
    ...(kind && { 'x-kubernetes-group-version-kind': kind }),
  };
}

function produces({ answer, action, streams }: Operation): string[] {
  if (answer === 'text') return action === 'connect' ? ['*/*'] : ['text/plain'];
  return ['application/json', ...(streams ? ['application/json;stream=watch'] : []), 'application/yaml'];
}

function bodyParameter(body: Operation['body'], schemas: SchemaSet): SwaggerParameter[] {
  if (!body) return [];
  const schema = body.schema === 'patch' ? schemas.patch() : schemas.reference(body.schema);
  return [{ name: 'body', in: 'body', ...(body.required && { required: true }), schema }];
}

/** Both forms of the document for a fixed set of kinds. Create a new one when kinds are added or removed. */
export class OpenApiV2 {
  readonly #groups: readonly ApiGroup[];
  #json: Buffer | undefined;
  #protobuf: Buffer | undefined;
  #hash: string | undefined;

  constructor(groups: readonly ApiGroup[]) {
    this.#groups = groups;
  }

  json(): Buffer {
    this.#json ??= Buffer.from(JSON.stringify(openApiV2Document(this.#groups)));
    return this.#json;
  }

  /** Requested as protobufTypes.asked, sent as protobufTypes.answered. */
  protobuf(): Buffer {
    this.#protobuf ??= encodeGnostic(openApiV2Document(this.#groups));
    return this.#protobuf;
  }

  /** For the ETag. */
  hash(): string {
    this.#hash ??= createHash('sha256').update(this.json()).digest('hex').toUpperCase();
    return this.#hash;
  }
}

/** The media type that clients request is not valid as a content type, hence two names. */
export const protobufTypes = {
  asked: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
  answered: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
};
