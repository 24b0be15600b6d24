// Reads without a resourceVersion show every write that any server has acknowledged: a shared store may lag behind, and its
// barrier resolves once it has caught up. An embedded store has no barrier, and its reads stay synchronous.
// Upstream: consistent reads from the watch cache, staging/src/k8s.io/apiserver/pkg/storage/cacher.
import type { Store } from '../../../store/store.ts';
import type { Eventual } from '../eventual.ts';

/** The semantics of resourceVersion: unset means the newest state; "0" any state; a version any state at least as new,
 *  which this server may not have received yet. */
export const needsBarrier = (store: Store, resourceVersion: string): boolean =>
  resourceVersion === '' || Number(resourceVersion) > store.revision;

/** Runs `read`, after the store's barrier if one is needed. */
export function readConsistently<R>(
  store: Store,
  resourceVersion: string,
  read: () => Eventual<R>,
): Eventual<R> {
  const barrier = needsBarrier(store, resourceVersion) ? store.barrier() : undefined;
  return barrier ? barrier.then(read) : read();
}
