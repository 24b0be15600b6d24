// Registers the node and keeps its status and lease alive: looks at the runtime every 10 seconds (oftener until it is
// ready), reports what changed at once and everything every 5 minutes.
import { type Node, Node as NodeKind } from '../../api/kinds/core/v1/node.ts';
import type { NodeStatus } from '../../api/kinds/core/v1/node-status.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events/events.ts';
import type { ContainerRuntime, Image, RuntimeStatus, RuntimeVersion } from '../../cri/runtime.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { same } from '../status/status-patch.ts';
import type { Machine } from './machine.ts';
import { NodeLease } from './node-lease.ts';
import {
  type NodeSettings,
  type NodeStatusInput,
  networkProblem,
  nodeLabels,
  nodeObject,
  nodeStatus,
  notReadyBecause,
  withoutHeartbeat,
} from './node-object.ts';
import type { NodePressure } from './pressure.ts';

export interface NodeManagerOptions {
  readonly settings: NodeSettings;
  readonly machine: Machine;
  readonly client: Client;
  readonly runtime: ContainerRuntime;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pressure: NodePressure;
}

const LOOK_MS = 10_000;
const LOOK_UNREADY_MS = 100;
const LOOK_UNREADY_MAX_MS = 2000;
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
  #reportedAt = 0;
  #unreadyLooks = 0;
  #timers: Timer[] = [];
  #lookTimer: Timer | undefined;
  #stopped = false;

  constructor(options: NodeManagerOptions) {
    this.#options = options;
    const { client, clock, settings } = options;
    this.#lease = new NodeLease(client, clock, settings.nodeName, () => this.#node?.metadata.uid);
  }

  get node(): Node | undefined {
    return this.#node;
  }

  /** Why pods cannot get a network now. */
  networkProblem(): string | undefined {
    return networkProblem(this.#runtime);
  }

  unhealthy(): string | undefined {
    return notReadyBecause(this.#runtime);
  }

  /** Resolves when the node is in the API. */
  async start(): Promise<void> {
    this.#event('Normal', 'Starting', 'Starting kubelet.');
    await this.#lookAtRuntime();
    await this.#registerAtLast();
    if (this.#stopped) return;
    this.#options.pressure.onChange(() => void this.refresh());
    void this.#renew();
    this.#timers.push(this.#options.clock.every(LEASE_MS, () => void this.#renew()));
    this.#scheduleLook();
  }

  stop(): void {
    this.#stopped = true;
    this.#lookTimer?.cancel();
    for (const timer of this.#timers) timer.cancel();
  }

  /** Looks and reports now: after something that changes conditions or images. */
  async refresh(): Promise<void> {
    try {
      await this.#lookAtRuntime();
      await this.#report();
    } catch (error) {
      if (isNotFound(error)) return this.#registerAtLast();
      if (!this.#stopped) this.#options.log.warn('cannot report node status', { error: String(error) });
    }
  }

  #scheduleLook(): void {
    if (this.#stopped) return;
    const ready = this.unhealthy() === undefined;
    this.#unreadyLooks = ready ? 0 : this.#unreadyLooks + 1;
    const ms = ready ? LOOK_MS : Math.min(LOOK_UNREADY_MAX_MS, LOOK_UNREADY_MS * this.#unreadyLooks);
    this.#lookTimer = this.#options.clock.after(
      ms,
      () => void this.refresh().then(() => this.#scheduleLook()),
    );
  }

  async #lookAtRuntime(): Promise<void> {
    const { runtime, clock } = this.#options;
    this.#runtime = await runtime.status().catch(() => undefined);
    if (!this.#runtime) return;
    this.#version ??= await runtime.version().catch(() => undefined);
    if (clock.now() - this.#imagesAt < IMAGES_MS) return;
    this.#images = await runtime.listImages().catch(() => this.#images);
    this.#imagesAt = clock.now();
  }

  #statusInput(): NodeStatusInput {
    const { machine, clock, pressure } = this.#options;
    return {
      machine,
      version: this.#version,
      runtime: this.#runtime,
      images: this.#images,
      pressure: { memory: pressure.memory, disk: false, pids: false },
      now: clock.now(),
    };
  }

  /** An API server that is not there yet, or refuses, is asked again. */
  async #registerAtLast(): Promise<void> {
    const { clock, log } = this.#options;
    for (let wait = 100; !this.#stopped; wait = Math.min(wait * 2, 7000)) {
      try {
        return await this.#register();
      } catch (error) {
        log.warn('cannot register node', { error: String(error), wait });
        await clock.sleep(wait);
      }
    }
  }

  async #register(): Promise<void> {
    const { client, settings, machine } = this.#options;
    const wanted = nodeObject(settings, this.#statusInput());
    try {
      this.#node = await client.create(NodeKind, wanted);
      this.#reportedAt = this.#options.clock.now();
      this.#tellConditions(undefined, this.#node.status);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const metadata = { labels: nodeLabels(settings, machine), annotations: wanted.metadata.annotations };
      this.#node = await client.patch(NodeKind, settings.nodeName, undefined, 'strategic', { metadata });
      this.#reportedAt = 0;
      await this.#report();
    }
  }

  async #report(): Promise<void> {
    const { client, settings, clock } = this.#options;
    const old = this.#node?.status;
    const status = nodeStatus(settings, this.#statusInput(), old);
    const due = clock.now() - this.#reportedAt >= REPORT_MS;
    if (!due && old && same(withoutHeartbeat(mine(old)), withoutHeartbeat(mine(status)))) return;
    const patch = { status: { ...status, conditions: status.conditions } };
    this.#node = await client.patch(NodeKind, settings.nodeName, undefined, 'strategic', patch, {
      subresource: 'status',
    });
    this.#reportedAt = clock.now();
    this.#tellConditions(old, status);
  }

  async #renew(): Promise<void> {
    await this.#lease.renew().catch((error: unknown) => {
      if (!this.#stopped) this.#options.log.warn('cannot renew node lease', { error: String(error) });
    });
  }

  #tellConditions(old: NodeStatus | undefined, now: NodeStatus | undefined): void {
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

/** The parts of a node's status that a kubelet writes. */
function mine({
  volumesAttached: _a,
  volumesInUse: _b,
  phase: _c,
  config: _d,
  ...rest
}: NodeStatus): NodeStatus {
  const conditions = (rest.conditions ?? []).filter(({ type }) => Object.hasOwn(EVENTS, type));
  return { ...rest, conditions };
}
