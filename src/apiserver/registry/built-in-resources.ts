// The built-in stored resources, each in its stored version or converted from it. All versions of a kind share its
// stored objects and its strategy. Virtual resources are added by the caller, assemble.ts.
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { builtInKinds } from '../../api/scheme/kinds.ts';
import type { Store } from '../../store/store.ts';
import { conversions } from '../conversions/conversions.ts';
import type { Strategies } from '../strategies/strategies.ts';
import { ConvertedCache } from '../watch-cache/converted-cache.ts';
import { ResourceCache } from '../watch-cache/resource-cache.ts';
import type { StorageServices } from './stored/storage.ts';
import { StoredResource } from './stored/stored-resource.ts';

export interface BuiltInOptions extends StorageServices {
  readonly store: Store;
  readonly strategies: Strategies;
}

/** The prefix of a resource's keys. Kubernetes uses the same in etcd for most resources (/registry/pods/…). */
export const storagePrefix = (group: string, plural: string): string =>
  group ? `/registry/${group}/${plural}/` : `/registry/${plural}/`;

export function builtInResources({ store, strategies, ...services }: BuiltInOptions): StoredResource[] {
  const caches = new Map<AnyResource, ResourceCache>();
  for (const kind of strategies.keys()) {
    const { group, plural } = kind.resource;
    caches.set(kind, new ResourceCache(kind, store, storagePrefix(group, plural)));
  }
  const resources: StoredResource[] = [];
  for (const kind of builtInKinds) {
    const converted = conversions.find((conversion) => conversion.kind === kind);
    const strategy = strategies.get(converted?.storedAs ?? kind);
    if (!strategy) continue;
    const cache = converted
      ? new ConvertedCache<KubeObject>(kind, caches.get(converted.storedAs)!, converted.conversion)
      : caches.get(kind)!;
    resources.push(new StoredResource({ ...services, resource: { kind }, cache, strategy }));
  }
  return resources;
}
