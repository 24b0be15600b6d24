// When each NoExecute taint was added. The node lifecycle controller writes it into its taints (timeAdded); kubectl and others do not, so
// theirs count from when this controller first saw them on the node: from its start for those that were there before, as upstream.
import type { Node, Taint } from '../../api/kinds/core/v1/node.ts';
import { nameOf } from '../../api/meta/v1/object.ts';

const identity = ({ key, value = '', effect }: Taint): string => `${key}=${value}:${effect}`;

export class TaintTimes {
  /** Node → taint → milliseconds. */
  readonly #seen = new Map<string, ReadonlyMap<string, number>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A node as it is now. */
  observe(node: Readonly<Node>): void {
    const before = this.#seen.get(nameOf(node));
    const unmarked = (node.spec?.taints ?? []).filter(
      ({ effect, timeAdded }) => effect === 'NoExecute' && !timeAdded,
    );
    if (unmarked.length === 0) return this.forget(node);
    const now = this.#now();
    const times = unmarked.map(identity).map((id) => [id, before?.get(id) ?? now] as const);
    this.#seen.set(nameOf(node), new Map(times));
  }

  forget(node: Readonly<Node>): void {
    this.#seen.delete(nameOf(node));
  }

  addedAt(node: Readonly<Node>, taint: Taint): number {
    if (taint.timeAdded) return Date.parse(taint.timeAdded);
    return this.#seen.get(nameOf(node))?.get(identity(taint)) ?? this.#now();
  }
}
