// Promise: when a node's heartbeats stop, its conditions become Unknown, taints keep new pods away and evict old ones after
// their toleration time, and its pods are marked not ready. When heartbeats resume the taints are removed.
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isPodReady } from '../../api/pods/readiness.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import { BY_NODE, indexByNode } from '../../client/informer/indices.ts';
import type { Informer } from '../../client/informer/informer.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { type Controller, type ControllerContext, type Result, watch } from '../framework/controller.ts';
import { Heartbeats, unknownConditions } from './health.ts';
import { readyStatus, taintsFor } from './taints.ts';

/** Upstream's --node-monitor-grace-period since 1.32. */
export const MONITOR_GRACE_MS = 50_000;

/** How often nodes are checked while all of them are down, in milliseconds. */
const RECHECK_MS = 5_000;
/** The share of the grace period after which a node without heartbeats no longer proves that only others are down. */
const DOUBTFUL_AFTER = 0.8;

export function createNodeLifecycleController(
  context: ControllerContext,
  graceMs = MONITOR_GRACE_MS,
): Controller {
  const nodes = context.informers.informer(Node);
  const pods = context.informers.informer(Pod);
  const leases = context.informers.informer(Lease, { namespace: 'kube-node-lease' });
  indexByNode(pods);
  const heartbeats = new Heartbeats(context.clock);
  const reconciler = new NodeReconciler(context, nodes, pods, heartbeats, graceMs);
  const all = () => nodes.lister.keys();
  return {
    name: 'node-lifecycle-controller',
    watches: [
      watch(nodes, {
        onAdd: (node) => {
          heartbeats.node(node);
          return [nameOf(node)];
        },
        onUpdate: (node, old) => {
          heartbeats.node(node);
          // Whether pods may be evicted depends on the state of all nodes.
          return readyStatus(node) === readyStatus(old) ? [nameOf(node)] : all();
        },
        onDelete: (node) => [nameOf(node), ...all()],
      }),
      watch(leases, (lease) => {
        heartbeats.lease(lease);
        return readyStatus(nodes.lister.get(nameOf(lease)) ?? ({} as Node)) === 'Unknown'
          ? [nameOf(lease)]
          : [];
      }),
      watch(pods, {
        // A pod may be bound to a node that is down, or a late status update may say that it is ready there.
        onAdd: (pod) => reconciler.nodeDownOf(pod),
        onUpdate: (pod) => reconciler.nodeDownOf(pod),
        onDelete: () => [],
      }),
    ],
    reconcile: (name) => reconciler.reconcile(name),
  };
}

class NodeReconciler {
  readonly #context: ControllerContext;
  readonly #nodes: Informer<Node & KubeObject>;
  readonly #pods: Informer<Pod & KubeObject>;
  readonly #heartbeats: Heartbeats;
  readonly #graceMs: number;
  readonly #known = new Map<string, Readonly<Node>>();

  constructor(
    context: ControllerContext,
    nodes: Informer<Node & KubeObject>,
    pods: Informer<Pod & KubeObject>,
    heartbeats: Heartbeats,
    graceMs: number,
  ) {
    this.#context = context;
    this.#nodes = nodes;
    this.#pods = pods;
    this.#heartbeats = heartbeats;
    this.#graceMs = graceMs;
  }

  nodeDownOf(pod: Readonly<Pod>): string[] {
    const name = pod.spec?.nodeName;
    if (!name || !isPodReady(pod)) return [];
    const node = this.#nodes.lister.get(name);
    return node && isDown(node) ? [name] : [];
  }

  async reconcile(name: string): Promise<Result | undefined> {
    const node = this.#nodes.lister.get(name);
    this.#announce(name, node);
    if (!node) return undefined;
    const silent = this.#context.clock.now() - this.#heartbeats.last(name);
    const current = silent >= this.#graceMs ? await this.#markSilent(node) : node;
    const evict = this.#someNodeIsUp();
    await this.#taint(current, evict);
    if (isDown(current)) {
      await this.#markPodsNotReady(current);
      if (!evict) return { requeueAfter: RECHECK_MS };
    }
    return silent >= this.#graceMs ? undefined : { requeueAfter: this.#graceMs - silent };
  }

