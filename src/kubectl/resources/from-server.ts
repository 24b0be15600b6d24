// Objects of the server, by name or as lists. Called by find-resources.ts.
import { StatusError } from '../../api/status/status-error.ts';
import { type Mapping, pathOf } from '../discovery/served.ts';
import type { Session } from '../session/session.ts';
import type { Tuple } from './arguments.ts';
import { Info, type Item } from './info.ts';
import { isList, type KubeList, type KubeObject } from './object.ts';
import type { ResourceQuery } from './query.ts';

/** Of each type once. */
export async function mappingsFor(
  session: Session,
  types: readonly string[],
  singleType = false,
): Promise<Mapping[]> {
  if (singleType && types.length > 1) throw new Error('you may only specify a single resource type');
  const mapper = await session.mapper();
  const out: Mapping[] = [];
  for (const type of types) {
    const mapping = await mapper.find(type);
    if (!out.includes(mapping)) out.push(mapping);
  }
  return out;
}

export async function fromNames(
  session: Session,
  query: ResourceQuery,
  tuples: readonly Tuple[],
): Promise<() => AsyncIterable<Item>> {
  const mapper = await session.mapper();
  const infos: Info[] = [];
  const types = new Set<Mapping>();
  for (const { type, name } of tuples) {
    const mapping = await mapper.find(type);
    types.add(mapping);
    if (query.singleType && types.size > 1) throw new Error('you may only specify a single resource type');
    if (mapping.namespaced && (query.allNamespaces || query.namespace === ''))
      throw new Error(
        query.allNamespaces
          ? 'a resource cannot be retrieved by name across all namespaces'
          : 'namespace may not be empty when retrieving a resource by name',
      );
    const namespace = mapping.namespaced ? query.namespace : '';
    infos.push(
      new Info({ requests: session, mapping, namespace, name, subresource: query.subresource ?? '' }),
    );
  }
  return async function* () {
    for (const info of infos)
      try {
        if (!query.withoutObjects) await info.get(readingOf(query));
        yield { info };
      } catch (error) {
        yield { error };
      }
  };
}

const readingOf = ({ headers, query }: ResourceQuery) => ({
  ...(headers && { headers }),
  ...(query && { query }),
});

interface Selectors {
  readonly label: string;
  readonly field: string;
}

export async function* fromLists(
  session: Session,
  query: ResourceQuery,
  mappings: readonly Mapping[],
  selectors: Selectors,
): AsyncGenerator<Item> {
  for (const mapping of mappings) {
    const namespace = mapping.namespaced && !query.allNamespaces ? query.namespace : '';
    try {
      const list = await wholeList(session, query, mapping, namespace, selectors);
      if (!query.flatten || !isList(list)) {
        yield { info: new Info({ requests: session, mapping, namespace, name: '', object: list }) };
        continue;
      }
      for (const item of itemsOf(list, mapping)) yield { info: infoOf(session, mapping, item) };
    } catch (error) {
      yield { error };
    }
  }
}

/** Items of a list of the server lack their kind. */
export function itemsOf(list: KubeList, mapping: Pick<Mapping, 'kind'>): KubeObject[] {
  const apiVersion = list.apiVersion ?? 'v1';
  const kind = list.kind?.endsWith('List') && list.kind !== 'List' ? list.kind.slice(0, -4) : mapping.kind;
  return list.items.map((item) => ({ apiVersion, kind, ...item }));
}

const infoOf = (session: Session, mapping: Mapping, object: KubeObject): Info =>
  new Info({
    requests: session,
    mapping,
    namespace: object.metadata?.namespace ?? '',
    name: object.metadata?.name ?? '',
    object,
  });

/** All chunks of a list as one; tables join their rows. */
async function wholeList(
  session: Session,
  query: ResourceQuery,
  mapping: Mapping,
  namespace: string,
  { label, field }: Selectors,
): Promise<KubeObject> {
  const chunk = query.chunkSize ?? 0;
  let whole: (KubeObject & { items?: KubeObject[]; rows?: unknown[] }) | undefined;
  for (let token: string | undefined; ; ) {
    const part: KubeObject & { items?: KubeObject[]; rows?: unknown[] } = await session
      .json<KubeObject>({
        path: pathOf(mapping, namespace),
        headers: query.headers ?? {},
        query: {
          ...query.query,
          labelSelector: label || undefined,
          fieldSelector: field || undefined,
          limit: chunk > 0 ? String(chunk) : undefined,
          continue: token,
        },
      })
      .catch((error: unknown) => {
        throw enhanced(error, mapping, label, field);
      });
    if (whole) {
      for (const item of part.items ?? []) whole.items?.push(item);
      for (const row of part.rows ?? []) whole.rows?.push(row);
    } else whole = part;
    token = (part.metadata as { continue?: string } | undefined)?.continue;
    if (!token) return whole;
    if (whole.metadata) {
      delete whole.metadata.continue;
      delete whole.metadata.remainingItemCount;
    }
  }
}

/** As cli-runtime's: what could not be listed stands in front. */
function enhanced(error: unknown, mapping: Mapping, label: string, field: string): unknown {
  if (!(error instanceof StatusError) || !['BadRequest', 'NotFound'].includes(error.reason)) return error;
  const subject = JSON.stringify(
    `${mapping.group ? `${mapping.group}/` : '/'}${mapping.version}, Resource=${mapping.resource}`,
  );
  const message =
    label === '' && field === ''
      ? `Unable to list ${subject}: ${error.message}`
      : `Unable to find ${subject} that match label selector ${JSON.stringify(label)}, field selector ${JSON.stringify(field)}: ${error.message}`;
  return new StatusError({ ...error.status, message });
}
