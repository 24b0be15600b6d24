// When a read has to wait for the store. A store shared with other servers may lag behind them; its barrier resolves once
// reads here show everything acknowledged anywhere. An embedded store needs none, and reads of it stay synchronous.
import type { Store } from '../../../store/store.ts';
import type { Eventual } from '../eventual.ts';

/** Upstream's semantics of resourceVersion: none asks for the newest state; "0" for any state; a version for a state at
 *  least as new, which may still be on its way here. */
export const needsBarrier = (store: Store, resourceVersion: string): boolean =>
  resourceVersion === '' || Number(resourceVersion) > store.revision;

/** Runs `read`, behind the store's barrier where one is needed. */
export function readConsistently<R>(store: Store, resourceVersion: string, read: () => R): Eventual<R> {
  const barrier = needsBarrier(store, resourceVersion) ? store.barrier() : undefined;
  return barrier ? barrier.then(read) : read();
}