  /** A node whose grace period is nearly over does not count as up: if all stop together, no pod is evicted. */
  #someNodeIsUp(): boolean {
    const now = this.#context.clock.now();
    return this.#nodes.lister
      .list()
      .some(
        (node) => !isDown(node) && now - this.#heartbeats.last(nameOf(node)) < this.#graceMs * DOUBTFUL_AFTER,
      );
  }

  #announce(name: string, node: Readonly<Node> | undefined): void {
    const { events } = this.#context;
    const known = this.#known.get(name);
    if (node && !known) {
      this.#known.set(name, node);
      const message = `Node ${name} event: Registered Node ${name} in Controller`;
      events.record(referenceToNode(node), 'Normal', 'RegisteredNode', message);
    } else if (!node && known) {
      this.#known.delete(name);
      this.#heartbeats.forget(name);
      const message = `Node ${name} event: Removing Node ${name} from Controller`;
      events.record(referenceToNode(known), 'Normal', 'RemovingNode', message);
    }
  }

  async #markSilent(node: Readonly<Node>): Promise<Readonly<Node>> {
    const conditions = unknownConditions(node, this.#time());
    if (!conditions) return node;
    const status = { ...node.status, conditions };
    return this.#context.client.update(Node, { ...node, status }, { subresource: 'status' });
  }

  async #taint(node: Readonly<Node>, evict: boolean): Promise<void> {
    const taints = taintsFor(node, evict, this.#time());
    if (!taints) return;
    // A merge patch replaces the whole list; at another version it could undo a taint that an administrator has just set.
    const { resourceVersion } = node.metadata;
    const patch = { metadata: { resourceVersion }, spec: { taints: taints.length > 0 ? taints : null } };
    await this.#context.client.patch(Node, nameOf(node), undefined, 'merge', patch);
  }

  async #markPodsNotReady(node: Readonly<Node>): Promise<void> {
    const ready = this.#pods.lister.byIndex(BY_NODE, nameOf(node)).filter(isPodReady);
    if (ready.length === 0) return;
    this.#context.events.record(
      referenceToNode(node),
      'Normal',
      'NodeNotReady',
      `Node ${nameOf(node)} status is now: NodeNotReady`,
    );
    await Promise.all(ready.map((pod) => this.#markPodNotReady(pod)));
  }

  async #markPodNotReady(pod: Readonly<Pod>): Promise<void> {
    const time = this.#time();
    const conditions = (pod.status?.conditions ?? []).map((condition) =>
      condition.type === 'Ready' ? { ...condition, status: 'False', lastTransitionTime: time } : condition,
    );
    this.#context.events.record(referenceTo(Pod, pod), 'Warning', 'NodeNotReady', 'Node is not ready');
    try {
      const { resourceVersion } = pod.metadata;
      const patch = { metadata: { resourceVersion }, status: { conditions } };
      await this.#context.client.patch(Pod, nameOf(pod), namespaceOf(pod), 'merge', patch, {
        subresource: 'status',
      });
    } catch (error) {
      if (isNotFound(error)) return;
      if (isConflict(error)) throw error;
      throw new Error(`unable to mark all pods NotReady on node ${pod.spec?.nodeName}`, { cause: error });
    }
  }

  #time(): string {
    return rfc3339(this.#context.clock.now());
  }
}

const isDown = (node: Readonly<Node>): boolean => readyStatus(node) !== 'True';

/** Nodes are cluster-scoped; their events are in the namespace `default`. */
const referenceToNode = (node: Readonly<Node>) => ({
  kind: 'Node',
  apiVersion: 'v1',
  name: nameOf(node),
  uid: node.metadata.uid ?? '',
});
