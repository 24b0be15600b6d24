// Looks after one node at a time, and after all zones together: only there it is decided whose pods may be evicted.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isPodReady } from '../../api/pods/readiness.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import type { Lister } from '../../client/informer/indexer.ts';
import { BY_NODE } from '../../client/informer/indices.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { ControllerContext, Enqueue, Result } from '../framework/controller.ts';
import { type Heartbeats, unknownConditions } from './health.ts';
import { LifecycleInstruments } from './instruments.ts';
import { labelsFor } from './labels.ts';
import type { LifecycleSettings } from './settings.ts';
import { isEvicting, readyStatus, taintsFor } from './taints.ts';
import { healthByZone, Zones, zoneOf } from './zones.ts';

/** The key of all zones together. No node has such a name. */
export const ALL_ZONES = '/zones';

/** How often zones are looked at, in milliseconds, while nodes wait that may not be tainted now. */
const RECHECK_MS = 5_000;
/** The share of the grace period after which a node without heartbeats no longer counts as up. */
const DOUBTFUL_AFTER = 0.8;

export interface Caches {
  readonly nodes: Lister<Node & KubeObject>;
  readonly pods: Lister<Pod & KubeObject>;
}

export class NodeReconciler {
  readonly #context: ControllerContext;
  readonly #caches: Caches;
  readonly #heartbeats: Heartbeats;
  readonly #settings: LifecycleSettings;
  readonly #zones: Zones;
  readonly #instruments: LifecycleInstruments;
  readonly #known = new Map<string, Readonly<Node>>();
  /** Nodes whose turn has come, until the cache shows their taint. */
  readonly #granted = new Set<string>();
  #enqueue: Enqueue = () => {};

  constructor(
    context: ControllerContext,
    caches: Caches,
    heartbeats: Heartbeats,
    settings: LifecycleSettings,
  ) {
    this.#context = context;
    this.#caches = caches;
    this.#heartbeats = heartbeats;
    this.#settings = settings;
    this.#zones = new Zones(settings);
    this.#instruments = new LifecycleInstruments(context.metrics);
  }

  begin(enqueue: Enqueue): void {
    this.#enqueue = enqueue;
  }

  async reconcile(name: string): Promise<Result | undefined> {
    const from = this.#context.clock.monotonic();
    const node = this.#caches.nodes.get(name);
    this.#announce(name, node);
    if (!node) return undefined;
    const grace = this.#graceOf(node);
    const silent = this.#now() - this.#heartbeats.last(name);
    const current = silent >= grace ? await this.#markSilent(node) : node;
    await this.#taint(current);
    await this.#label(current);
    if (readyStatus(current) === 'Unknown') await this.#markPodsNotReady(current);
    this.#instruments.checked(this.#context.clock.monotonic() - from);
    return silent >= grace ? undefined : { requeueAfter: grace - silent };
  }

  /** Adapts the rates to what is up, and lets those evict whose turn has come. */
  async reconcileZones(): Promise<Result | undefined> {
    const now = this.#now();
    const nodes = this.#caches.nodes.list();
    const health = healthByZone(nodes, (node) => this.#isUp(node));
    this.#instruments.zones(health);
    if (this.#zones.assess(health, now)) {
      // Nobody could be heard of, so that nobody was silent.
      if (!this.#zones.allDown) this.#heartbeats.restart();
      for (const node of nodes) this.#enqueue(nameOf(node));
    }
    for (const { zone, node } of this.#zones.grant(now)) {
      this.#instruments.evicted(zone);
      this.#granted.add(node);
      this.#enqueue(node);
    }
    const wait = this.#zones.waitMs(now) ?? (this.#zones.allDown ? RECHECK_MS : undefined);
    return wait === undefined ? undefined : { requeueAfter: Math.min(wait, RECHECK_MS) };
  }

  /** A node whose grace period is nearly over does not count as up: if all stop together, no pod is evicted. */
  #isUp(node: Readonly<Node>): boolean {
    const silent = this.#now() - this.#heartbeats.last(nameOf(node));
    return !isDown(node) && silent < this.#graceOf(node) * DOUBTFUL_AFTER;
  }

  #graceOf(node: Readonly<Node>): number {
    const { monitorGraceMs, startupGraceMs } = this.#settings;
    return conditionOf(node, 'Ready') ? monitorGraceMs : startupGraceMs;
  }

