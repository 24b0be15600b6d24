// Lists: the revision to read at, pages, and continue tokens. All pages of a list are read at the revision of the first one,
// so that they show one state. A token holds this revision and the last key returned, encoded as upstream
// (staging/src/k8s.io/apiserver/pkg/storage/continue.go). Called by StoredResource.
import { parseJson } from '../../../api/codec/json.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { badRequest, expired, type StatusError } from '../../../api/status/status-error.ts';
import { CompactedError, type Entry, FutureRevisionError } from '../../../store/store.ts';
import { TransformError } from '../../encryption/transform-error.ts';
import type { Item } from '../../watch-cache/item.ts';
import type { ResourceCache } from '../../watch-cache/resource-cache.ts';
import type { Selection } from '../../watch-cache/selection.ts';
import type { Eventual } from '../eventual.ts';
import type { ListOptions, ListResult } from '../resource.ts';
import { checkSeen, revisionOf, tooLarge } from './revision.ts';

interface Position {
  /** Undefined reads the newest state. */
  readonly revision: number | undefined;
  /** The last key of the previous page; entries after it are returned. */
  readonly after: string | undefined;
  /** True if the position comes from a continue token: the error for a compacted revision differs. */
  readonly token: boolean;
}

/** Upstream's tokens hold the first key to return: the last one returned plus the smallest possible suffix. */
const END = '\u0000';

/** Keys read at a time while a limited list with selectors is filled. */
const STEP = 1000;

export function list<T extends KubeObject>(
  cache: ResourceCache<T>,
  selection: Selection,
  options: ListOptions,
): Eventual<ListResult<T>> {
  const position = positionOf(cache, options);
  return advance(cache, position, stepsOf(cache, selection, options.limit, position));
}

/** The entries of a step must be ready before the next one. */
type Steps<T extends KubeObject> = Generator<readonly Entry[], ListResult<T>>;

/** Synchronous, unless a webhook has to convert something. */
function advance<T extends KubeObject>(
  cache: ResourceCache<T>,
  position: Position,
  steps: Steps<T>,
): Eventual<ListResult<T>> {
  try {
    for (;;) {
      const { value, done } = steps.next();
      if (done) return value;
      const waiting = cache.ready(value);
      if (waiting) return waiting.then(() => advance(cache, position, steps));
    }
  } catch (error) {
    throw statusErrorOf(error, cache, position);
  }
}

function stepsOf<T extends KubeObject>(
  cache: ResourceCache<T>,
  selection: Selection,
  limit: number,
  position: Position,
): Steps<T> {
  const { name, namespace, everything } = selection;
  const isOne = name !== undefined && (!cache.kind.resource.namespaced || namespace !== '');
  if (isOne && position.revision === undefined) return single(cache, selection, name);
  // While objects are converted others are written: all steps show one state.
  const at = cache.isRemote ? { ...position, revision: position.revision ?? cache.store.revision } : position;
  return everything ? wholePage(cache, selection, limit, at) : filteredPage(cache, selection, limit, at);
}

/** A selection by metadata.name, found by key. */
function* single<T extends KubeObject>(
  cache: ResourceCache<T>,
  { namespace, matches }: Selection,
  name: string,
): Steps<T> {
  const { revision } = cache.store;
  const entry = cache.entry(namespace, name);
  if (entry) yield [entry];
  const item = entry && cache.itemOf(entry);
  return { items: item && matches(item) ? [item] : [], revision, continue: '', remaining: undefined };
}

const prefixOf = (cache: ResourceCache, { namespace }: Selection) =>
  namespace && cache.kind.resource.namespaced ? `${cache.prefix}${namespace}/` : cache.prefix;

function* wholePage<T extends KubeObject>(
  cache: ResourceCache<T>,
  selection: Selection,
  limit: number,
  at: Position,
): Steps<T> {
  if (isNewestState(limit, at)) return newestState(cache, cache.items(selection.namespace));
  const page = cache.store.range(prefixOf(cache, selection), rangeOptions(at, limit || undefined));
  yield page.entries;
  return {
    items: page.entries.map((entry) => cache.itemOf(entry)),
    revision: page.revision,
    continue: page.remaining > 0 ? tokenAfter(cache, page.entries.at(-1)!, page.revision) : '',
    remaining: page.remaining > 0 ? page.remaining : undefined,
  };
}

/** The state that the cache has as an array, which its readers share until the next write. Never if a webhook may have to convert. */
const isNewestState = (limit: number, { revision, after }: Position): boolean =>
  limit === 0 && revision === undefined && after === undefined;

