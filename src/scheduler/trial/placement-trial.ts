// Where the scheduler's default profile would place pods that have a node already, if they were made anew: worked out on a cache of its
// own, in which pods can be moved to see what would follow. Writes nothing. Called by cluster/rebalance.
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { labelsOf, uidOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import type { Client } from '../../client/client.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import { type PodInfo, podInfo } from '../cache/pod-info.ts';
import { SchedulerCache } from '../cache/scheduler-cache.ts';
import { CycleState } from '../framework/cycle-state.ts';
import { Framework } from '../framework/framework.ts';
import { WaitingPods } from '../framework/waiting-pods.ts';
import { NO_DEVICES } from '../plugins/dynamic-resources/no-devices.ts';
import { defaultSelectorFrom } from '../plugins/pod-topology-spread/default-selector.ts';
import { volumeSources } from '../plugins/volumes/sources.ts';
import { defaultProfile } from '../profile.ts';
import { unwatched } from '../user-plugins/guarded.ts';

export interface TrialOptions {
  readonly informers: InformerFactory;
  readonly client: Client;
  readonly clock: Clock;
}

/** A plugin that would not have the pod on its node, and why. */
export interface Refusal {
  readonly plugin: string;
  readonly reasons: readonly string[];
}

export interface NodeUse {
  readonly name: string;
  readonly node: Readonly<Node>;
  /** By resource: cpu in millicores, memory in bytes, pods. */
  readonly requested: ReadonlyMap<string, number>;
  readonly allocatable: ReadonlyMap<string, number>;
}

export class PlacementTrial {
  readonly #cache = new SchedulerCache();
  readonly #framework: Framework;
  readonly #fill: () => void;

  /** Before the informers are synced: it asks for those that the plugins read. */
  constructor({ informers, client, clock }: TrialOptions) {
    const [nodes, pods, namespaces] = [Node, Pod, Namespace].map((kind) => informers.informer(kind));
    const profile = defaultProfile({
      nodes: this.#cache,
      client: { post: () => Promise.reject(new Error('nothing is bound here')) },
      defaultSelector: defaultSelectorFrom(informers),
      namespaceLabels: (name) => labelsOf(namespaces!.lister.get(name) ?? {}),
      volumes: volumeSources((kind) => informers.informer(kind), {
        ...{ client, clock, signal: new AbortController().signal },
        gates: { enabled: () => false },
        isCancelled: () => false,
        onFailure: () => {},
      }),
      dynamicResources: NO_DEVICES,
      waitingPods: new WaitingPods(),
      watcher: unwatched,
      disruptionBudgets: () => [],
      preemptions: { start: () => {}, isRunning: () => false, attempted: () => {} },
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      chance: () => 0,
    });
    this.#framework = new Framework(profile, clock);
    this.#fill = () => {
      for (const node of nodes!.lister.list()) this.#cache.setNode(node as Readonly<Node>);
      for (const pod of pods!.lister.list() as Readonly<Pod>[])
        if (pod.spec?.nodeName && !isPodTerminal(pod)) this.#cache.setPod(pod);
    };
  }

  /** Once the informers are synced: the cluster as it is now. What happens later does not count. */
  begin(): void {
    this.#fill();
  }

  nodes(): readonly NodeUse[] {
    return this.#cache.list().map(({ name, node, requested, allocatable, pods }) => ({
      ...{ name, node: node!, allocatable },
      requested: new Map([...requested, ['pods', pods.size]]),
    }));
  }

  nodeOf(pod: Readonly<Pod>): string | undefined {
    return this.#cache.nodeOf(uidOf(pod));
  }

  /** Which plugins would not have the pod on the node where it is; `seen` is the node as they are to see it. */
  refusals(pod: Readonly<Pod>, seen: (node: Readonly<Node>) => Readonly<Node>): readonly Refusal[] {
    const name = this.nodeOf(pod);
    return this.#asNew(pod, (info) => {
      const here = name && this.#cache.get(name);
      const state = new CycleState();
      const { status, nodeNames, plugins } = this.#framework.runPreFilterPlugins(state, info);
      if (!here || status.code !== 'Success') return [];
      const leftOut = nodeNames && !nodeNames.has(name) ? plugins : [];
      const copy = here.clone();
      copy.setNode(seen(here.node!));
      const rejected = this.#framework.filterPlugins(state).flatMap((plugin) => {
        const { code, reasons } = this.#framework.runFilterPlugins(state, info, copy, [plugin]);
        return code === 'Success' ? [] : [{ plugin: plugin.name, reasons }];
      });
      return [...leftOut.map((plugin) => ({ plugin, reasons: [] })), ...rejected];
    });
  }

  /** The nodes that score best for the pod, the one that it is on among them if it is one; none when no node takes it. */
  bestNodes(pod: Readonly<Pod>): readonly string[] {
    return this.#asNew(pod, (info) => {
      const state = new CycleState();
      const { status, nodeNames } = this.#framework.runPreFilterPlugins(state, info);
      if (status.code !== 'Success') return [];
      const feasible = this.#cache
        .list()
        .filter(({ name }) => !nodeNames || nodeNames.has(name))
        .filter((node) => this.#framework.runFilterPlugins(state, info, node).code === 'Success');
      return this.#best(state, info, feasible);
    });
  }

  /** As if it had been evicted, and made anew on `node`. */
  move(pod: Readonly<Pod>, node: string): void {
    this.#cache.setPod({ ...pod, spec: { ...pod.spec!, nodeName: node } });
  }

  #best(state: CycleState, info: PodInfo, nodes: readonly NodeInfo[]): readonly string[] {
    if (nodes.length < 2) return nodes.map(({ name }) => name);
    if (this.#framework.runPreScorePlugins(state, info, nodes).code !== 'Success') return [];
    const { status, totals } = this.#framework.runScorePlugins(state, info, nodes);
    if (status.code !== 'Success') return [];
    const highest = totals.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
    return nodes.flatMap(({ name }, i) => (totals[i] === highest ? [name] : []));
  }

  /** With the pod taken off its node, and put back afterwards. */
  #asNew<T>(pod: Readonly<Pod>, act: (info: PodInfo) => T): T {
    const placed = this.#cache.removePod(uidOf(pod));
    const { nodeName: _, ...spec } = pod.spec!;
    try {
      return act(podInfo({ ...pod, spec, status: { phase: 'Pending' } }));
    } finally {
      if (placed) this.#cache.setPod(placed.pod);
    }
  }
}