  #announce(name: string, node: Readonly<Node> | undefined): void {
    const known = this.#known.get(name);
    if (node && !known) {
      this.#known.set(name, node);
      this.#record(node, 'RegisteredNode', `Registered Node ${name} in Controller`);
    } else if (!node && known) {
      this.#known.delete(name);
      this.#heartbeats.forget(name);
      this.#forgetEviction(name);
      this.#record(known, 'RemovingNode', `Removing Node ${name} from Controller`);
    }
  }

  #record(node: Readonly<Node>, reason: string, message: string): void {
    const text = `Node ${nameOf(node)} event: ${message}`;
    this.#context.events.record(referenceToNode(node), 'Normal', reason, text);
  }

  async #markSilent(node: Readonly<Node>): Promise<Readonly<Node>> {
    const conditions = unknownConditions(node, this.#time());
    if (!conditions) return node;
    const status = { ...node.status, conditions };
    const marked = await this.#context.client.update(Node, { ...node, status }, { subresource: 'status' });
    if (!isDown(node)) {
      const message = `Node ${nameOf(node)} status is now: NodeNotReady`;
      this.#context.events.record(referenceToNode(node), 'Normal', 'NodeNotReady', message);
    }
    return marked;
  }

  async #taint(node: Readonly<Node>): Promise<void> {
    const taints = taintsFor(node, this.#mayEvict(node), this.#time());
    if (!taints) return;
    // A merge patch replaces the whole list; at another version it could undo a taint that an administrator has just set.
    const { resourceVersion } = node.metadata;
    const patch = { metadata: { resourceVersion }, spec: { taints: taints.length > 0 ? taints : null } };
    await this.#context.client.patch(Node, nameOf(node), undefined, 'merge', patch);
  }

  /** A node that evicts its pods goes on; another waits for its turn. */
  #mayEvict(node: Readonly<Node>): boolean {
    const name = nameOf(node);
    if (!isUnwell(node)) {
      this.#forgetEviction(name);
      return false;
    }
    if (this.#zones.allDown) return false;
    if (isEvicting(node)) {
      this.#forgetEviction(name);
      return true;
    }
    if (this.#granted.has(name)) return true;
    this.#zones.request(zoneOf(node), name, this.#now());
    this.#enqueue(ALL_ZONES);
    return false;
  }

  #forgetEviction(name: string): void {
    this.#granted.delete(name);
    this.#zones.cancel(name);
  }

  async #label(node: Readonly<Node>): Promise<void> {
    const labels = labelsFor(node);
    if (labels)
      await this.#context.client.patch(Node, nameOf(node), undefined, 'merge', { metadata: { labels } });
  }

  async #markPodsNotReady(node: Readonly<Node>): Promise<void> {
    const ready = this.#caches.pods.byIndex(BY_NODE, nameOf(node)).filter(isPodReady);
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

  /** For durations: the wall clock may be set. */
  #now(): number {
    return this.#context.clock.monotonic();
  }

  #time(): string {
    return rfc3339(this.#context.clock.now());
  }
}

const isDown = (node: Readonly<Node>): boolean => readyStatus(node) !== 'True';

/** Known to be down: a node that has just been added may have no condition yet. */
const isUnwell = (node: Readonly<Node>): boolean => isDown(node) && readyStatus(node) !== undefined;

/** Nodes are cluster-scoped; their events are in the namespace `default`. */
const referenceToNode = (node: Readonly<Node>) => ({
  kind: 'Node',
  apiVersion: 'v1',
  name: nameOf(node),
  uid: node.metadata.uid ?? '',
});
