// Objects of files, of standard input, of a kustomization or of a given text: read, looked up, and put into a namespace. Called by
// find-resources.ts.
import { sortedGoJson } from '../../api/codec/go-json.ts';
import type { LabelSelector } from '../../api/selectors/label-selector.ts';
import { NoMatchError } from '../errors/errors.ts';
import type { Session } from '../session/session.ts';
import { documentsOf } from './documents.ts';
import type { TextSources } from './files.ts';
import { Info, type Item } from './info.ts';
import { groupVersionOf, isList, type KubeObject } from './object.ts';
import type { ResourceQuery } from './query.ts';

interface Document {
  readonly value: unknown;
  readonly source: string;
}

export async function* fromFiles(
  session: Session,
  query: ResourceQuery,
  sources: TextSources,
  selector: LabelSelector | undefined,
  kustomized?: () => Promise<readonly object[]>,
): AsyncGenerator<Item> {
  const documents = documentsIn(query, sources, kustomized);
  for (;;) {
    // An unreadable document ends its file; what follows is read when errors do not end the command.
    const next = await documents.next();
    if (next.done) return;
    if ('error' in next.value) {
      yield next.value;
      continue;
    }
    const { value, source } = next.value;
    try {
      if (query.validate) requireType(value, source);
      for (const object of objectsIn(value, source, query.flatten ?? false)) {
        try {
          const info = await infoOf(session, query, object, source);
          if (selector && !selector.matches(object.metadata?.labels ?? {})) continue;
          yield { info };
        } catch (error) {
          yield { error };
        }
      }
    } catch (error) {
      yield { error };
    }
  }
}

async function* documentsIn(
  query: ResourceQuery,
  { texts }: TextSources,
  kustomized: (() => Promise<readonly object[]>) | undefined,
): AsyncGenerator<Document | { readonly error: unknown }> {
  if (kustomized)
    try {
      for (const value of await kustomized()) yield { value, source: query.kustomize ?? '' };
    } catch (error) {
      yield { error };
    }
  if (query.text) yield* readDocuments(query.text.text, query.text.source);
  for (const { source, read } of texts) {
    let text: string;
    try {
      text = await read();
    } catch (error) {
      yield { error };
      continue;
    }
    yield* readDocuments(text, source);
  }
}

function* readDocuments(text: string, source: string): Generator<Document | { readonly error: unknown }> {
  try {
    for (const value of documentsOf(text, source)) yield { value, source };
  } catch (error) {
    yield { error };
  }
}

function requireType(value: unknown, source: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const missing = ['apiVersion', 'kind']
    .filter((field) => !(value as Readonly<Record<string, unknown>>)[field])
    .map((field) => `${field} not set`);
  if (missing.length === 0) return;
  const shown = missing.length === 1 ? missing[0] : `[${missing.join(', ')}]`;
  throw new Error(
    `error validating ${JSON.stringify(source)}: error validating data: ${shown}; if you choose to ignore these errors, turn validation off with --validate=false`,
  );
}

/** The server does not look at objects whose metadata cannot be read. */
function requireTexts(object: KubeObject, failed: (why: string) => Error): void {
  for (const field of ['labels', 'annotations'])
    for (const value of Object.values(object.metadata?.[field] ?? {})) {
      if (typeof value === 'string' || value === null) continue;
      const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
      throw failed(
        `json: cannot unmarshal ${type} into Go struct field ObjectMeta.metadata.${field} of type string`,
      );
    }
}

function* objectsIn(value: unknown, source: string, flatten: boolean): Generator<KubeObject> {
  const object = checked(value, source);
  if (!flatten || !isList(object)) yield object;
  else for (const item of object.items ?? []) yield* objectsIn(item, source, true);
}

function checked(value: unknown, source: string): KubeObject {
  const failed = (why: string) => new Error(`unable to decode ${JSON.stringify(source)}: ${why}`);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw failed(
      `json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  const object = value as KubeObject;
  if (typeof object.kind !== 'string' || object.kind === '')
    throw failed(`Object 'Kind' is missing in '${sortedGoJson(value)}'`);
  if (typeof object.apiVersion !== 'string' || object.apiVersion === '')
    throw failed(`Object 'apiVersion' is missing in '${sortedGoJson(value)}'`);
  requireTexts(object, failed);
  return object;
}

async function infoOf(
  session: Session,
  query: ResourceQuery,
  object: KubeObject,
  source: string,
): Promise<Info> {
  const { name = '', namespace = '' } = object.metadata ?? {};
  const mapping = query.local ? undefined : await mappingOf(session, object, source);
  const info = new Info({
    requests: session,
    mapping,
    namespace,
    name,
    source,
    object,
    subresource: query.subresource ?? '',
  });
  if (mapping && !mapping.namespaced) {
    info.namespace = '';
    if (namespace) {
      const { namespace: _, ...metadata } = object.metadata ?? {};
      info.object = { ...object, metadata };
    }
  } else if (mapping || namespace) place(info, query);
  if (query.latest && mapping) {
    if (isList(object))
      throw new Error(
        'watch is only supported on individual resources and resource collections, but a list of resources is found',
      );
    if (name) await info.get({ ...(query.headers && { headers: query.headers }) });
  }
  return info;
}

/** The command's namespace where the object has none, or the refusal of another one. */
function place(info: Info, { namespace, enforceNamespace }: ResourceQuery): void {
  if (info.namespace === '') {
    info.namespace = namespace;
    if (!isList(info.object))
      info.object = { ...info.object, metadata: { ...info.object.metadata, namespace } };
  } else if (enforceNamespace && info.namespace !== namespace)
    throw new Error(
      `the namespace from the provided object ${JSON.stringify(info.namespace)} does not match the namespace ${JSON.stringify(namespace)}. You must pass '--namespace=${info.namespace}' to perform this operation.`,
    );
}

async function mappingOf(session: Session, object: KubeObject, source: string) {
  const { group, version } = groupVersionOf(object.apiVersion ?? '');
  try {
    return await (await session.mapper()).ofKind(group, object.kind ?? '', version);
  } catch (error) {
    if (!(error instanceof NoMatchError)) throw error;
    const { name = '', namespace = '' } = object.metadata ?? {};
    throw new NoMatchError(
      `resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(namespace)} from ${JSON.stringify(source)}: ${error.message}\nensure CRDs are installed first`,
    );
  }
}
