// Decodes the bytes of a request to an object of a kind: types checked, unknown fields, nulls and zero values removed.
// The request handlers call decodeBody; its errors are the 400s of the API in upstream's words.
import { type AnyResource, apiVersionOf, type KubeObject } from '../meta/v1/resource.ts';
import { decodeMessage } from '../protobuf/decode.ts';
import { openEnvelope } from '../protobuf/envelope.ts';
import type { StructType } from '../schema/notation.ts';
import { badRequest, StatusError } from '../status/status-error.ts';
import { AliasError } from './aliases.ts';
import { conform } from './conform.ts';
import { JsonSyntaxError, type ParsedJson, parseJson, readJson } from './json.ts';
import { repeatedYamlKeys } from './repeated-yaml-keys.ts';
import { MOST_REPORTED, scan } from './scan.ts';
import { type Form, Walk } from './walk.ts';
import { parseYaml, parseYamlLeniently } from './yaml.ts';
import { yamlProblem } from './yaml-errors.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** A kind that is stored, or a struct that occurs only in requests (Scale, Eviction, DeleteOptions). */
export type Target = StructType | AnyResource;

export interface BodyOptions {
  /** Defaults to application/json. */
  readonly mediaType?: string;
  /** Defaults to Warn. */
  readonly fieldValidation?: FieldValidation;
}

export interface Decoded<T = KubeObject> {
  readonly object: T;
  /** Texts for Warning headers: `unknown field "spec.foo"`. */
  readonly warnings: readonly string[];
}

export interface Findings {
  readonly object: Record<string, unknown>;
  /** Paths of unknown fields. */
  readonly unknown: readonly string[];
  /** The first value that does not fit its field, in Go's words. */
  readonly problem?: string;
}

/** Converts a parsed value, such as the result of a patch, to the form of a kind. It may share parts with `known`, which has it. */
export function inspect(kind: StructType, value: unknown, form: Form = 'object', known?: unknown): Findings {
  const walk = new Walk(form);
  const object = conform(kind, value, walk, known) as Record<string, unknown>;
  return { object, unknown: walk.unknown, ...(walk.problem !== undefined && { problem: walk.problem }) };
}

/** Throws a BadRequest; under Strict also for unknown and repeated fields. */
export function decodeBody<T = KubeObject>(
  kind: Target,
  body: Uint8Array | string,
  options: BodyOptions = {},
): Decoded<T> {
  const mode = options.fieldValidation ?? 'Warn';
  const parsed = parse(kind, body, options.mediaType ?? 'application/json', mode);
  const named = parsed.value as { apiVersion?: unknown; kind?: unknown };
  checkKind(kind, named, body);
  const { object, unknown, problem } = inspect(kind, parsed.value);
  if (problem !== undefined) throw cannotHandle(kind, named, problem);
  const warnings = mode === 'Ignore' ? [] : strictProblems(unknown, parsed.repeated);
  if (mode === 'Strict' && warnings.length > 0) throw cannotHandle(kind, named, strictError(warnings));
  return { object: withNames(kind, object) as T, warnings };
}

export interface Configuration {
  /** As it was sent: unknown fields are for the schema of server-side apply to refuse. */
  readonly sent: Record<string, unknown>;
  /** The known fields in the form of the kind; zero values are kept and nothing is added. */
  readonly object: Record<string, unknown>;
  /** About repeated keys. */
  readonly repeated: readonly string[];
}

/** The body of server-side apply. One without a version is refused later, by applyPatch. */
export function decodeConfiguration(
  kind: AnyResource,
  body: Uint8Array,
  { mediaType = 'application/json', fieldValidation = 'Warn' }: BodyOptions = {},
): Configuration {
  const { value, repeated } = parse(kind, body, mediaType, fieldValidation);
  checkKind(kind, value, body);
  const { object, problem } = inspect(kind, value, 'partial');
  if (problem !== undefined) throw cannotHandle(kind, value, problem);
  const named = value.apiVersion ? withNames(kind, object) : object;
  return { sent: value, object: named, repeated };
}

/** At most a hundred, as upstream reports them. */
export function strictProblems(unknown: readonly string[], repeated: readonly string[] = []): string[] {
  const texts = [...unknown.map((path) => `unknown field "${path}"`), ...repeated];
  return texts.slice(0, MOST_REPORTED);
}

export const strictError = (problems: readonly string[]): string =>
  `strict decoding error: ${problems.join(', ')}`;

interface Parsed {
  readonly value: Record<string, unknown>;
  /** Whole texts about repeated keys. */
  readonly repeated: readonly string[];
}

function parse(kind: Target, body: Uint8Array | string, mediaType: string, mode: FieldValidation): Parsed {
  if (mediaType.includes('protobuf')) return fromProtobuf(kind, body);
  const text =
    typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.length).toString();
  const parsed = mediaType.includes('yaml') ? fromYaml(kind, text, mode) : fromJson(kind, text, mode);
  if (typeof parsed.value === 'object' && parsed.value !== null && !Array.isArray(parsed.value))
    return parsed as Parsed;
  const shown = Array.isArray(parsed.value)
    ? 'array'
    : typeof parsed.value === 'boolean'
      ? 'bool'
      : typeof parsed.value;
  const into =
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
  throw unrecognized(kind, `json: cannot unmarshal ${shown} into Go value of type ${into}`, text);
}

