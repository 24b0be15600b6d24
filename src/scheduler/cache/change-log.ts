// Which nodes have changed lately: who has worked something out for all nodes looks at these again only. Kept by SchedulerCache.
import type { NodeInfo } from './node-info.ts';

/** Changes that are remembered. Looking at all nodes costs less than looking at more changed ones. */
const KEPT = 1_024;

export class ChangeLog {
  readonly #last: NodeInfo[] = [];
  #count = 0;

  /** How many changes there were. */
  get count(): number {
    return this.#count;
  }

  add(node: NodeInfo): void {
    this.#last[this.#count++ % KEPT] = node;
  }

  /** The nodes that have changed since there were `count` changes; undefined when that is no longer known. */
  since(count: number): ReadonlySet<NodeInfo> | undefined {
    if (this.#count - count > KEPT) return undefined;
    const nodes = new Set<NodeInfo>();
    for (let i = count; i < this.#count; i++) nodes.add(this.#last[i % KEPT]!);
    return nodes;
  }
}
