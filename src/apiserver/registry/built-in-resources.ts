// The built-in stored resources, each in its stored version or converted from it. All versions of a kind share its
// stored objects and its strategy. Virtual resources are added by the caller, assemble.ts.
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { builtInKinds } from '../../api/scheme/kinds.ts';
import type { Store } from '../../store/store.ts';
import { versionsOf } from '../conversions/built-in-versions.ts';
import { asStored, conversions } from '../conversions/conversions.ts';
import type { ApiServerOptions } from '../options.ts';
import type { Strategies } from '../strategies/strategies.ts';
import { ConvertedCache } from '../watch-cache/converted-cache.ts';
import { ResourceCache } from '../watch-cache/resource-cache.ts';
import type { StorageServices } from './stored/storage.ts';
import { StoredResource } from './stored/stored-resource.ts';

export interface BuiltInOptions extends StorageServices {
  readonly store: Store;
  readonly strategies: Strategies;
  /** Kinds and versions besides those that are always there. */
  readonly apis?: Pick<NonNullable<ApiServerOptions['apis']>, 'more' | 'conversions' | 'strategies'>;
}

/** The prefix of a resource's keys. Kubernetes uses the same in etcd for most resources (/registry/pods/…). */
export const storagePrefix = (group: string, plural: string): string =>
  group ? `/registry/${group}/${plural}/` : `/registry/${plural}/`;

export function builtInResources({
  store,
  strategies: always,
  apis,
  ...services
}: BuiltInOptions): StoredResource[] {
  const more = apis?.more ?? [];
  const strategies = apis ? new Map([...always, ...apis.strategies]) : always;
  const versions = more.filter(({ resource }) => resource.like);
  const converted = [...conversions, ...versions.map((kind) => asStored(kind, apis?.conversions?.get(kind)))];
  const caches = new Map<AnyResource, ResourceCache>();
  for (const kind of strategies.keys()) {
    const { group, plural } = kind.resource;
    caches.set(kind, new ResourceCache(kind, store, storagePrefix(group, plural)));
  }
  const resources: StoredResource[] = [];
  for (const kind of [...builtInKinds, ...more]) {
    const own = converted.find((conversion) => conversion.kind === kind);
    const strategy = strategies.get(own?.storedAs ?? kind);
    if (!strategy) continue;
    const cache = own
      ? new ConvertedCache<KubeObject>(kind, caches.get(own.storedAs)!, own.conversion)
      : caches.get(kind)!;
    const resource = { kind, versions: versionsOf(kind, converted) };
    resources.push(new StoredResource({ ...services, resource, cache, strategy }));
  }
  return resources;
}
