// One simulated node: the kubelet's own pod workers, statuses, admission and node reports over containers that only seem to run.
// Volumes, probes, images, cgroups and files are left out. It watches nothing itself: whoever makes it brings the pods.
// Made by cluster/simulated-nodes for many nodes in one process.
import { wholeValue } from '../../api/quantity/quantity.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events/events.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import { LocalPolicy } from '../admission/local-policy.ts';
import { podEvents } from '../events.ts';
import type { Machine } from '../node/machine.ts';
import { NodeManager } from '../node/node-manager.ts';
import { capacityOf, type NodeSettings } from '../node/node-object.ts';
import { NodePressure } from '../node/pressure.ts';
import { type Pod, podUid } from '../pod.ts';
import { PodRegistry } from '../pod-workers/pod-registry.ts';
import { PodWorkers } from '../pod-workers/pod-workers.ts';
import type { PodResources } from '../pod-workers/ports.ts';
import type { KubeletBackend } from '../server/backend.ts';
import { StatusManager } from '../status/status-manager.ts';
import { simulatedBackend } from './backend.ts';
import { SimulatedContainers } from './containers.ts';
import type { SimulationSettings } from './settings.ts';
import { UsageMeter } from './usage.ts';

export interface SimulatedNodeOptions {
  readonly node: NodeSettings;
  readonly settings: SimulationSettings;
  readonly client: Client;
  /** One for all nodes of the process. */
  readonly recorder: EventRecorder;
  readonly newAddresses: (taken: ReadonlySet<string>) => string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What the node is apart from its configured capacity. */
const MACHINE: Machine = {
  milliCpu: 0,
  memoryBytes: 0,
  diskBytes: 100 * 2 ** 30,
  architecture: 'amd64',
  kernelVersion: 'simulated',
  osImage: 'simulated',
  machineID: '',
  systemUUID: '',
  bootID: '',
};

/** A runtime that is always there, as far as the Node object shows it. */
const RUNTIME_STATUS = {
  conditions: ['RuntimeReady', 'NetworkReady'].map((type) => ({
    type,
    status: true,
    reason: '',
    message: '',
  })),
  runtimeHandlers: [],
  supplementalGroupsPolicy: true,
};
const RUNTIME = {
  version: async () => ({ runtimeName: 'simulated', runtimeVersion: '1.0.0', runtimeApiVersion: 'v1' }),
  status: async () => RUNTIME_STATUS,
  listImages: async () => [],
};

/** Volumes are never made: nothing would read them. */
const NO_RESOURCES: PodResources = {
  follow: () => {},
  prepare: async () => new Map(),
  refresh: async () => {},
  renewAt: () => undefined,
  resize: async () => {},
  release: async () => {},
  remove: async () => {},
};

/** The runtime never has what no worker made, so there is nothing to list. */
const NO_RELIST = { glance: async () => new Map(), ownerOf: () => undefined, isGone: () => true };

/** What exists while the node has power. */
interface Running {
  readonly node: NodeManager;
  readonly statuses: StatusManager;
  readonly workers: PodWorkers;
  readonly registry: PodRegistry;
  /** The Node is registered: admission of pods needs it. */
  takesPods: boolean;
}

export class SimulatedNode {
  readonly name: string;
  readonly backend: KubeletBackend;
  readonly #options: SimulatedNodeOptions;
  readonly #containers: SimulatedContainers;
  readonly #meter: UsageMeter;
  /** By uid: the pods that are bound to the node. */
  readonly #pods = new Map<string, Pod>();
  #running: Running | undefined;

  constructor(options: SimulatedNodeOptions) {
    const { node, settings, clock, random, newAddresses } = options;
    this.name = node.nodeName;
    this.#options = options;
    this.#containers = new SimulatedContainers({
      ...{ settings, clock, random, newAddresses },
      pod: (uid) => this.#pods.get(uid),
      onExit: (uid) => this.#running?.registry.wake(uid),
    });
    this.#meter = new UsageMeter(settings.usage, clock);
    this.backend = this.#makeBackend();
  }

  /** False while a pod worker has something to do now. */
  get idle(): boolean {
    return [...(this.#running?.registry.workers.values() ?? [])].every(({ idle }) => idle);
  }

  put(pod: Pod): void {
    this.#pods.set(podUid(pod), pod);
    if (this.#running?.takesPods) this.#running.workers.put(pod);
  }

  /** The pod has left the API. */
  remove(pod: Pod): void {
    this.#pods.delete(podUid(pod));
    if (this.#running?.takesPods) this.#running.workers.remove(pod);
    else this.#containers.forget(podUid(pod));
  }

  /** Resolves when the node is registered. */
  async start(): Promise<void> {
    if (this.#running) return;
    const running = this.#assemble();
    this.#running = running;
    await running.node.start();
    if (this.#running !== running) return;
    running.takesPods = true;
    for (const pod of this.#pods.values()) running.workers.put(pod);
  }

  /** The process ends: another one finds everything as it was. */
  stop(): void {
    const running = this.#running;
    this.#running = undefined;
    running?.workers.stop();
    running?.statuses.stop();
    running?.node.stop();
  }

  /** As a power cut: nothing is reported any more, and what ran has ended when the node starts again. */
  cutPower(): void {
    this.stop();
    this.#containers.endAll(this.#pods.keys());
  }

  /** Every running container ends with this chance. */
  crashSome(chance: number): void {
    if (!this.#running) return;
    for (const { uid, container } of this.#containers.running())
      if (this.#options.random.float() < chance) this.#containers.crash(uid, container);
  }

  #assemble(): Running {
    const { client, clock, log, recorder, node: settings } = this.#options;
    const pressure = new NodePressure();
    const registry = new PodRegistry();
    const statuses = new StatusManager({ client, clock, log });
    const common = { settings, machine: MACHINE, client, recorder, clock, log, pressure };
    const node = new NodeManager({ ...common, runtime: RUNTIME, followsNode: false });
    const policy = new LocalPolicy({
      hostIPs: settings.hostIPs,
      allocatable: capacityOf(settings, MACHINE),
      allowedSysctls: ['*'],
      appArmor: true,
      resources: { memoryCapacity: wholeValue(settings.capacity.memory ?? '0'), negativeOomScores: false },
      others: (pod) => registry.others(pod),
      node: () => node.node,
      readNode: () => node.read(),
      networkProblem: () => undefined,
    });
    const reports = { events: podEvents(recorder), statuses };
    const ports = {
      containers: this.#containers,
      resources: NO_RESOURCES,
      reports,
      node: policy,
      clock,
      log,
    };
    const workers = new PodWorkers({ registry, runtimeView: NO_RELIST, ports });
    return { node, statuses, workers, registry, takesPods: false };
  }

  #makeBackend(): KubeletBackend {
    return simulatedBackend({
      nodeName: this.name,
      pods: () => [...this.#pods.values()].map((pod) => this.#running?.statuses.withStatus(pod) ?? pod),
      view: (uid) => this.#containers.read(uid),
      summary: () =>
        this.#meter.read(
          this.name,
          this.#containers.running().flatMap(({ uid, container }) => {
            const pod = this.#pods.get(uid);
            return pod ? [{ pod, container }] : [];
          }),
        ),
      unhealthy: () => (this.#running ? this.#running.node.unhealthy() : 'the node has no power'),
    });
  }
}
