// Registers the node and reports its status and lease. Checks the runtime every 10 seconds (more often until it is ready);
// reports changes at once and everything every 5 minutes, as upstream. Asks only for what NodeRestriction allows a node.

import { type Node, Node as NodeKind } from '../../api/kinds/core/v1/node.ts';
import type { NodeStatus } from '../../api/kinds/core/v1/node-status.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events/events.ts';
import type { ContainerRuntime, Image, RuntimeStatus, RuntimeVersion } from '../../cri/runtime.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { same } from '../status/status-patch.ts';
import type { FormerPods } from './former-pods.ts';
import type { Machine } from './machine.ts';
import { LEASE_SECONDS, NodeLease } from './node-lease.ts';
import {
  keepsAddresses,
  type NodeSettings,
  type NodeStatusInput,
  networkProblem,
  nodeLabels,
  nodeObject,
  nodeStatus,
  notReadyReason,
  withoutHeartbeat,
} from './node-object.ts';
import type { NodePressure } from './pressure.ts';
import type { VolumesInUse } from './volumes-in-use.ts';

export interface NodeManagerOptions {
  readonly settings: NodeSettings;
  readonly machine: Machine;
  readonly client: Client;
  readonly runtime: Pick<ContainerRuntime, 'status' | 'version' | 'listImages'>;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pressure: NodePressure;
  /** The Node is read at every check, since others may give it extended resources. */
  readonly followsNode: boolean;
  /** Left out where nothing is ever attached. */
  readonly volumesInUse?: VolumesInUse;
  /** What must have succeeded, once the Node is there, before it is ready. */
  readonly initialize?: { readonly problem: string; run(node: Node): Promise<void> };
  /** Left out where no pod outlives its node. */
  readonly formerPods?: Pick<FormerPods, 'problem' | 'begin' | 'onSettled'>;
}

type StatusFacts = Omit<NodeStatusInput, 'now'> & {
  readonly shownCapacity: NodeStatus['capacity'];
  readonly volumesInUse: readonly string[] | undefined;
};

const CHECK_MS = 10_000;
const CHECK_UNREADY_MS = 100;
const CHECK_UNREADY_MAX_MS = 2000;
const REPORT_MS = 300_000;
const IMAGES_MS = 60_000;
const LEASE_MS = 10_000;

export class NodeManager {
  readonly #options: NodeManagerOptions;
  readonly #lease: NodeLease;
  #node: Node | undefined;
  #runtime: RuntimeStatus | undefined;
  #version: RuntimeVersion | undefined;
  #images: readonly Image[] = [];
  #imagesAt = Number.NEGATIVE_INFINITY;
  /** These times are monotonic: the wall clock may be set. */
  #reportedAt = Number.NEGATIVE_INFINITY;
  /** What the status in the API was made from. */
  #reported: StatusFacts | undefined;
  /** Of the last lease that was written. */
  #renewedAt: number | undefined;
  #unreadyChecks = 0;
  #timers: Timer[] = [];
  #checkTimer: Timer | undefined;
  #renewing = false;
  #initialized: boolean;
  #refreshes: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();

  constructor(options: NodeManagerOptions) {
    this.#options = options;
    const { client, clock, settings, initialize } = options;
    this.#initialized = initialize === undefined;
    this.#lease = new NodeLease(client, clock, settings.nodeName, () => this.#node?.metadata.uid);
  }

  /** As of the last report, up to 5 minutes ago. */
  get node(): Node | undefined {
    return this.#node;
  }

  /** The Node as the API has it now; undefined when that cannot be read. */
  read(): Promise<Node | undefined> {
    const { client, settings } = this.#options;
    return client.get(NodeKind, settings.nodeName).catch(() => undefined);
  }

