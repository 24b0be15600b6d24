// Keeps an index up to date with one resource: first all objects there are, then every write, synchronously with its
// commit, so that an acknowledged write is in effect for the next request.
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Item } from '../watch-cache/item.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';

/** `put` is called for each version that is replaced or deleted (`gone`) and for each new one; `changed` after each batch. */
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
