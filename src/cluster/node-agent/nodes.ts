// All nodes of a cluster in this process: made together, then switched on and off one by one.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { NOT_READY } from '../../api/nodes/taints.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import type { ClusterNode, ClusterNodes } from '../nodes/create.ts';
import { stopNode } from '../nodes/teardown/stop.ts';
import { UserError } from '../progress.ts';
import { type NodeConnection, type NodeSettings, RunningNode } from './node.ts';
import type { NodeAccess } from './node-access.ts';

export interface RunningNodesOptions {
  /** Makes the namespaces; undefined in a cluster without nodes. */
  readonly create: (() => Promise<ClusterNodes>) | undefined;
  readonly settings: NodeSettings;
  /** Further settings of one node. */
  readonly ownSettings?: (name: string) => Partial<NodeSettings>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface NodesAccess {
  readonly informers: InformerFactory;
  readonly node: (name: string) => NodeAccess;
}

export class RunningNodes {
  readonly #options: RunningNodesOptions;
  readonly #nodes = new Map<string, RunningNode>();
  readonly #off = new Set<string>();
  /** Called when a node goes off or has come on. */
  onSwitch: () => void = () => {};
  #cluster: ClusterNodes | undefined;
  #connections = new Map<string, NodeConnection>();
  #informers: InformerFactory | undefined;

  constructor(options: RunningNodesOptions) {
    this.#options = options;
  }

  /** The nodes that are on. */
  get all(): RunningNode[] {
    return [...this.#nodes.values()].filter((node) => !this.#off.has(node.name));
  }

  get(name: string): RunningNode | undefined {
    return this.#off.has(name) ? undefined : this.#nodes.get(name);
  }

  /** Makes the nodes' namespaces and networks; undefined in a cluster without nodes. */
  async prepare(): Promise<ClusterNodes | undefined> {
    this.#cluster = await this.#options.create?.();
    for (const node of this.#cluster?.nodes ?? []) this.#nodes.set(node.name, this.#makeNode(node));
    return this.#cluster;
  }

  async startRuntimes(): Promise<void> {
    await Promise.all(this.all.map((node) => node.startRuntime()));
  }

  /** Call before startKubelets. */
  connect({ informers, node: access }: NodesAccess): void {
    this.#informers = informers;
    for (const name of this.#nodes.keys()) this.#connections.set(name, { informers, access: access(name) });
  }

  async startKubelets(): Promise<void> {
    await Promise.all(this.all.map((node) => node.startKubelet(this.#connections.get(node.name)!)));
  }

  /** Resolves when the API shows every node as Ready. */
  ready(): Promise<void> {
    return this.#every(isNodeReady);
  }

  /** Resolves when the scheduler may place pods on every node: the node lifecycle controller has removed the taint. */
  schedulable(): Promise<void> {
    return this.#every(
      (node) => isNodeReady(node) && !node?.spec?.taints?.some(({ key }) => key === NOT_READY),
    );
  }

  async #every(holds: (node: Readonly<Node> | undefined) => boolean): Promise<void> {
    const nodes = this.#informers!.informer(Node);
    const all = () => this.all.every((node) => holds(nodes.lister.get(node.name)));
    if (all()) return;
    await new Promise<void>((resolve) => {
      const check = () => {
        if (!all()) return;
        remove();
        resolve();
      };
      const remove = nodes.addHandler({ onUpdate: check });
    });
  }

  /** As a power cut: kubelet, containerd and every container of the node end at once. */
  async switchOff(name: string): Promise<void> {
    const running = this.get(name);
    if (!running) throw new UserError(`there is no running node ${name}`);
    this.#off.add(name);
    this.onSwitch();
    await running.release();
    const node = this.#cluster!.nodes.find((n) => n.name === name)!;
    await stopNode(node, this.#options.clock);
  }

  async switchOn(name: string): Promise<void> {
    const node = this.#nodes.get(name);
    if (!node || !this.#off.delete(name)) throw new UserError(`there is no stopped node ${name}`);
    try {
      await node.startRuntime();
      await node.startKubelet(this.#connections.get(name)!);
      this.onSwitch();
    } catch (error) {
      this.#off.add(name);
      await node.release();
      throw error;
    }
  }

  async release(): Promise<void> {
    await Promise.all(this.all.map((node) => node.release()));
  }

  #makeNode(node: ClusterNode): RunningNode {
    const { ownSettings, clock, random, log } = this.#options;
    const settings = { ...this.#options.settings, ...ownSettings?.(node.name) };
    return new RunningNode({ cluster: this.#cluster!, node, settings, clock, random, log });
  }
}
