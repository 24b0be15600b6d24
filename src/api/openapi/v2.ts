// OpenAPI v2 (swagger): all groups in one document. kubectl up to 1.28 validates with it, and conformance tests read
// it; both request the protobuf form that gnostic.ts writes. Built on demand, in steps, because custom kinds may have tens of
// thousands of properties, and cached as bytes.
import type { Steps } from '../../kit/clock.ts';
import type { ApiGroup } from '../discovery/groups.ts';
import { v2 } from './dialect.ts';
import { encodeGnostic } from './gnostic.ts';
import { hashInSteps, jsonInSteps } from './in-steps.ts';
import { kindsOfStructs } from './kinds-of-structs.ts';
import { consumed, type Operation, operationsOf, tagOf } from './operations.ts';
import { type Parameter, pretty } from './parameters.ts';
import { SchemaSet } from './schemas.ts';
import type { Swagger, SwaggerOperation, SwaggerParameter, SwaggerPath } from './swagger.ts';

export function* openApiV2Document(groups: readonly ApiGroup[]): Steps<Swagger> {
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
      yield;
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
    consumes: body ? consumed(operation) : ['*/*'],
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

export interface RenderedSwagger {
  readonly json: Buffer;
  /** For the ETag. */
  readonly hash: string;
  /** Where the objects `paths` and `definitions` end. */
  readonly pathsEnd: number;
  readonly definitionsEnd: number;
  readonly definitions: ReadonlySet<string>;
}

function* rendered({ paths, definitions, ...rest }: Swagger): Steps<RenderedSwagger> {
  const start = Buffer.from(`${JSON.stringify(rest).slice(0, -1)},"paths":`);
  const first = yield* jsonInSteps(paths);
  const between = Buffer.from(',"definitions":');
  const second = yield* jsonInSteps(definitions);
  const json = Buffer.concat([start, first, between, second, Buffer.from('}')]);
  const pathsEnd = start.length + first.length - 1;
  const definitionsEnd = pathsEnd + between.length + second.length;
  const hash = yield* hashInSteps(json);
  return { json, hash, pathsEnd, definitionsEnd, definitions: new Set(Object.keys(definitions)) };
}

/** Members behind those of an object that is not empty. */
const following = (members: Buffer): Buffer[] => (members.length > 0 ? [Buffer.from(','), members] : []);

/** The same document with further members of `paths` and `definitions`, whose names must be others than those of this one. */
export function jsonWith(
  { json, pathsEnd, definitionsEnd }: RenderedSwagger,
  paths: readonly Buffer[],
  definitions: readonly Buffer[],
): Buffer {
  return Buffer.concat([
    json.subarray(0, pathsEnd),
    ...paths.flatMap(following),
    json.subarray(pathsEnd, definitionsEnd),
    ...definitions.flatMap(following),
    json.subarray(definitionsEnd),
  ]);
}

/** Both forms of the document for a fixed set of kinds. Create a new one when kinds are added or removed. What has been made is
 *  returned without a step; otherwise nothing is made before the first. */
export class OpenApiV2 {
  readonly #groups: readonly ApiGroup[];
  #rendered: RenderedSwagger | undefined;
  #protobuf: Buffer | undefined;

  constructor(groups: readonly ApiGroup[]) {
    this.#groups = groups;
  }

  *rendered(): Steps<RenderedSwagger> {
    if (this.#rendered) return this.#rendered;
    yield;
    this.#rendered = yield* rendered(yield* openApiV2Document(this.#groups));
    return this.#rendered;
  }

  /** Requested as protobufTypes.asked, sent as protobufTypes.answered. */
  *protobuf(): Steps<Buffer> {
    if (this.#protobuf) return this.#protobuf;
    yield;
    this.#protobuf = yield* encodeGnostic(yield* openApiV2Document(this.#groups));
    return this.#protobuf;
  }

  /** Whether the document is about this version of the group. */
  describes(group: string, version: string): boolean {
    const found = this.#groups.find(({ name }) => name === group);
    return found?.versions.some((one) => one.version === version) ?? false;
  }
}

/** The media type that clients request is not valid as a content type, hence two names. */
export const protobufTypes = {
  asked: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
  answered: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
};
