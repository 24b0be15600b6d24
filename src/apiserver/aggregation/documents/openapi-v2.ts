// The part of another server's OpenAPI v2 document that is about one version: its paths, and the definitions that they need; and the
// same, ready to be spliced into this server's document. Made in slices, between which other requests are served. Called by remote-documents.ts.
// Upstream: FilterSpecByPathsWithoutSideEffects and MergeSpecsIgnorePathConflictRenamingDefinitions in
// k8s.io/kube-openapi/pkg/aggregator.
import { encodeGnostic } from '../../../api/openapi/gnostic.ts';
import type { Swagger } from '../../../api/openapi/swagger.ts';
import { atOnce } from '../../../kit/clock.ts';
import { type RemoteService, rootOf } from '../remote-service.ts';
import { type Json, objectOf } from './shape.ts';

export interface OpenApiV2Part {
  readonly info?: unknown;
  readonly paths: Json;
  readonly definitions: Json;
}

/** The members of both objects, and both as a message that follows this server's own. */
export interface RenderedPart {
  readonly names: ReadonlySet<string>;
  readonly paths: Buffer;
  readonly definitions: Buffer;
  readonly protobuf: Buffer;
}

/** Levels of nesting. Schemas of definitions have about ten. */
const MAX_DEPTH = 100;
const REFERENCE = '#/definitions/';
/** Entries of a slice; each takes some 50 µs. */
export const SLICE = 50;

export type Turn = () => Promise<void>;

/** Throws if a part of it has not the shape that it should have. */
export async function renderedPart(
  part: OpenApiV2Part,
  isTaken: (name: string) => boolean,
  turn: Turn,
): Promise<RenderedPart> {
  const names = namesFor(part.definitions, isTaken);
  const paths = await rendered(part.paths, (own) => ({ paths: own, definitions: {} }), names, turn);
  const renamed = Object.entries(part.definitions).map(([name, schema]) => [names.get(name) ?? name, schema]);
  const all = Object.fromEntries(renamed) as Json;
  const definitions = await rendered(all, (own) => ({ paths: {}, definitions: own }), names, turn);
  return {
    names: new Set(Object.keys(all)),
    paths: paths.json,
    definitions: definitions.json,
    protobuf: Buffer.concat([paths.protobuf, definitions.protobuf]),
  };
}

/** Throws if the document is nested too deeply. */
export async function partOf(document: Json, remote: RemoteService, turn: Turn): Promise<OpenApiV2Part> {
  const own = `${rootOf(remote)}/`;
  const paths: Record<string, unknown> = {};
  for (const [path, item] of Object.entries(objectOf(document.paths)))
    if (path === rootOf(remote) || path.startsWith(own)) paths[path] = item;
  const all = objectOf(document.definitions);
  const definitions: Record<string, unknown> = {};
  const waiting = Object.values(paths);
  for (let done = 1; waiting.length > 0; done++) {
    for (const name of referencesIn(waiting.pop()))
      if (Object.hasOwn(all, name) && !Object.hasOwn(definitions, name)) {
        definitions[name] = all[name];
        waiting.push(all[name]);
      }
    if (done % SLICE === 0) await turn();
  }
  return { info: document.info, paths, definitions };
}

/** Other names for the definitions whose names are taken. Names with a number at their end are never those of this server. */
function namesFor(definitions: Json, isTaken: (name: string) => boolean): Map<string, string> {
  const names = new Map<string, string>();
  for (const name of Object.keys(definitions)) {
    if (!isTaken(name)) continue;
    let number = 2;
    while (isTaken(`${name}_v${number}`) || Object.hasOwn(definitions, `${name}_v${number}`)) number++;
    names.set(name, `${name}_v${number}`);
  }
  return names;
}

const INFO = { title: 'Kubernetes', version: 'v1.36.0' };
const REST = { swagger: '2.0', info: INFO, securityDefinitions: {}, security: [] };

async function rendered(
  members: Json,
  partWith: (members: Json) => OpenApiV2Part,
  names: ReadonlyMap<string, string>,
  turn: Turn,
): Promise<{ json: Buffer; protobuf: Buffer }> {
  const json: string[] = [];
  const messages: Buffer[] = [];
  const entries = Object.entries(members);
  for (let from = 0; from < entries.length; from += SLICE) {
    const slice = withNames(Object.fromEntries(entries.slice(from, from + SLICE)), names) as Json;
    json.push(JSON.stringify(slice).slice(1, -1));
    messages.push(atOnce(encodeGnostic({ ...REST, ...partWith(slice) } as Swagger)));
    await turn();
  }
  return { json: Buffer.from(json.join()), protobuf: Buffer.concat(messages) };
}

function referencesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  visit(value, 0, (reference) => void found.add(reference));
  return found;
}

function visit(value: unknown, depth: number, see: (name: string) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw new Error(`more than ${MAX_DEPTH} levels`);
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string' && inner.startsWith(REFERENCE))
      see(inner.slice(REFERENCE.length));
    else visit(inner, depth + 1, see);
  }
}

function withNames(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one) => withNames(one, names));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    if (key !== '$ref' || typeof inner !== 'string') return [key, withNames(inner, names)];
    const name = names.get(inner.slice(REFERENCE.length));
    return [key, name && inner.startsWith(REFERENCE) ? REFERENCE + name : inner];
  });
  return Object.fromEntries(entries);
}
