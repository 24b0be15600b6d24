// When each node last sent a heartbeat, by this process's clock, and what its conditions become when that is too long ago.

import type { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { NodeCondition } from '../../api/kinds/core/v1/node-status.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import type { Clock } from '../../kit/clock.ts';

interface Heard {
  renewed: string;
  heartbeat: string;
  at: number;
}

/** Records heartbeats (lease renewals and status updates) by the time they are observed: the node's clock may be off. */
export class Heartbeats {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #byNode = new Map<string, Heard>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  lease(lease: Readonly<Lease>): void {
    this.#note(nameOf(lease), 'renewed', lease.spec?.renewTime ?? '');
  }

  node(node: Readonly<Node>): void {
    const ready = conditionOf(node, 'Ready');
    this.#note(nameOf(node), 'heartbeat', ready?.lastHeartbeatTime ?? '');
  }

  /** Gives every node its whole grace period again. */
  restart(): void {
    for (const heard of this.#byNode.values()) heard.at = this.#clock.monotonic();
  }

  forget(name: string): void {
    this.#byNode.delete(name);
  }

  /** When the node's last heartbeat was observed, on the monotonic clock. A node not heard of yet has its whole grace period. */
  last(name: string): number {
    return this.#byNode.get(name)?.at ?? this.#clock.monotonic();
  }

  #note(name: string, source: 'renewed' | 'heartbeat', value: string): void {
    const heard = this.#byNode.get(name);
    // Only a value that changes is a heartbeat: watches also bring back objects that have not changed.
    if (!heard) {
      const fresh = { renewed: '', heartbeat: '', at: this.#clock.monotonic() };
      fresh[source] = value;
      this.#byNode.set(name, fresh);
    } else if (heard[source] !== value) {
      heard[source] = value;
      heard.at = this.#clock.monotonic();
    }
  }
}

/** The conditions that the kubelet reports, so that nothing is known of them while it is silent. */
const DOUBTFUL = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** The conditions of a node that stopped reporting; undefined when they are already Unknown. */
export function unknownConditions(node: Readonly<Node>, time: string): NodeCondition[] | undefined {
  const before = node.status?.conditions ?? [];
  let changed = false;
  const after = before.map((condition) => {
    if (!DOUBTFUL.includes(condition.type) || condition.status === 'Unknown') return condition;
    changed = true;
    return {
      ...condition,
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime: time,
    };
  });
  for (const type of DOUBTFUL) {
    if (before.some((condition) => condition.type === type)) continue;
    changed = true;
    after.push({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      ...(node.metadata.creationTimestamp && { lastHeartbeatTime: node.metadata.creationTimestamp }),
      lastTransitionTime: time,
    });
  }
  return changed ? after : undefined;
}
