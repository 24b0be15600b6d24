// Objects as YAML and back: what the editor shows, and what is sent of it. Pure.
import { DUMP_SCHEMA, defineScalarTag, dump } from 'js-yaml';
import { parseYamlDocuments } from '../../../../../api/codec/yaml.ts';

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As people write them. */
const FIRST = ['apiVersion', 'kind', 'metadata'];
const LAST = ['status'];
const FIRST_OF_METADATA = ['name', 'generateName', 'namespace', 'labels', 'annotations'];

function ordered(object: Json, first: readonly string[], last: readonly string[] = []): Json {
  const rest = Object.keys(object).filter((key) => !first.includes(key) && !last.includes(key));
  const keys = [...first, ...rest, ...last].filter((key) => Object.hasOwn(object, key));
  return Object.fromEntries(keys.map((key) => [key, object[key]]));
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Without what nobody edits. */
export function shown(object: Json): Json {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const { managedFields: _, ...kept } = metadata;
  return ordered({ ...object, metadata: ordered(kept, FIRST_OF_METADATA) }, FIRST, LAST);
}

/** Without what the server alone writes: two objects that differ in nothing else are the same to who edits them. */
export function editable(object: Json): Json {
  const { status: _, ...rest } = object;
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const {
    managedFields: _m,
    resourceVersion: _r,
    generation: _g,
    uid: _u,
    creationTimestamp: _c,
    ...kept
  } = metadata;
  const { deletionTimestamp: _d, deletionGracePeriodSeconds: _s, selfLink: _l, ...own } = kept;
  return ordered({ ...rest, metadata: ordered(own, FIRST_OF_METADATA) }, FIRST);
}

/** Two objects to be compared, without a long annotation that is the same in both. */
export function compared(before: Json, after: Json): [Json, Json] {
  const appliedIn = ({ metadata }: Json) =>
    isObject(metadata) && isObject(metadata.annotations) ? metadata.annotations[LAST_APPLIED] : undefined;
  const isSame = appliedIn(before) === appliedIn(after);
  return [before, after].map((object) => (isSame ? withoutApplied(editable(object)) : editable(object))) as [
    Json,
    Json,
  ];
}

function withoutApplied(object: Json): Json {
  const { metadata } = object;
  if (!isObject(metadata) || !isObject(metadata.annotations)) return object;
  const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations;
  return { ...object, metadata: { ...metadata, annotations } };
}

export const HIDDEN = '••••••••';

/** A Secret without its values, also without those in the annotation that `kubectl apply` leaves. */
export function withoutValues(secret: Json): Json {
  const hidden = (values: unknown) =>
    isObject(values) ? Object.fromEntries(Object.keys(values).map((key) => [key, HIDDEN])) : values;
  const metadata = isObject(secret.metadata) ? secret.metadata : {};
  const annotations = isObject(metadata.annotations) ? metadata.annotations : undefined;
  const isApplied = annotations && Object.hasOwn(annotations, LAST_APPLIED);
  return {
    ...secret,
    ...(isApplied && { metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: HIDDEN } } }),
    ...(secret.data !== undefined && { data: hidden(secret.data) }),
    ...(secret.stringData !== undefined && { stringData: hidden(secret.stringData) }),
  };
}

export const isSecret = ({ apiVersion, kind }: Json): boolean => apiVersion === 'v1' && kind === 'Secret';

const INTEGER = 'tag:yaml.org,2002:int';
const integers = DUMP_SCHEMA.tags.find(({ tagName }) => tagName === INTEGER)!;

/** Integers of 64 bits are read as bigint, and must not lose digits on their way through the editor. */
const schema = DUMP_SCHEMA.withTags(
  defineScalarTag<number | bigint>(INTEGER, {
    implicit: true,
    resolve: (source, isExplicit, tagName) =>
      'resolve' in integers ? (integers.resolve(source, isExplicit, tagName) as number) : Number(source),
    identify: (data) => typeof data === 'bigint' || Number.isInteger(data),
    represent: String,
  }),
);

export const toYaml = (value: unknown): string =>
  dump(value, { schema, noRefs: true, seqNoIndent: true, lineWidth: -1, flowLevel: -1 });

export interface YamlProblem {
  readonly message: string;
  /** From 0. */
  readonly line: number;
  readonly column: number;
}

export type Parsed =
  | { readonly documents: readonly unknown[]; readonly problem?: undefined }
  | { readonly documents?: undefined; readonly problem: YamlProblem };

/** As the API server reads YAML. Empty documents are left out. */
export function fromYaml(text: string): Parsed {
  try {
    return { documents: parseYamlDocuments(text) };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

interface Marked {
  readonly reason?: string;
  readonly mark?: { readonly line: number; readonly column: number };
}

function problemOf(error: unknown): YamlProblem {
  const { reason, mark } = error as Marked;
  const message = reason ?? (error instanceof Error ? error.message : String(error));
  return { message, line: mark?.line ?? 0, column: mark?.column ?? 0 };
}

export interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

/** What a document says it is; why not, in the server's words. */
export function identityOf(document: unknown): Identity | string {
  if (!isObject(document)) return 'the document is not an object';
  const { apiVersion, kind, metadata } = document;
  if (typeof apiVersion !== 'string' || apiVersion === '') return 'apiVersion not set';
  if (typeof kind !== 'string' || kind === '') return 'kind not set';
  const { name, namespace, generateName } = isObject(metadata) ? metadata : {};
  const hasName = typeof name === 'string' && name !== '';
  if (!hasName && typeof generateName !== 'string') return 'resource name may not be empty';
  return {
    apiVersion,
    kind,
    name: hasName ? name : '',
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : undefined,
  };
}
