// The interface through which every component uses the API, typed by kind. Results are parsed objects; failures are
// StatusErrors. Implemented by rest/rest-client.ts over a Transport.

import type { DeleteOptions } from '../api/meta/v1/delete-options.ts';
import type { AnyResource, ObjectOf } from '../api/meta/v1/resource.ts';
import type { TransportResponse, WatchFrame } from './transport/transport.ts';

export interface ListQuery {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly limit?: number;
  readonly continue?: string;
  /** Items have nothing but their metadata; their kind is PartialObjectMetadata. */
  readonly metadataOnly?: boolean;
}

export interface WatchQuery extends ListQuery {
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
}

export interface WriteQuery {
  readonly dryRun?: boolean;
  /** For managedFields; the client's own when left out. */
  readonly fieldManager?: string;
  readonly subresource?: string;
}

export interface ReadQuery {
  readonly subresource?: string;
  /** Parameters that the path's resource has of its own. */
  readonly query?: Readonly<Record<string, string>>;
}

export interface BytesQuery {
  readonly query?: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly signal?: AbortSignal;
}

export interface ListAnswer<T> {
  readonly items: T[];
  readonly resourceVersion: string;
  readonly continue?: string;
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export interface Client {
  get<R extends AnyResource>(
    kind: R,
    name: string,
    namespace?: string,
    options?: ReadQuery,
  ): Promise<ObjectOf<R>>;
  list<R extends AnyResource>(kind: R, query?: ListQuery): Promise<ListAnswer<ObjectOf<R>>>;
  watch<R extends AnyResource>(
    kind: R,
    query: WatchQuery,
    signal: AbortSignal,
  ): Promise<AsyncIterable<WatchFrame>>;
  /** The namespace is taken from the object's metadata. */
  create<R extends AnyResource>(kind: R, object: ObjectOf<R>, options?: WriteQuery): Promise<ObjectOf<R>>;
  /** Replaces; with `subresource: 'status'` only the status. A resourceVersion, if set, is a precondition. */
  update<R extends AnyResource>(kind: R, object: ObjectOf<R>, options?: WriteQuery): Promise<ObjectOf<R>>;
  patch<R extends AnyResource>(
    kind: R,
    name: string,
    namespace: string | undefined,
    type: PatchType,
    patch: unknown,
    options?: WriteQuery & { force?: boolean },
  ): Promise<ObjectOf<R>>;
  delete<R extends AnyResource>(
    kind: R,
    name: string,
    namespace?: string,
    options?: DeleteOptions,
  ): Promise<void>;
  deleteCollection<R extends AnyResource>(kind: R, query: ListQuery, options?: DeleteOptions): Promise<void>;
  /** POSTs `body` to a subresource such as binding, eviction or token; returns the parsed response. */
  post<R extends AnyResource>(
    kind: R,
    name: string,
    namespace: string | undefined,
    subresource: string,
    body: unknown,
  ): Promise<unknown>;
  /** POSTs bytes below a subresource whose answers are not the API's, such as a proxy. Resolves with any answer, failures included. */
  postBytes<R extends AnyResource>(
    kind: R,
    name: string,
    namespace: string | undefined,
    subresource: string,
    options: BytesQuery,
  ): Promise<TransportResponse>;
  /** The same client with another field manager. */
  as(fieldManager: string): Client;
}