  /** Why pods cannot get a network now. */
  networkProblem(): string | undefined {
    return networkProblem(this.#runtime);
  }

  unhealthy(): string | undefined {
    return notReadyReason(this.#runtime);
  }

  /** Resolves when the node is in the API. */
  async start(): Promise<void> {
    this.#event('Normal', 'Starting', 'Starting kubelet.');
    await this.#readRuntime();
    await this.#registerWithRetries();
    if (this.#stop.signal.aborted) return;
    this.#options.pressure.onChange(() => void this.refresh());
    this.#options.volumesInUse?.onChange(() => void this.refresh());
    this.#options.formerPods?.onSettled(() => void this.refresh());
    void this.#renew();
    this.#timers.push(this.#options.clock.every(LEASE_MS, () => void this.#renew()));
    this.#scheduleCheck();
  }

  stop(): void {
    this.#stop.abort();
    this.#checkTimer?.cancel();
    for (const timer of this.#timers) timer.cancel();
  }

  /** Checks and reports now: after something that changes conditions or images. One after the other, so that the last one counts. */
  refresh(): Promise<void> {
    this.#refreshes = this.#refreshes.then(() => this.#refresh());
    return this.#refreshes;
  }

  async #refresh(): Promise<void> {
    try {
      if (!this.#initialized && this.#node) await this.#initialize(this.#node);
      await this.#readRuntime();
      await this.#report();
    } catch (error) {
      if (isNotFound(error)) return this.#registerWithRetries();
      if (!this.#stop.signal.aborted)
        this.#options.log.warn('cannot report node status', { error: messageOf(error) });
    }
  }

  #scheduleCheck(): void {
    if (this.#stop.signal.aborted) return;
    const ready = this.unhealthy() === undefined;
    this.#unreadyChecks = ready ? 0 : this.#unreadyChecks + 1;
    const ms = ready ? CHECK_MS : Math.min(CHECK_UNREADY_MAX_MS, CHECK_UNREADY_MS * this.#unreadyChecks);
    this.#checkTimer = this.#options.clock.after(
      ms,
      () => void this.#check().then(() => this.#scheduleCheck()),
    );
  }

  async #check(): Promise<void> {
    if (this.#options.followsNode) {
      const node = await this.read();
      this.#saw(node);
      // Nothing is said of a node that may have been given up.
      if (!node && this.#wasSilent()) return;
    }
    await this.refresh();
  }

  /** For so long that the cluster may have given the node up. */
  #wasSilent(): boolean {
    const now = this.#options.clock.monotonic();
    return this.#renewedAt !== undefined && now - this.#renewedAt >= LEASE_SECONDS * 1000;
  }

  /** A node whose state is unknown has been given up: its pods may run elsewhere. */
  #saw(node: Node | undefined): void {
    if (!node) return;
    this.#node = node;
    const ready = conditionOf(node, 'Ready');
    if (!ready || ready.status === 'Unknown') this.#options.formerPods?.begin();
  }

  async #readRuntime(): Promise<void> {
    const { runtime, clock } = this.#options;
    this.#runtime = await runtime.status().catch(() => undefined);
    if (!this.#runtime) return;
    this.#version ??= await runtime.version().catch(() => undefined);
    if (clock.monotonic() - this.#imagesAt < IMAGES_MS) return;
    this.#images = await runtime.listImages().catch(() => this.#images);
    this.#imagesAt = clock.monotonic();
  }

  #statusFacts(): StatusFacts {
    const { machine, pressure, initialize, volumesInUse, formerPods } = this.#options;
    const problem = this.#initialized ? formerPods?.problem : initialize?.problem;
    return {
      machine,
      version: this.#version,
      runtime: this.#runtime,
      images: this.#images,
      pressure: { memory: pressure.memory, disk: false, pids: false },
      shownCapacity: this.#node?.status?.capacity,
      volumesInUse: volumesInUse?.names,
      ...(problem !== undefined && { problem }),
    };
  }

  /** Retries while the API server is not there or refuses: 100 ms doubling to 7 s, as upstream. */
  async #registerWithRetries(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stop;
    for (let wait = 100; !signal.aborted; wait = Math.min(wait * 2, 7000)) {
      try {
        return await this.#register();
      } catch (error) {
        log.warn('cannot register node', { error: messageOf(error), wait });
        await clock.sleep(wait, signal).catch(() => {});
      }
    }
  }

  /** A Node that exists keeps its taints and pod CIDR: those belong to others once it is created. */
  async #register(): Promise<void> {
    const { client, settings, machine, clock, formerPods } = this.#options;
    const wanted = nodeObject(settings, { ...this.#statusFacts(), now: clock.now() });
    this.#reported = undefined;
    try {
      this.#node = await client.create(NodeKind, wanted);
      formerPods?.begin();
      this.#reportedAt = clock.monotonic();
      this.#recordConditionEvents(undefined, this.#node.status);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const metadata = { labels: nodeLabels(settings, machine), annotations: wanted.metadata.annotations };
      this.#saw(await client.patch(NodeKind, settings.nodeName, undefined, 'strategic', { metadata }));
      this.#reportedAt = Number.NEGATIVE_INFINITY;
    }
    if (this.#node) await this.#initialize(this.#node);
    await this.#report();
  }

  /** Until it has succeeded the node is not ready, and it is tried again at each check. */
  async #initialize(node: Node): Promise<void> {
    const { initialize, log } = this.#options;
    if (!initialize) return;
    try {
      await initialize.run(node);
      this.#initialized = true;
    } catch (error) {
      this.#initialized = false;
      log.warn(initialize.problem, { error: messageOf(error) });
    }
  }

  async #report(): Promise<void> {
    const { client, settings, clock } = this.#options;
    const facts = this.#statusFacts();
    const { volumesInUse } = facts;
    const due = clock.monotonic() - this.#reportedAt >= REPORT_MS;
    if (!due && same(this.#reported, facts)) return;
    const old = this.#node?.status;
    const status = nodeStatus(settings, { ...facts, now: clock.now() }, old);
    const sameVolumes = !volumesInUse || same(old?.volumesInUse ?? [], volumesInUse);
    const unchanged = old && same(withoutHeartbeat(ownFields(old)), withoutHeartbeat(ownFields(status)));
    if (!due && unchanged && sameVolumes) return this.#hasReported(facts);
    // By the API's schema addresses are merged by type, which would mix up two of one type.
    const { addresses = [], ...others } = status;
    const own = keepsAddresses(settings, old) ? {} : { addresses: [{ $patch: 'replace' }, ...addresses] };
    const allocatable = { ...absent(old?.allocatable, others.allocatable), ...others.allocatable };
    const inUse = volumesInUse && { volumesInUse: volumesInUse.length > 0 ? volumesInUse : null };
    const patch = { status: { ...others, allocatable, ...own, ...inUse } };
    this.#node = await client.patch(NodeKind, settings.nodeName, undefined, 'strategic', patch, {
      subresource: 'status',
    });
    this.#reportedAt = clock.monotonic();
    this.#hasReported(facts);
    this.#recordConditionEvents(old, status);
  }

  #hasReported(facts: StatusFacts): void {
    this.#reported = facts;
    if (facts.volumesInUse) this.#options.volumesInUse?.reported(facts.volumesInUse);
  }

  /** One at a time: a request that hangs must not pile up others. */
  async #renew(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    try {
      await this.#renewed(await this.#lease.renew());
    } catch (error) {
      if (!this.#stop.signal.aborted)
        this.#options.log.warn('cannot renew node lease', { error: messageOf(error) });
    } finally {
      this.#renewing = false;
    }
  }

