// Removes what pods have left on the node that neither the API nor the runtime knows any more. The kubelet sweeps at its start
// and every minute. What cannot be removed stays, above all what somebody else has mounted there, and is told each time.
// Upstream: cleanupOrphanedPodDirs in pkg/kubelet/kubelet_volumes.go.
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { Limiter } from '../images/limiter.ts';
import { VolumePending } from '../volumes/pending.ts';
import type { NodeResources } from './node-resources.ts';

export interface OrphanOptions {
  readonly resources: Pick<NodeResources, 'list' | 'removeAll' | 'removeLogs'>;
  readonly isKnown: (uid: string) => boolean;
  readonly log: Logger;
}

/** Pods of the last sweep. */
export interface OrphanCounts {
  readonly cleaned: number;
  readonly failed: number;
}

/** Pods that are removed at once, so that a mount that does not answer holds up few others. */
const AT_ONCE = 4;

type Outcome = 'cleaned' | 'failed' | 'pending';

export class Orphans {
  readonly #options: OrphanOptions;
  counts: OrphanCounts = { cleaned: 0, failed: 0 };

  constructor(options: OrphanOptions) {
    this.#options = options;
  }

  /** Call it when every pod of API and runtime has a worker. */
  async sweep(): Promise<void> {
    const { resources, isKnown } = this.#options;
    const limiter = new Limiter(AT_ONCE);
    const orphans = [...(await resources.list())].filter((uid) => !isKnown(uid));
    const removed = await Promise.all(orphans.map((uid) => limiter.run(() => this.#remove(uid))));
    const count = (outcome: Outcome) => removed.filter((one) => one === outcome).length;
    this.counts = { cleaned: count('cleaned'), failed: count('failed') };
    await resources.removeLogs(isKnown);
  }

  async #remove(uid: string): Promise<Outcome> {
    const { resources, log } = this.#options;
    try {
      await resources.removeAll(uid);
      return 'cleaned';
    } catch (error) {
      // It goes on, and the next sweep finds it done.
      if (error instanceof VolumePending) return 'pending';
      const found = `orphaned pod "${uid}" found, but volume paths are still present on disk`;
      log.error(found, { error: messageOf(error) });
      return 'failed';
    }
  }
}
