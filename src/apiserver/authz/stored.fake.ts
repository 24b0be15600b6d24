// Objects in a memory store, for tests of authorizers: under the keys of the registry, without its validation.
import { ClusterRole } from '../../api/kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../../api/kinds/rbac/v1/cluster-role-binding.ts';
import { Role } from '../../api/kinds/rbac/v1/role.ts';
import { RoleBinding } from '../../api/kinds/rbac/v1/role-binding.ts';
import type { AnyResource, KubeObject, ObjectOf } from '../../api/meta/v1/resource.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';
import { storagePrefix } from '../registry/built-in-resources.ts';
import type { User } from '../request.ts';
import { ResourceCache } from '../watch-cache/resource-cache.ts';
import { Rbac, type RbacCaches } from './rbac.ts';

export class StoredObjects {
  readonly store = openMemoryStore({ clock: new SteppedClock() });
  readonly #caches = new Map<AnyResource, ResourceCache>();

  cache<K extends AnyResource>(kind: K): ResourceCache<ObjectOf<K> & KubeObject> {
    const { group, plural } = kind.resource;
    const cache = this.#caches.get(kind) ?? new ResourceCache(kind, this.store, storagePrefix(group, plural));
    this.#caches.set(kind, cache);
    return cache as ResourceCache<ObjectOf<K> & KubeObject>;
  }

  /** Creates or replaces. */
  async put(kind: AnyResource, object: object): Promise<void> {
    const cache = this.cache(kind);
    const { metadata } = object as KubeObject;
    const key = cache.keyOf(metadata.namespace ?? '', metadata.name!);
    const bytes = () => Buffer.from(JSON.stringify(object));
    const known = this.store.get(key);
    await (known ? this.store.update(key, known.revision, bytes) : this.store.create(key, bytes));
  }

  async remove(kind: AnyResource, namespace: string, name: string): Promise<void> {
    const key = this.cache(kind).keyOf(namespace, name);
    await this.store.delete(key, this.store.get(key)!.revision);
  }

  rbac(): Rbac {
    const caches: RbacCaches = {
      roles: this.cache(Role),
      clusterRoles: this.cache(ClusterRole),
      roleBindings: this.cache(RoleBinding),
      clusterRoleBindings: this.cache(ClusterRoleBinding),
    };
    return new Rbac(caches);
  }
}

export const person = (name: string, ...groups: string[]): User => ({
  name,
  groups: [...groups, 'system:authenticated'],
});
