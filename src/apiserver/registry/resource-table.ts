// All resources of this server, by group, version and plural name. Dispatch, discovery and OpenAPI are derived from this
// one table, which changes while the server runs: crd/ registers custom resources. Built-in resources are registered first
// and are never displaced.
import type { AnyResource, KubeObject, ObjectOf } from '../../api/meta/v1/resource.ts';
import type { Resource } from './resource.ts';
import { StoredResource } from './stored/stored-resource.ts';

const keyOf = ({ group, version, plural }: AnyResource['resource']): string =>
  `${group}/${version}/${plural}`;

export class ResourceTable {
  #generation = 0;
  readonly #resources = new Map<string, Resource>();
  /** Names of built-in resources that are stored, but not served. */
  readonly #hidden = new Set<string>();

  /** Grows with every change: documents derived from the table are valid while it stays the same. */
  get generation(): number {
    return this.#generation;
  }

  /** False if a built-in resource has the same group, version and plural; a custom resource is replaced. */
  add(resource: Resource): boolean {
    const key = keyOf(resource.kind.resource);
    const known = this.#resources.get(key);
    if (known && !known.custom) return false;
    this.#resources.set(key, resource);
    this.#generation++;
    return true;
  }

  /** Clients do not see it from now on; what is stored stays. */
  hide({ kind }: Resource): void {
    this.#hidden.add(keyOf(kind.resource));
    this.#generation++;
  }

  /** No effect if another resource has been registered under the name since. */
  remove(resource: Resource): void {
    const key = keyOf(resource.kind.resource);
    if (this.#resources.get(key) !== resource) return;
    this.#resources.delete(key);
    this.#generation++;
  }

  get(group: string, version: string, plural: string): Resource | undefined {
    const key = `${group}/${version}/${plural}`;
    return this.#hidden.size > 0 && this.#hidden.has(key) ? undefined : this.#resources.get(key);
  }

  /** The resource of a stored kind. Throws for a virtual or unregistered kind, which is an error of the program. */
  stored<K extends AnyResource>(kind: K): StoredResource<ObjectOf<K> & KubeObject> {
    const found = this.#resources.get(keyOf(kind.resource));
    if (found instanceof StoredResource) return found;
    throw new Error(`${keyOf(kind.resource)} has no stored objects`);
  }

  /** The kinds in discovery and OpenAPI, in the order of registration. */
  kinds(): AnyResource[] {
    const all = [...this.#resources.values()].map(({ kind }) => kind);
    return this.#hidden.size > 0 ? all.filter(({ resource }) => !this.#hidden.has(keyOf(resource))) : all;
  }
}