/** Protobuf has neither unknown nor repeated fields to report. */
function fromProtobuf(kind: Target, body: Uint8Array | string): Parsed {
  try {
    const envelope = openEnvelope(typeof body === 'string' ? Buffer.from(body, 'latin1') : body);
    const { apiVersion, raw } = envelope;
    const names = { ...(apiVersion && { apiVersion }), ...(envelope.kind && { kind: envelope.kind }) };
    if (envelope.kind && envelope.kind !== kindOf(kind)) return { value: names, repeated: [] };
    const json = envelope.contentType.includes('json');
    const fields = json ? (parseJson(raw.toString()) as object) : decodeMessage(kind, raw);
    return { value: { ...names, ...fields }, repeated: [] };
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kindOf(kind)}): ${(error as Error).message}`,
    );
  }
}

interface Loose {
  readonly value: unknown;
  readonly repeated: readonly string[];
}

function fromJson(kind: Target, text: string, mode: FieldValidation): Loose {
  const { value, keys } = readable(kind, text);
  if (mode === 'Ignore' || countKeys(value) === keys) return { value, repeated: [] };
  return { value, repeated: scan(text).map((path) => `duplicate field "${path}"`) };
}

function readable(kind: Target, text: string): ParsedJson {
  try {
    return readJson(text);
  } catch (error) {
    throw error instanceof JsonSyntaxError ? unrecognized(kind, error.message, text) : error;
  }
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) for (const element of value) count += countKeys(element);
  else for (const key in value) count += 1 + countKeys((value as Record<string, unknown>)[key]);
  return count;
}

function fromYaml(kind: Target, text: string, mode: FieldValidation): Loose {
  try {
    return { value: parseYaml(text), repeated: [] };
  } catch (error) {
    if (error instanceof StatusError) throw error;
    if (error instanceof AliasError) throw notConverted(kind, error.message);
    return lenientYaml(kind, text, mode, yamlProblem(error));
  }
}

function lenientYaml(kind: Target, text: string, mode: FieldValidation, why: string): Loose {
  try {
    const value = parseYamlLeniently(text);
    return { value, repeated: mode === 'Ignore' ? [] : [repeatedText(text, why)] };
  } catch (error) {
    throw notConverted(kind, error instanceof AliasError ? error.message : why);
  }
}

/** All repeated keys are one problem, as the error of Go's parser is. */
function repeatedText(text: string, why: string): string {
  const keys = repeatedYamlKeys(text);
  return keys.length > 0 ? `yaml: unmarshal errors:\n  ${keys.join('\n  ')}` : `yaml: ${why}`;
}

const notConverted = (kind: Target, why: string) =>
  badRequest(`error converting YAML to JSON: yaml: ${why} (must be of type ${kindOf(kind)})`);

const kindOf = (kind: Target): string =>
  'resource' in kind ? kind.resource.kind : kind.name.slice(kind.name.lastIndexOf('.') + 1);

/** DeleteOptions and similar structs are accepted in the version of any group; only stored kinds have a fixed version. */
const versionOf = (kind: Target): string | undefined =>
  'resource' in kind ? apiVersionOf(kind.resource) : undefined;

function checkKind(
  kind: Target,
  named: { apiVersion?: unknown; kind?: unknown },
  body: Uint8Array | string,
): void {
  const text = () => (typeof body === 'string' ? body : Buffer.from(body).toString());
  for (const [field, value] of Object.entries({ apiVersion: named.apiVersion, kind: named.kind })) {
    if (value === undefined || value === null || typeof value === 'string') continue;
    const shown = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    throw unrecognized(
      kind,
      `json: cannot unmarshal ${shown} into Go struct field .${field} of type string`,
      text(),
    );
  }
  const { apiVersion = '', kind: name = '' } = named as { apiVersion?: string | null; kind?: string | null };
  const wanted = versionOf(kind);
  if (name && name !== kindOf(kind)) throw wrongKind(kind, named, apiVersion ?? '', name);
  if (!wanted || !apiVersion || apiVersion === wanted) return;
  throw badRequest(
    `the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`,
  );
}

function wrongKind(kind: Target, named: object, apiVersion: string, name: string) {
  const from = apiVersion || versionOf(kind) || 'v1';
  const group = 'resource' in kind ? kind.resource.group : '';
  const internal = group === '' ? 'core' : group.split('.')[0];
  return cannotHandle(
    kind,
    { apiVersion: from, ...named },
    `converting (${from.split('/').at(-1)}.${name}) to (${internal}.${kindOf(kind)}): unknown conversion`,
  );
}

function cannotHandle(kind: Target, named: { apiVersion?: unknown; kind?: unknown }, why: string) {
  const version = String(named.apiVersion || versionOf(kind) || 'v1')
    .split('/')
    .at(-1);
  return badRequest(
    `${named.kind || kindOf(kind)} in version "${version}" cannot be handled as a ${kindOf(kind)}: ${why}`,
  );
}

function unrecognized(kind: Target, why: string, text: string) {
  return badRequest(
    `the object provided is unrecognized (must be of type ${kindOf(kind)}): couldn't get version/kind; json parse error: ${why} (${summary(text)})`,
  );
}

/** The first thirty bytes: as they are if they look like JSON, else in hexadecimal. */
function summary(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length === 0) return '<empty>';
  const head = bytes.subarray(0, 30);
  return head.toString(bytes[0] === 123 ? 'utf8' : 'hex') + (bytes.length > 30 ? ' ...' : '');
}

function withNames(kind: Target, object: Record<string, unknown>): Record<string, unknown> {
  const apiVersion = object.apiVersion ?? versionOf(kind);
  if (object.apiVersion && object.kind) return object;
  return { ...(apiVersion !== undefined && { apiVersion }), kind: kindOf(kind), ...object };
}
