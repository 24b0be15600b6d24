// A resource as request handlers see it, whatever stands behind it: stored objects (stored/stored-resource.ts) or answers
// computed on demand (virtual-resource.ts). Handlers translate between HTTP and this interface and know nothing else.
import type { Cell, Column } from '../../api/columns/printer.ts';
import type { DeleteOptions } from '../../api/meta/v1/delete-options.ts';
import { type AnyResource, allVerbs, type KubeObject } from '../../api/meta/v1/resource.ts';
import { failure, methodNotAllowed, type StatusError } from '../../api/status/status-error.ts';
import type { Item } from '../watch-cache/item.ts';
import type { Selection } from '../watch-cache/selection.ts';
import type { View, WatchOpener } from '../watch-cache/watch-session.ts';
import type { Eventual } from './eventual.ts';
import type { WriteContext } from './write-context.ts';

/** Table columns of a kind that brings its own. */
export interface Columns {
  readonly columns: readonly Column[];
  readonly row: (object: KubeObject, now: number) => Cell[];
}

/** Where a kind keeps what its scale subresource shows: dotted paths without the leading dot. */
export interface ScalePaths {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  readonly selector?: string;
}

/** What a resource is called and how it is shown. */
export interface ResourceDescription {
  /** The schema that requests are held against. */
  readonly kind: AnyResource;
  /** The schema that discovery and OpenAPI show; `kind` when left out. */
  readonly documented?: AnyResource | undefined;
  /** Defined by a CustomResourceDefinition. */
  readonly custom?: boolean | undefined;
  /** Selectable fields of a custom kind, beyond those every kind has. */
  readonly extraFields?: readonly string[] | undefined;
  readonly scale?: ScalePaths | undefined;
  readonly columns?: Columns | undefined;
}

export interface ListOptions {
  readonly limit: number;
  readonly continue: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
}

export interface ListResult<T extends KubeObject = KubeObject> {
  readonly items: readonly Item<T>[];
  /** Undefined for resources that have no versions. */
  readonly revision: number | undefined;
  /** The token of the next page; empty on the last one. */
  readonly continue: string;
  /** How many items follow; undefined on the last page and when it is not known. */
  readonly remaining: number | undefined;
}

export interface WatchOptions {
  readonly resourceVersion: string;
  /** Undefined when the client did not say. */
  readonly sendInitialEvents: boolean | undefined;
  readonly bookmarks: boolean;
  readonly timeoutMs: number;
  /** Another form of the objects in the events. */
  readonly view: View | undefined;
}

/** Makes the wanted object, a new one on each call: after a lost race it is called again with the newer object.
 *  `current` returns a copy of the stored object, free to change; it is undefined when there is none. */
export type Transform<T extends KubeObject = KubeObject> = (current: (() => T) | undefined) => T | Promise<T>;

/** `replace` (PUT) creates where the kind allows it, `apply` always, `patch` never. An apply has already settled
 *  managedFields in its transform. */
export type UpdateMode = 'replace' | 'patch' | 'apply';

export interface Updated<T extends KubeObject = KubeObject> {
  readonly item: Item<T>;
  readonly created: boolean;
}

export interface Deleted<T extends KubeObject = KubeObject> {
  readonly item: Item<T>;
  /** False when the object is still stored, waiting for finalizers or its grace period. */
  readonly gone: boolean;
  /** The answer is the object rather than a Status. */
  readonly returned: boolean;
}

export interface Resource<T extends KubeObject = KubeObject> extends ResourceDescription {
  /** Throws 404; 504 for a version this server has not seen yet. An empty version asks for the newest state. */
  get(namespace: string, name: string, resourceVersion: string): Eventual<Item<T>>;
  list(selection: Selection, options: ListOptions): Eventual<ListResult<T>>;
  watch(selection: Selection, options: WatchOptions): Eventual<WatchOpener>;
  create(object: T, write: WriteContext): Promise<Item>;
  update(name: string, transform: Transform<T>, write: WriteContext, mode: UpdateMode): Promise<Updated<T>>;
  delete(name: string, options: DeleteOptions, write: WriteContext): Promise<Deleted<T>>;
  /** Resolves with the objects whose deletion was asked for. */
  deleteCollection(
    selection: Selection,
    page: ListOptions,
    options: DeleteOptions,
    write: WriteContext,
  ): Promise<ListResult<T>>;
}

/** How messages name a resource. */
export const targetOf = ({ kind }: Pick<ResourceDescription, 'kind'>) => ({
  group: kind.resource.group,
  resource: kind.resource.plural,
});

export function hasVerb({ kind }: ResourceDescription, verb: string): boolean {
  const verbs: readonly string[] = kind.resource.verbs ?? allVerbs;
  return verbs.includes(verb);
}

/** The 405 for a verb a resource does not have. As upstream, only custom resources name the verb. */
export const verbMissing = (resource: ResourceDescription, verb: string): StatusError =>
  resource.custom
    ? methodNotAllowed(targetOf(resource), verb)
    : failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
