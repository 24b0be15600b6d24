// All nodes of a cluster: made together, then switched on and off one by one.

import { Node } from '../../api/kinds/core/v1/node.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import type { ClusterNode, ClusterNodes } from '../nodes/create.ts';
import { stopNode } from '../nodes/stop.ts';
import { UserError } from '../progress.ts';
import type { ControlPlane } from './control-plane.ts';
import { NodePart } from './node.ts';

export interface NodePartsOptions {
  /** Makes the namespaces; undefined in a cluster without nodes. */
  readonly create: (() => Promise<ClusterNodes>) | undefined;
  readonly controlPlane: ControlPlane;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export class NodeParts {
  readonly #options: NodePartsOptions;
  readonly #parts = new Map<string, NodePart>();
  readonly #off = new Set<string>();
  #cluster: ClusterNodes | undefined;

  constructor(options: NodePartsOptions) {
    this.#options = options;
  }

  /** The nodes that are on. */
  get all(): NodePart[] {
    return [...this.#parts.values()].filter((part) => !this.#off.has(part.name));
  }

  get(name: string): NodePart | undefined {
    return this.#off.has(name) ? undefined : this.#parts.get(name);
  }

  /** Makes the nodes' namespaces and networks; undefined in a cluster without nodes. */
  async prepare(): Promise<ClusterNodes | undefined> {
    this.#cluster = await this.#options.create?.();
    for (const node of this.#cluster?.nodes ?? []) this.#parts.set(node.name, this.#makePart(node));
    return this.#cluster;
  }

  async startRuntimes(): Promise<void> {
    await Promise.all(this.all.map((part) => part.startRuntime()));
  }

  async startKubelets(): Promise<void> {
    await Promise.all(this.all.map((part) => part.startKubelet()));
  }

  /** Resolves when the API shows every node as Ready. */
  async ready(): Promise<void> {
    const nodes = this.#options.controlPlane.informers.informer(Node);
    const allReady = () => this.all.every((part) => isNodeReady(nodes.lister.get(part.name)));
    if (allReady()) return;
    await new Promise<void>((resolve) => {
      const check = () => {
        if (!allReady()) return;
        remove();
        resolve();
      };
      const remove = nodes.addHandler({ onUpdate: check });
    });
  }

  /** As a power cut: kubelet, containerd and every container of the node end at once. */
  async switchOff(name: string): Promise<void> {
    const part = this.get(name);
    if (!part) throw new UserError(`there is no running node ${name}`);
    this.#off.add(name);
    await part.release();
    const node = this.#cluster!.nodes.find((n) => n.name === name)!;
    await stopNode(node, this.#options.clock);
  }

  async switchOn(name: string): Promise<void> {
    const part = this.#parts.get(name);
    if (!part || !this.#off.delete(name)) throw new UserError(`there is no stopped node ${name}`);
    try {
      await part.startRuntime();
      await part.startKubelet();
    } catch (error) {
      this.#off.add(name);
      await part.release();
      throw error;
    }
  }

  async release(): Promise<void> {
    await Promise.all(this.all.map((part) => part.release()));
  }

  #makePart(node: ClusterNode): NodePart {
    const { controlPlane, clock, random, log } = this.#options;
    const client = controlPlane.nodeClient(node.name);
    return new NodePart({
      cluster: this.#cluster!,
      node,
      client,
      kubeletInformers: new InformerFactory({ client, clock, log: log.child(`kubelet/${node.name}`) }),
      informers: controlPlane.informers,
      kubeletTls: controlPlane.kubeletTls(node.name),
      ...controlPlane.delegatedAccess,
      clock,
      random,
      log,
    });
  }
}
