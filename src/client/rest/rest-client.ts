// The Client over any Transport: makes paths, queries and bodies, returns parsed objects or throws StatusErrors.
// Made where there is a transport (cluster, cli, kubectl, tests); everything else sees only `Client`.
import type { DeleteOptions } from '../../api/meta/v1/delete-options.ts';
import {
  type AnyResource,
  apiVersionOf,
  type KubeObject,
  type ObjectOf,
} from '../../api/meta/v1/resource.ts';
import { failure } from '../../api/status/status-error.ts';
import type { Clock } from '../../kit/clock.ts';
import { parseForUse, stringifyCarried } from '../../kit/json/carried-digits.ts';
import type {
  BytesQuery,
  Client,
  ListAnswer,
  ListQuery,
  PatchType,
  ReadQuery,
  WatchQuery,
  WriteQuery,
} from '../client.ts';
import type { Transport, TransportRequest, TransportResponse, WatchFrame } from '../transport/transport.ts';
import { errorOf, retryAfterMs } from './failure.ts';
import { itemPath, listParameters, listPath, watchParameters, writeParameters } from './paths.ts';

export interface RestClientOptions {
  readonly transport: Transport;
  /** For Retry-After and time-outs; without a clock there are neither. */
  readonly clock?: Pick<Clock, 'sleep' | 'after'>;
  /** How long a request may take, watches excepted; no limit when left out. */
  readonly timeoutMs?: number;
  readonly fieldManager?: string;
  readonly userAgent?: string;
}

const PATCH_TYPES: Record<PatchType, string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** How often a request is sent again when the server asks for it with Retry-After. */
const MAX_RETRIES = 10;

export class RestClient implements Client {
  readonly #options: RestClientOptions;

  constructor(options: RestClientOptions) {
    this.#options = options;
  }

  as(fieldManager: string): Client {
    return new RestClient({ ...this.#options, fieldManager });
  }

  async get<R extends AnyResource>(
    kind: R,
    name: string,
    namespace?: string,
    { subresource, query }: ReadQuery = {},
  ): Promise<ObjectOf<R>> {
    const path = itemPath(kind, namespace, name, subresource);
    return this.#json({ method: 'GET', path, ...(query && { query }) });
  }

  async list<R extends AnyResource>(kind: R, query: ListQuery = {}): Promise<ListAnswer<ObjectOf<R>>> {
    const path = listPath(kind, query.namespace);
    const answer = await this.#json<ListBody<ObjectOf<R>>>({
      method: 'GET',
      path,
      query: listParameters(query),
      ...(query.metadataOnly && { headers: { accept: METADATA_ONLY } }),
    });
    const items = answer.items ?? [];
    for (const item of items) nameKind(kind, item as Partial<KubeObject>);
    return {
      items,
      resourceVersion: answer.metadata?.resourceVersion ?? '',
      ...(answer.metadata?.continue && { continue: answer.metadata.continue }),
    };
  }

