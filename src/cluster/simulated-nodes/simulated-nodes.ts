// All simulated nodes of a cluster: one watch of the pods and one of the Nodes serves them all, over one connection. Run by
// main.ts in a process of its own.
import type { Family } from '../../api/addresses/prefix.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Client } from '../../client/client.ts';
import { createEventRecorder, type EventRecorder } from '../../client/events/events.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import type { KubeletBackend } from '../../kubelet/server/backend.ts';
import { SimulatedNode } from '../../kubelet/simulated/node.ts';
import type { SimulationSettings } from '../../kubelet/simulated/settings.ts';
import { sharedTimers } from '../../kubelet/simulated/shared-timers.ts';
import { LOOPBACK } from '../nodes/networks.ts';
import { addressesOf, podCidrsOf } from './addresses.ts';
import { nodeSettings, POWER, ROLE } from './node-settings.ts';

export interface SimulatedNodesOptions {
  readonly names: readonly string[];
  readonly settings: SimulationSettings;
  readonly tainted: boolean;
  readonly families: readonly Family[];
  readonly client: Client;
  /** Of the server that stands for all their kubelets. */
  readonly kubeletPort: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Nodes that register at the same time. */
const AT_ONCE = 16;
/** Crashes are decided so often. */
const CRASHES_MS = 10_000;
const HOUR_MS = 3_600_000;

export class SimulatedNodes {
  readonly #options: SimulatedNodesOptions;
  readonly #informers: InformerFactory;
  readonly #recorder: EventRecorder;
  readonly #nodes: ReadonlyMap<string, SimulatedNode>;
  /** Those that somebody has switched off. */
  readonly #off = new Set<string>();
  #crashes: Timer | undefined;
  #stopped = false;

  constructor(options: SimulatedNodesOptions) {
    const { client, clock, random, log, names, settings, families } = options;
    this.#options = options;
    this.#informers = new InformerFactory({
      ...{ client, clock, random, transform: withoutManagedFields },
      log: log.child('informers'),
    });
    this.#recorder = createEventRecorder({ client, clock, log, component: 'kubelet' });
    const nodeClock = sharedTimers(clock);
    const addresses = families.map((family) => LOOPBACK[family]);
    this.#nodes = new Map(
      names.map((name, index) => {
        const node = nodeSettings({
          ...options,
          name,
          index,
          podCidrs: podCidrsOf(index, families),
          addresses,
        });
        const own = { node, settings, newAddresses: addressesOf(index, families), recorder: this.#recorder };
        return [name, new SimulatedNode({ ...own, client, clock: nodeClock, random, log: log.child(name) })];
      }),
    );
  }

  /** False while a pod worker has something to do now. */
  get idle(): boolean {
    return [...this.#nodes.values()].every(({ idle }) => idle);
  }

  backendOf(name: string): KubeletBackend | undefined {
    return this.#nodes.get(name)?.backend;
  }

  /** Resolves when all nodes that are not switched off are registered. */
  async start(): Promise<void> {
    const { settings, clock } = this.#options;
    const pods = this.#informers.informer(Pod, { fieldSelector: 'spec.nodeName!=' });
    const nodes = this.#informers.informer(Node, { labelSelector: ROLE });
    this.#informers.start();
    await Promise.all([pods.synced(), nodes.synced()]);
    const nodeOf = (pod: Readonly<Pod>) => this.#nodes.get(pod.spec?.nodeName ?? '');
    pods.addHandler({
      onAdd: (pod) => nodeOf(pod)?.put(pod as Pod),
      onUpdate: (pod) => nodeOf(pod)?.put(pod as Pod),
      onDelete: (pod) => nodeOf(pod)?.remove(pod as Pod),
    });
    for (const node of nodes.lister.list()) this.#powerChanged(nameOf(node), isOff(node));
    await this.#startAll();
    const changed = (node: Readonly<Node>) => this.#powerChanged(nameOf(node), isOff(node));
    nodes.addHandler({ onAdd: changed, onUpdate: changed });
    if (settings.crashesPerHour > 0) this.#crashes = clock.every(CRASHES_MS, () => this.#crash());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#crashes?.cancel();
    for (const node of this.#nodes.values()) node.stop();
    this.#informers.stop();
    await this.#recorder.flushed();
  }

  async #startAll(): Promise<void> {
    const left = [...this.#nodes.values()].filter(({ name }) => !this.#off.has(name));
    const work = async () => {
      for (let node = left.shift(); node && !this.#stopped; node = left.shift()) await node.start();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  #powerChanged(name: string, off: boolean): void {
    const node = this.#nodes.get(name);
    if (!node || off === this.#off.has(name)) return;
    this.#options.log.info(off ? 'power cut' : 'power is back', { node: name });
    if (off) {
      this.#off.add(name);
      node.cutPower();
    } else {
      this.#off.delete(name);
      void node.start();
    }
  }

  #crash(): void {
    const chance = (this.#options.settings.crashesPerHour * CRASHES_MS) / HOUR_MS;
    for (const node of this.#nodes.values()) node.crashSome(chance);
  }
}

const isOff = ({ metadata }: Readonly<Node>): boolean => metadata.annotations?.[POWER] === 'off';

/** They are half of a pod, and only the API server reads them. */
function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
