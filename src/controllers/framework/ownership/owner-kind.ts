// A kind whose objects own others: its informer, its selector, and the two requests that owning needs. Typed by the kind's
// objects, so that the code of ownership serves every kind without casts.
import type { AnyResource, KubeObject, ObjectOf } from '../../../api/meta/v1/resource.ts';
import type { LabelSelector } from '../../../api/selectors/label-selector.ts';
import type { Informer } from '../../../client/informer/informer.ts';
import type { ControllerContext } from '../controller.ts';

export interface OwnerKind<O extends KubeObject> {
  readonly kind: AnyResource;
  readonly informer: Informer<O>;
  selectorOf(owner: Readonly<O>): LabelSelector;
  /** Reads one owner from the API server, past the cache. */
  read(name: string, namespace: string): Promise<O>;
  /** Replaces the status at the resourceVersion that `owner` has. */
  updateStatus(owner: O): Promise<O>;
}

/** The owner kind of a built-in kind; `selectorOf` says which children one of its objects selects. */
export function ownerKind<R extends AnyResource>(
  { client, informers }: Pick<ControllerContext, 'client' | 'informers'>,
  kind: R,
  selectorOf: (owner: Readonly<ObjectOf<R> & KubeObject>) => LabelSelector,
): OwnerKind<ObjectOf<R> & KubeObject> {
  type Owner = ObjectOf<R> & KubeObject;
  return {
    kind,
    informer: informers.informer(kind),
    selectorOf,
    read: async (name, namespace) => (await client.get(kind, name, namespace)) as Owner,
    updateStatus: async (owner) => (await client.update(kind, owner, { subresource: 'status' })) as Owner,
  };
}
