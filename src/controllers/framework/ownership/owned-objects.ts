// The children of every object of an owner kind, by controller reference: which owner a change of a child concerns, and
// which children an owner has after adopting and releasing. Pods have OwnedPods on top of this.
import { controllerOf, keyOf, labelsOf, nameOf, namespaceOf, uidOf } from '../../../api/meta/v1/object.ts';
import { type AnyResource, apiVersionOf, type KubeObject } from '../../../api/meta/v1/resource.ts';
import {
  BY_CONTROLLER,
  BY_NAMESPACE,
  indexByController,
  indexByNamespace,
  orphansOf,
} from '../../../client/informer/indices.ts';
import type { Informer } from '../../../client/informer/informer.ts';
import type { ControllerContext, KeysOf } from '../controller.ts';
import { claim } from './claim.ts';
import type { OwnerKind } from './owner-kind.ts';

export interface ChildKind<C extends KubeObject> {
  readonly kind: AnyResource;
  readonly informer: Informer<C>;
}

export class OwnedObjects<O extends KubeObject, C extends KubeObject> {
  readonly #client: ControllerContext['client'];
  readonly #owners: OwnerKind<O>;
  readonly #children: ChildKind<C>;

  constructor({ client }: Pick<ControllerContext, 'client'>, owners: OwnerKind<O>, children: ChildKind<C>) {
    this.#client = client;
    this.#owners = owners;
    this.#children = children;
    indexByNamespace(owners.informer);
    indexByController(children.informer);
  }

  /** The children whose controller reference names `owner`, whether or not its selector matches them. */
  of(owner: Readonly<O>): readonly Readonly<C>[] {
    return this.#children.informer.lister.byIndex(BY_CONTROLLER, uidOf(owner));
  }

  /** How many children a claim of `owner` looks at. */
  candidates(owner: Readonly<O>): number {
    const { lister } = this.#children.informer;
    const orphans = lister.countByIndex(BY_CONTROLLER, orphansOf(namespaceOf(owner)));
    return lister.countByIndex(BY_CONTROLLER, uidOf(owner)) + orphans;
  }

  /** The children that belong to `owner` once matching orphans are adopted and others released. `accepts` narrows both. */
  claim(
    owner: Readonly<O>,
    accepts: (child: Readonly<C>) => boolean = () => true,
  ): Promise<readonly Readonly<C>[]> {
    const orphans = this.#children.informer.lister.byIndex(BY_CONTROLLER, orphansOf(namespaceOf(owner)));
    return claim<C>({
      client: this.#client,
      owner,
      ownerKind: this.#owners.kind,
      selector: this.#owners.selectorOf(owner),
      childKind: this.#children.kind,
      children: [...this.of(owner), ...orphans].filter(accepts),
      readOwner: () => this.#owners.read(nameOf(owner), namespaceOf(owner)),
    });
  }

  /** The owner that the child's controller reference names, if it is of this kind and still the same object. */
  ownerOf(child: Readonly<C>): Readonly<O> | undefined {
    const reference = controllerOf(child);
    const { resource } = this.#owners.kind;
    if (reference?.kind !== resource.kind || reference.apiVersion !== apiVersionOf(resource))
      return undefined;
    const owner = this.#owners.informer.lister.get(reference.name, namespaceOf(child));
    return owner && uidOf(owner) === reference.uid ? owner : undefined;
  }

  /** The owners that might adopt the child: none when it has a controller. */
  adoptersOf(child: Readonly<C>): readonly Readonly<O>[] {
    if (controllerOf(child)) return [];
    return this.#owners.informer.lister
      .byIndex(BY_NAMESPACE, namespaceOf(child))
      .filter((owner) => this.#owners.selectorOf(owner).matches(labelsOf(child)));
  }

  /** Which owners a change of a child concerns: its owner, its owner before, and for an orphan those that may adopt it. */
  get keys(): KeysOf<C> {
    return {
      onAdd: (child) => this.keysOf(child),
      onUpdate: (child, old) => this.keysOfChange(child, old),
      onDelete: (child) => this.#ownerKeys(child),
    };
  }

  keysOf(child: Readonly<C>): string[] {
    const owner = this.#ownerKeys(child);
    return owner.length > 0 ? owner : this.adoptersOf(child).map(keyOf);
  }

  keysOfChange(child: Readonly<C>, old: Readonly<C>): string[] {
    const before = this.#ownerKeys(old);
    const after = this.#ownerKeys(child);
    if (after.length > 0) return [...new Set([...before, ...after])];
    // An orphan's other changes cannot make anybody adopt it who would not have before.
    const adoptable = before.length > 0 || controllerOf(old) || !sameLabels(child, old);
    return [...before, ...(adoptable ? this.adoptersOf(child).map(keyOf) : [])];
  }

  #ownerKeys(child: Readonly<C>): string[] {
    const owner = this.ownerOf(child);
    return owner ? [keyOf(owner)] : [];
  }
}

function sameLabels(one: KubeObject, other: KubeObject): boolean {
  const [a, b] = [labelsOf(one), labelsOf(other)];
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
