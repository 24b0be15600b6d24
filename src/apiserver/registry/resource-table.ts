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

  /** Grows with every change, so that documents made from the table can be kept until then. */
  get generation(): number {
    return this.#generation;
  }

  /** False when a built-in resource has the name. */
  add(resource: Resource): boolean {
    const key = keyOf(resource.kind.resource);
    const known = this.#resources.get(key);
    if (known && !known.custom) return false;
    this.#resources.set(key, resource);
    this.#generation++;
    return true;
  }

  /** No effect when the name belongs to another resource by now. */
  remove(resource: Resource): void {
    const key = keyOf(resource.kind.resource);
    if (this.#resources.get(key) !== resource) return;
    this.#resources.delete(key);
    this.#generation++;
  }

  get(group: string, version: string, plural: string): Resource | undefined {
    return this.#resources.get(`${group}/${version}/${plural}`);
  }

  /** The resource of a kind whose objects are stored. */
  stored<K extends AnyResource>(kind: K): StoredResource<ObjectOf<K> & KubeObject> {
    const found = this.#resources.get(keyOf(kind.resource));
    if (found instanceof StoredResource) return found;
    throw new Error(`${keyOf(kind.resource)} has no stored objects`);
  }

  /** The kinds as discovery and OpenAPI show them, in the order of registration. */
  documented(): AnyResource[] {
    return [...this.#resources.values()].map(({ kind, documented }) => documented ?? kind);
  }
}
