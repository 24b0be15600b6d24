// How long after the last one a failed daemon pod of a node is replaced: a kubelet that refuses a pod would refuse the next at
// once. Follows failedPodsBackoff (pkg/controller/daemon).
import type { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import { keyOf } from '../../api/meta/v1/object.ts';

const FIRST_MS = 1_000;
const LONGEST_MS = 15 * 60_000;

interface Replaced {
  readonly at: number;
  readonly waitMs: number;
}

export class FailedPods {
  /** By set and node, the last replacement, of the present generation of the set. */
  readonly #sets = new Map<string, { generation: number; byNode: Map<string, Replaced> }>();

  /** Milliseconds until the failed pod of the node may be replaced. 0 means that it is replaced now. */
  replace(set: Readonly<DaemonSet>, node: string, now: number): number {
    const byNode = this.#of(set);
    const last = byNode.get(node);
    const left = last ? last.at + last.waitMs - now : 0;
    if (left > 0) return left;
    // After a long time without failures it begins anew.
    const again = last && now - last.at <= 2 * LONGEST_MS;
    byNode.set(node, { at: now, waitMs: again ? Math.min(LONGEST_MS, last.waitMs * 2) : FIRST_MS });
    return 0;
  }

  forget(key: string): void {
    this.#sets.delete(key);
  }

  #of(set: Readonly<DaemonSet>): Map<string, Replaced> {
    const generation = set.metadata.generation ?? 0;
    const known = this.#sets.get(keyOf(set));
    if (known?.generation === generation) return known.byNode;
    const byNode = new Map<string, Replaced>();
    this.#sets.set(keyOf(set), { generation, byNode });
    return byNode;
  }
}