  watch<R extends AnyResource>(
    kind: R,
    query: WatchQuery,
    signal: AbortSignal,
  ): Promise<AsyncIterable<WatchFrame>> {
    return this.#options.transport.watch({
      method: 'GET',
      path: listPath(kind, query.namespace),
      query: watchParameters(query),
      headers: this.#headers(),
      signal,
    });
  }

  create<R extends AnyResource>(
    kind: R,
    object: ObjectOf<R>,
    options: WriteQuery = {},
  ): Promise<ObjectOf<R>> {
    const metadata = metadataOf(object);
    const path = options.subresource
      ? itemPath(kind, metadata?.namespace, metadata?.name ?? '', options.subresource)
      : listPath(kind, metadata?.namespace);
    return this.#write('POST', path, withKind(kind, object), options);
  }

  update<R extends AnyResource>(
    kind: R,
    object: ObjectOf<R>,
    options: WriteQuery = {},
  ): Promise<ObjectOf<R>> {
    const metadata = metadataOf(object);
    const path = itemPath(kind, metadata?.namespace, metadata?.name ?? '', options.subresource);
    return this.#write('PUT', path, withKind(kind, object), options);
  }

  patch<R extends AnyResource>(
    kind: R,
    name: string,
    namespace: string | undefined,
    type: PatchType,
    patch: unknown,
    options: WriteQuery & { force?: boolean } = {},
  ): Promise<ObjectOf<R>> {
    const path = itemPath(kind, namespace, name, options.subresource);
    const force = options.force === undefined ? undefined : { force: String(options.force) };
    return this.#write('PATCH', path, patch, options, PATCH_TYPES[type], force);
  }

  async delete<R extends AnyResource>(
    kind: R,
    name: string,
    namespace?: string,
    options?: DeleteOptions,
  ): Promise<void> {
    await this.#delete(itemPath(kind, namespace, name), {}, options);
  }

  async deleteCollection<R extends AnyResource>(
    kind: R,
    query: ListQuery,
    options?: DeleteOptions,
  ): Promise<void> {
    await this.#delete(listPath(kind, query.namespace), listParameters(query), options);
  }

  post<R extends AnyResource>(
    kind: R,
    name: string,
    namespace: string | undefined,
    subresource: string,
    body: unknown,
  ): Promise<unknown> {
    return this.#write('POST', itemPath(kind, namespace, name, subresource), body, {});
  }

  postBytes<R extends AnyResource>(
    kind: R,
    name: string,
    namespace: string | undefined,
    subresource: string,
    { contentType, ...request }: BytesQuery,
  ): Promise<TransportResponse> {
    const path = itemPath(kind, namespace, name, subresource);
    return this.#send({
      ...request,
      method: 'POST',
      path,
      headers: this.#headers({ 'content-type': contentType, accept: '*/*' }),
    });
  }

  async #delete(path: string, query: Record<string, string>, options?: DeleteOptions): Promise<void> {
    const body = options && { kind: 'DeleteOptions', apiVersion: 'v1', ...options };
    // The object or the Status in the answer is not read.
    await this.#answer({
      method: 'DELETE',
      path,
      query,
      ...(body && { headers: { 'content-type': 'application/json' }, body: encode(body) }),
    });
  }

  #write<T>(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: unknown,
    options: WriteQuery,
    contentType = 'application/json',
    extra: Record<string, string> = {},
  ): Promise<T> {
    const query = { ...writeParameters(options, this.#options.fieldManager), ...extra };
    return this.#json({ method, path, query, headers: { 'content-type': contentType }, body: encode(body) });
  }

  async #json<T>(request: TransportRequest): Promise<T> {
    const response = await this.#answer(request);
    return (response.body.length ? parseForUse(response.body.toString()) : {}) as T;
  }

  async #answer(request: TransportRequest): Promise<TransportResponse> {
    const response = await this.#send({ ...request, headers: this.#headers(request.headers) });
    if (response.status >= 400) throw errorOf(response);
    return response;
  }

  async #send(request: TransportRequest): Promise<TransportResponse> {
    for (let retries = 0; ; retries++) {
      const response = await this.#once(request);
      const wait = retryAfterMs(response);
      if (wait === undefined || !this.#options.clock || retries >= MAX_RETRIES) return response;
      await this.#options.clock.sleep(wait, request.signal);
    }
  }

  async #once(request: TransportRequest): Promise<TransportResponse> {
    const { transport, clock, timeoutMs } = this.#options;
    if (!clock || !timeoutMs) return transport.request(request);
    const late = new AbortController();
    const timer = clock.after(timeoutMs, () => late.abort(tooLate(request, timeoutMs)));
    const { signal } = request;
    try {
      return await transport.request({
        ...request,
        signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
      });
    } finally {
      timer.cancel();
    }
  }

  #headers(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
    const userAgent = this.#options.userAgent;
    return { accept: 'application/json', ...(userAgent && { 'user-agent': userAgent }), ...headers };
  }
}

const tooLate = ({ method, path }: TransportRequest, ms: number): Error =>
  failure(504, 'Timeout', `${method} ${path}: no answer within ${ms} ms`);

interface ListBody<T> {
  readonly items?: T[];
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

const encode = (body: unknown): Buffer => Buffer.from(stringifyCarried(body));

const metadataOf = (object: unknown): Partial<KubeObject['metadata']> | undefined =>
  (object as Partial<KubeObject>).metadata;

function withKind(kind: AnyResource, object: unknown): unknown {
  return { apiVersion: apiVersionOf(kind.resource), kind: kind.resource.kind, ...(object as object) };
}

/** Items of a list may come without apiVersion and kind, which callers rely on. */
function nameKind(kind: AnyResource, item: Partial<KubeObject>): void {
  item.apiVersion ??= apiVersionOf(kind.resource);
  item.kind ??= kind.resource.kind;
}
