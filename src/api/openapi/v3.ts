// OpenAPI v3: one document for each group and version, and the index that names them with their hashes. kubectl reads the
// documents for explain, and to see whether the server validates fields. Built on demand, in steps, because custom kinds may
// have tens of thousands of properties, and cached as bytes.
import type { Steps } from '../../kit/clock.ts';
import type { ApiGroup } from '../discovery/groups.ts';
import { type AnyResource, allVerbs } from '../meta/v1/resource.ts';
import { WatchEvent } from '../meta/v1/watch-event.ts';
import { type Schema, v3 } from './dialect.ts';
import type { GroupVersion } from './group-version.ts';
import { hashInSteps, jsonInSteps } from './in-steps.ts';
import { kindsOfStructs } from './kinds-of-structs.ts';
import { consumed, type Operation, operationsOf, rootPath, tagOf } from './operations.ts';
import { type Parameter, pretty } from './parameters.ts';
import { SchemaSet } from './schemas.ts';

const meanings: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' };

/** The whole document of one group and version. */
export function* openApiV3Document(groupVersion: GroupVersion): Steps<Record<string, unknown>> {
  const schemas = new SchemaSet(v3, kindsOfStructs(groupVersion));
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operationsOf(groupVersion)) {
    paths[operation.path] ??= pathItem(operation.path);
    const item = paths[operation.path]!;
    item[operation.method] = render(operation, schemas, tagOf(groupVersion));
    yield;
  }
  if (groupVersion.kinds.some(isWatched)) schemas.reference(WatchEvent);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.0' },
    paths,
    components: {
      schemas: schemas.schemas,
      securitySchemes: {
        BearerToken: { description: 'A bearer token', in: 'header', name: 'authorization', type: 'apiKey' },
      },
    },
  };
}

const isWatched = ({ resource }: AnyResource) => (resource.verbs ?? allVerbs).includes('watch');

const inPath: Readonly<Record<string, string>> = {
  name: 'Name of the object.',
  namespace: 'Namespace of the object.',
  path: 'URL path to use in the request.',
};

function pathParameters(path: string): unknown[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const inQuery = path.endsWith('/') ? [] : [queryParameter(pretty)];
  const variables = names.map((name) => ({
    name,
    in: 'path',
    description: inPath[name],
    required: true,
    schema: { type: 'string', uniqueItems: true },
  }));
  return [...variables, ...inQuery];
}

/** No empty lists: documents stay the same when Go decodes and encodes them. */
function pathItem(path: string): Record<string, unknown> {
  const parameters = pathParameters(path);
  return parameters.length > 0 ? { parameters } : {};
}

const queryParameter = ({ name, type, description }: Parameter) => ({
  name,
  in: 'query',
  description,
  schema: { type, uniqueItems: true },
});

function render(operation: Operation, schemas: SchemaSet, tag: string): Record<string, unknown> {
  const { id, description, action, kind, query, body } = operation;
  return {
    tags: [tag],
    description,
    operationId: id,
    ...(query.length > 0 && { parameters: query.map(queryParameter) }),
    ...(body && { requestBody: requestBody(body, consumed(operation), schemas) }),
    responses: responses(operation, schemas),
    ...(action && { 'x-kubernetes-action': action }),
    ...(kind && { 'x-kubernetes-group-version-kind': kind }),
  };
}

function requestBody(
  { schema, required }: NonNullable<Operation['body']>,
  types: readonly string[],
  schemas: SchemaSet,
): Schema {
  const reference = schema === 'patch' ? schemas.patch() : schemas.reference(schema);
  const content = Object.fromEntries(types.map((type) => [type, { schema: reference }]));
  return { content, ...(required && { required }) };
}

function responses(operation: Operation, schemas: SchemaSet): Schema {
  const schema = operation.answer === 'text' ? { type: 'string' } : schemas.reference(operation.answer);
  const types = answerTypes(operation);
  const content = Object.fromEntries(types.map((type) => [type, { schema }]));
  return {
    ...Object.fromEntries(operation.codes.map((code) => [code, { description: meanings[code], content }])),
    401: { description: 'Unauthorized' },
  };
}

function answerTypes({ answer, action, streams }: Operation): string[] {
  if (answer === 'text') return action === 'connect' ? ['*/*'] : ['text/plain'];
  return ['application/json', ...(streams ? ['application/json;stream=watch'] : []), 'application/yaml'];
}

export interface Document {
  readonly bytes: Buffer;
  readonly hash: string;
}

export const documentUrl = (path: string, hash: string): string => `/openapi/v3/${path}?hash=${hash}`;

/** Members of the document that are rendered a member at a time. */
const LARGE = new Set(['paths', 'components', 'schemas']);

/** The documents for a fixed set of kinds. Create a new one, from the old, when kinds change. What has been made is returned
 *  without a step; otherwise nothing is made before the first. */
export class OpenApiV3 {
  readonly #versions = new Map<string, GroupVersion>();
  readonly #documents = new Map<string, Document>();

  constructor(groups: readonly ApiGroup[], before?: OpenApiV3) {
    for (const { name, versions } of groups) {
      for (const { version, kinds } of versions) {
        const groupVersion = { group: name, version, kinds };
        const path = rootPath(groupVersion).slice(1);
        this.#versions.set(path, groupVersion);
        const known = before?.unchanged(path, groupVersion);
        if (known) this.#documents.set(path, known);
      }
    }
  }

  /** The document, if it has been built and would be the same for `kinds`. */
  unchanged(path: string, { kinds }: GroupVersion): Document | undefined {
    const own = this.#versions.get(path)?.kinds;
    const same = own?.length === kinds.length && own.every((kind, index) => kind === kinds[index]);
    return same ? this.#documents.get(path) : undefined;
  }

  /** By `api/v1` or `apis/GROUP/VERSION`. */
  *document(path: string): Steps<Document | undefined> {
    const known = this.#documents.get(path);
    const groupVersion = this.#versions.get(path);
    if (known || !groupVersion) return known;
    yield;
    const bytes = yield* jsonInSteps(yield* openApiV3Document(groupVersion), LARGE);
    const document = { bytes, hash: yield* hashInSteps(bytes) };
    this.#documents.set(path, document);
    return document;
  }

  /** The body of /openapi/v3. */
  *index(): Steps<{ paths: Record<string, { serverRelativeURL: string }> }> {
    const paths: Record<string, { serverRelativeURL: string }> = {};
    for (const path of [...this.#versions.keys()].sort()) {
      const document = yield* this.document(path);
      paths[path] = { serverRelativeURL: documentUrl(path, document!.hash) };
    }
    return { paths };
  }
}
