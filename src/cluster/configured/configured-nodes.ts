// What tiphys.yaml says of nodes, made true when a cluster starts: ports of the machine first, since they may be taken; mounts before any
// container; labels, annotations and taints at the registration of each Node, and again where it is there already. Called by
// running-cluster.ts, and loaded only where there is something to do.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { mayKubeletSet } from '../../api/nodes/kubelet-labels.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { NodeConfiguration } from '../config/nodes.ts';
import { mountSourceProblem } from '../config/rules.ts';
import type { NodeSettings } from '../node-agent/node.ts';
import type { ClusterNodes } from '../nodes/create.ts';
import { checkSources, missingParts, showDirectories } from '../nodes/host-directories/show.ts';
import type { NodesPlan } from '../nodes/plan.ts';
import { UserError } from '../progress.ts';
import { nodePatch } from './node-patch.ts';
import { type Note, readNote, removeNote, writeNote } from './note.ts';
import { type OpenPorts, openPortMappings } from './port-mappings.ts';

export interface ConfiguredNodesOptions {
  readonly dataDir: string;
  readonly nodes: readonly string[];
  /** Of the first nodes. */
  readonly configurations: readonly NodeConfiguration[];
  /** After a crash what is wrong by now is logged: the cluster comes back with what there is. */
  readonly restarted: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

const NOTHING: NodeConfiguration = { labels: {}, annotations: {}, taints: [], mounts: [], portMappings: [] };

export class ConfiguredNodes {
  readonly #options: ConfiguredNodesOptions;
  #note: Note;
  #ports: OpenPorts | undefined;

  constructor(options: ConfiguredNodesOptions) {
    this.#options = options;
    this.#note = readNote(options.dataDir);
  }

  /** Before anything of the cluster is made. */
  async check(): Promise<void> {
    const { dataDir, restarted } = this.#options;
    if (restarted) return;
    for (const [, { mounts }] of this.#all()) {
      const problem = mounts.map((mount) => mountSourceProblem(mount, dataDir)).find(Boolean);
      if (problem) throw new UserError(problem);
      await checkSources(mounts);
    }
  }

  /** Before the nodes are made. */
  async openPorts(plan: NodesPlan): Promise<void> {
    const { restarted, clock, log } = this.#options;
    const mapped = plan.nodes.map(({ name, address }) => ({
      name,
      address,
      portMappings: this.#of(name).portMappings,
    }));
    if (mapped.every(({ portMappings }) => portMappings.length === 0)) return;
    this.#ports = await openPortMappings(mapped, { strict: !restarted, clock, log });
  }

  /** Of a Node that is registered: what NodeRestriction lets a kubelet say of itself. */
  settingsOf(name: string): Partial<NodeSettings> {
    const { labels, annotations, taints, mounts } = this.#of(name);
    const own = Object.fromEntries(Object.entries(labels).filter(([label]) => mayKubeletSet(label)));
    return { labels: own, annotations, taints, shownDirectories: mounts };
  }

  /** When the nodes' namespaces are there, and no container runtime yet. */
  async mount(cluster: ClusterNodes): Promise<void> {
    const { dataDir, restarted, log } = this.#options;
    const before = this.#note.mounts;
    const mounts = Object.fromEntries(this.#all().map(([name, { mounts: list }]) => [name, list]));
    const targets = Object.values(mounts).flatMap((list) => list.map(({ nodePath }) => nodePath));
    const missing = (await Promise.all(targets.map(missingParts))).flat();
    this.#note = {
      ...this.#note,
      mounts,
      mountPoints: [...new Set([...this.#note.mountPoints, ...missing])],
    };
    writeNote(dataDir, this.#note);
    for (const { name, shell } of cluster.nodes) {
      try {
        await showDirectories(shell, mounts[name] ?? [], before[name] ?? []);
      } catch (error) {
        if (!restarted) throw error;
        log.warn('a directory of the machine is not shown', { node: name, error: messageOf(error) });
      }
    }
  }

  /** When the Nodes are registered. */
  async mark(client: Client): Promise<void> {
    const { dataDir } = this.#options;
    const before = this.#note.nodes;
    const names = new Set([...Object.keys(before), ...this.#options.nodes]);
    await Promise.all([...names].map((name) => this.#markOne(client, name, before[name] ?? NOTHING)));
    const nodes = Object.fromEntries(
      this.#all().map(([name, { labels, annotations, taints }]) => [name, { labels, annotations, taints }]),
    );
    this.#note = { ...this.#note, nodes };
    if (this.#options.configurations.length === 0 && this.#note.mountPoints.length === 0) removeNote(dataDir);
    else writeNote(dataDir, this.#note);
  }

  close(): void {
    this.#ports?.close();
  }

  async #markOne(client: Client, name: string, before: Note['nodes'][string]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const patch = nodePatch(await client.get(Node, name), this.#of(name), before);
        if (patch) await client.patch(Node, name, undefined, 'merge', patch, { fieldManager: 'tiphys' });
        return;
      } catch (error) {
        // A node that the cluster had before, and that was deleted.
        if (isNotFound(error)) return;
        if (!isConflict(error) || attempt === MOST_ATTEMPTS) throw error;
      }
    }
  }

  #of(name: string): NodeConfiguration {
    return this.#options.configurations[this.#options.nodes.indexOf(name)] ?? NOTHING;
  }

  #all(): (readonly [string, NodeConfiguration])[] {
    return this.#options.nodes.map((name) => [name, this.#of(name)]);
  }
}

/** Controllers write taints at the same time. */
const MOST_ATTEMPTS = 20;
