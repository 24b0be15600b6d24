// Keeps an index in line with one resource: all stored objects first, then every write, synchronously with its commit. An
// acknowledged write is therefore in effect for the next request. Called by rbac.ts and pods-by-node.ts.
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Item } from '../watch-cache/item.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';

/** `put` is called with `gone` for each version that is replaced or deleted, without it for each new one; `changed` after each
 *  commit. */
export function follow<T extends KubeObject>(
  cache: ResourceCache<T>,
  put: (item: Item<T>, gone: boolean) => void,
  changed: () => void = () => {},
): void {
  const { store, prefix } = cache;
  const { entries, revision } = store.range(prefix);
  for (const entry of entries) put(cache.itemOf(entry), false);
  store.watch(prefix, revision, {
    events: (events) => {
      for (const event of events) {
        if (event.previous) put(cache.itemOf(event.previous), true);
        if (event.type === 'put') put(cache.itemOf(event.entry), false);
      }
      changed();
    },
  });
}
