// Keeps something up to date with one resource: everything there is now, then every write, within the write itself, so
// that what was answered to one request holds for the next.
import type { Item } from '../watch-cache/item.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';

/** `put` is told of versions that have gone and of those that have come; `changed` after each batch of them. */
export function follow(
  cache: ResourceCache,
  put: (item: Item, gone: boolean) => void,
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