const newestState = <T extends KubeObject>(
  { store }: ResourceCache<T>,
  items: readonly Item<T>[],
): ListResult<T> => ({ items, revision: store.revision, continue: '', remaining: undefined });

function* filteredPage<T extends KubeObject>(
  cache: ResourceCache<T>,
  selection: Selection,
  limit: number,
  at: Position,
): Steps<T> {
  if (isNewestState(limit, at))
    return newestState(cache, cache.items(selection.namespace).filter(selection.matches));
  const prefix = prefixOf(cache, selection);
  const items: Item<T>[] = [];
  let { after } = at;
  let revision = at.revision;
  for (;;) {
    const page = cache.store.range(prefix, rangeOptions({ revision, after }, limit ? STEP : undefined));
    revision = page.revision;
    yield page.entries;
    for (const [i, entry] of page.entries.entries()) {
      const item = cache.itemOf(entry);
      if (selection.matches(item)) items.push(item);
      const more = i < page.entries.length - 1 || page.remaining > 0;
      if (limit && items.length === limit && more)
        return { items, revision, continue: tokenAfter(cache, entry, revision), remaining: undefined };
    }
    if (page.remaining === 0) return { items, revision, continue: '', remaining: undefined };
    after = page.entries.at(-1)!.key;
  }
}

const rangeOptions = (
  { revision, after }: Pick<Position, 'revision' | 'after'>,
  limit: number | undefined,
) => ({
  ...(revision !== undefined && { revision }),
  ...(after !== undefined && { after }),
  ...(limit !== undefined && { limit }),
});

function tokenAfter(cache: ResourceCache, entry: Entry, revision: number): string {
  const start = `${entry.key.slice(cache.prefix.length)}${END}`;
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');
}

/** The resourceVersion by which readConsistently decides: that of the continue token, or none (the newest state) for an
 *  inconsistent token. */
export function revisionShown({ continue: token, resourceVersion }: ListOptions): string {
  if (!token) return resourceVersion;
  try {
    const { rv } = parseToken(token);
    return typeof rv === 'number' && rv > 0 ? String(rv) : '';
  } catch {
    // Any value will do: list() throws the 400 for an invalid token.
    return '0';
  }
}

function positionOf(cache: ResourceCache, options: ListOptions): Position {
  const { resourceVersion, resourceVersionMatch } = options;
  if (options.continue) {
    if (resourceVersion && resourceVersion !== '0')
      throw badRequest('specifying resource version is not allowed when using continue');
    return decodeToken(cache, options.continue);
  }
  const newest = { revision: undefined, after: undefined, token: false };
  const revision = revisionOf(resourceVersion);
  if (revision === undefined) return newest;
  checkSeen(revision, cache.store.revision);
  const exact = resourceVersionMatch === 'Exact' || (!resourceVersionMatch && options.limit > 0);
  return exact ? { ...newest, revision } : newest;
}

/** Throws for a token that is not JSON. */
const parseToken = (token: string): { v?: unknown; rv?: unknown; start?: unknown } =>
  parseJson(Buffer.from(token, 'base64url').toString()) as ReturnType<typeof parseToken>;

function decodeToken(cache: ResourceCache, token: string): Position {
  try {
    const { v, rv, start } = parseToken(token);
    if (v !== 'meta.k8s.io/v1' || typeof rv !== 'number' || typeof start !== 'string' || start.includes('..'))
      throw new Error();
    const after = cache.prefix + (start.endsWith(END) ? start.slice(0, -1) : start);
    return { revision: rv < 0 ? undefined : rv, after, token: true };
  } catch {
    throw badRequest('continue key is not valid');
  }
}

function statusErrorOf(error: unknown, cache: ResourceCache, position: Position): unknown {
  if (error instanceof FutureRevisionError) return tooLarge(position.revision ?? 0, error.current);
  if (error instanceof TransformError) return error.ofList();
  if (!(error instanceof CompactedError)) return error;
  return position.token ? tokenExpired(cache, position) : expired(LIST_EXPIRED);
}

const LIST_EXPIRED = 'The resourceVersion for the provided list is too old.';
const TOKEN_EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.';

/** The 410 carries an inconsistent continue token: it continues after the same key, in the newest state. */
function tokenExpired(cache: ResourceCache, { after }: Position): StatusError {
  const start = `${after!.slice(cache.prefix.length)}${END}`;
  const token = Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: -1, start })).toString('base64url');
  const error = expired(TOKEN_EXPIRED);
  error.status.metadata = { continue: token };
  return error;
}
