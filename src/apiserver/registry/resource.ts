// The interface between request handlers and resources. Implementations: stored objects (stored/stored-resource.ts) and
// results computed per request (virtual-resource.ts). Handlers translate between HTTP and this interface and do not depend
// on an implementation. Upstream: the interfaces of staging/src/k8s.io/apiserver/pkg/registry/rest/rest.go.
import type { Cell, Column } from '../../api/columns/printer.ts';
import type { DeleteOptions } from '../../api/meta/v1/delete-options.ts';
import { type AnyResource, allVerbs, type KubeObject } from '../../api/meta/v1/resource.ts';
import type { StructType } from '../../api/schema/notation.ts';
import { failure, methodNotAllowed, type StatusError } from '../../api/status/status-error.ts';
import type { Versions } from '../conversions/versions.ts';
import type { View } from '../watch-cache/change.ts';
import type { Item } from '../watch-cache/item.ts';
import type { Selection } from '../watch-cache/selection.ts';
import type { WatchOpener } from '../watch-cache/watch-session.ts';
import type { Carried } from './admission.ts';
import type { Eventual } from './eventual.ts';
import type { WriteContext } from './write-context.ts';

/** Table columns of a custom kind: its additionalPrinterColumns. */
export interface Columns {
  readonly columns: readonly Column[];
  readonly row: (object: KubeObject, now: number) => Cell[];
}

/** The fields behind the scale subresource: dotted paths without the leading dot. */
export interface ScalePaths {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  readonly selector?: string;
}

/** The kind of a resource and how it is presented. */
export interface ResourceDescription {
  /** The schema that request bodies are decoded with. */
  readonly kind: AnyResource;
  /** Defined by a CustomResourceDefinition. */
  readonly custom?: boolean | undefined;
  /** Selectable fields of a custom kind, beyond those every kind has. */
  readonly extraFields?: readonly string[] | undefined;
  readonly scale?: ScalePaths | undefined;
  /** Of a deprecated version of a custom kind: the warning that every request gets. */
  readonly deprecation?: string | undefined;
  readonly columns?: Columns | undefined;
  /** Its objects have no form in protobuf. */
  readonly jsonOnly?: boolean;
  /** Undefined if there is no other version. */
  readonly versions?: Versions | undefined;
}

export interface ListOptions {
  readonly limit: number;
  readonly continue: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
}

export interface ListResult<T extends KubeObject = KubeObject> {
  readonly items: readonly Item<T>[];
  /** The list's resourceVersion; undefined for virtual resources. */
  readonly revision: number | undefined;
  /** The continue token of the next page; empty on the last one. */
  readonly continue: string;
  /** remainingItemCount; undefined on the last page and, as upstream, for lists with selectors. */
  readonly remaining: number | undefined;
}

export interface WatchOptions {
  readonly resourceVersion: string;
  /** Undefined if the client did not set it. */
  readonly sendInitialEvents: boolean | undefined;
  readonly bookmarks: boolean;
  readonly timeoutMs: number;
  /** Another form of the events: with a Table or partial metadata, or in protobuf. */
  readonly view: View | undefined;
}

/** Returns a copy of the stored object that may be changed. A transform that changes nothing in place may ask for `shared`
 *  parts: where the update leaves the rest alone, too, it gets the stored object itself, which is frozen. */
export type Current<T> = (parts?: 'shared') => T;

/** Returns the object to store, a new one on each call: after a conflict with another write it is called again with the
 *  newer object. `current` is undefined if there is none. */
export type Transform<T extends KubeObject = KubeObject> = (
  current: Current<T> | undefined,
) => T | Promise<T>;

/** Another form of the object for admission, as the Scale of a Deployment. `put` takes over what plug-ins changed. */
export interface Shown<T extends KubeObject = KubeObject> {
  readonly schema: StructType;
  of(object: T): Carried;
  put(object: T, carried: Carried): void;
}

/** An update of an object that does not exist: `replace` (PUT) creates it if the kind allows that, `apply` always, `patch`
 *  never. The transform of an apply has already set managedFields. */
export type UpdateMode = 'replace' | 'patch' | 'apply';

export interface Updated<T extends KubeObject = KubeObject> {
  readonly item: Item<T>;
  readonly created: boolean;
}

export interface Deleted<T extends KubeObject = KubeObject> {
  readonly item: Item<T>;
  /** False when the object is still stored, waiting for finalizers or its grace period. */
  readonly gone: boolean;
  /** The response is the object rather than a Status. */
  readonly returned: boolean;
}

export interface Resource<T extends KubeObject = KubeObject> extends ResourceDescription {
  /** Throws a 404, or a 504 for a resourceVersion newer than the store's. An empty version reads the newest state. */
  get(namespace: string, name: string, resourceVersion: string): Eventual<Item<T>>;
  list(selection: Selection, options: ListOptions): Eventual<ListResult<T>>;
  watch(selection: Selection, options: WatchOptions): Eventual<WatchOpener>;
  create(object: T, write: WriteContext): Promise<Item>;
  update(
    name: string,
    transform: Transform<T>,
    write: WriteContext,
    mode: UpdateMode,
    shown?: Shown<T>,
  ): Promise<Updated<T>>;
  delete(name: string, options: DeleteOptions, write: WriteContext): Promise<Deleted<T>>;
  /** Resolves with the objects whose deletion was requested; some may remain because of finalizers or grace periods. */
  deleteCollection(
    selection: Selection,
    page: ListOptions,
    options: DeleteOptions,
    write: WriteContext,
  ): Promise<ListResult<T>>;
}

/** The group and plural by which Status messages name a resource. */
export const targetOf = ({ kind }: Pick<ResourceDescription, 'kind'>) => ({
  group: kind.resource.group,
  resource: kind.resource.plural,
});

export function hasVerb({ kind }: ResourceDescription, verb: string): boolean {
  const verbs: readonly string[] = kind.resource.verbs ?? allVerbs;
  return verbs.includes(verb);
}

/** The 405 for an unsupported verb. As upstream, only the message for custom resources names the verb. */
export const verbMissing = (resource: ResourceDescription, verb: string): StatusError =>
  resource.custom
    ? methodNotAllowed(targetOf(resource), verb)
    : failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