  /** While no lease was renewed, the node lifecycle controller has overwritten the conditions; a lease that is lost goes with its Node. */
  async #renewed(lost: boolean): Promise<void> {
    const before = this.#renewedAt;
    const silent = this.#wasSilent();
    this.#renewedAt = this.#options.clock.monotonic();
    if (!silent && !lost) return;
    const node = this.#options.followsNode ? await this.read() : undefined;
    this.#saw(node);
    if (this.#options.followsNode && !node && !lost) {
      // Whether it was given up is looked at with the next lease.
      this.#renewedAt = before;
      return;
    }
    this.#reportedAt = Number.NEGATIVE_INFINITY;
    await this.refresh();
  }

  #recordConditionEvents(old: NodeStatus | undefined, now: NodeStatus | undefined): void {
    for (const { type, status } of now?.conditions ?? []) {
      if (old?.conditions?.find((c) => c.type === type)?.status === status) continue;
      const reason = EVENTS[type]?.[status === 'True' ? 0 : 1];
      if (!reason || (!old && reason === 'NodeNotReady')) continue;
      this.#event('Normal', reason, `Node ${this.#options.settings.nodeName} status is now: ${reason}`);
    }
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { nodeName } = this.#options.settings;
    this.#options.recorder.record(
      { kind: 'Node', apiVersion: 'v1', name: nodeName, uid: nodeName },
      type,
      reason,
      message,
    );
  }
}

/** Event reasons when a condition turns true, and false. */
const EVENTS: Record<string, [string, string]> = {
  Ready: ['NodeReady', 'NodeNotReady'],
  MemoryPressure: ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
  DiskPressure: ['NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
  PIDPressure: ['NodeHasInsufficientPID', 'NodeHasSufficientPID'],
};

/** The fields of a node's status that a kubelet writes: others come from controllers. */
/** Null for each name that is not there any more: a patch removes it. */
const absent = (old: NodeStatus['allocatable'] = {}, now: NodeStatus['allocatable'] = {}) =>
  Object.fromEntries(Object.keys(old).flatMap((name) => (Object.hasOwn(now, name) ? [] : [[name, null]])));

function ownFields({
  volumesAttached: _a,
  volumesInUse: _b,
  phase: _c,
  config: _d,
  ...rest
}: NodeStatus): NodeStatus {
  const conditions = (rest.conditions ?? []).filter(({ type }) => Object.hasOwn(EVENTS, type));
  return { ...rest, conditions };
}
