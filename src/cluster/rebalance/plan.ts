// Which pods to evict, why, and where the scheduler would place them then. Decides over a snapshot (PlacementTrial), policy by policy, and
// moves each chosen pod there before it looks at the next. Policies and their names are the descheduler's.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { controllerOf, keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import type { PlacementTrial, Refusal } from '../../scheduler/trial/placement-trial.ts';
import { type Permissions, whyItStays } from './evictable.ts';
import type { LimitCounts } from './limits.ts';
import { POLICIES, type Policy } from './policies.ts';
import { classesOf, isOpen, type Thresholds, thresholdsAround, usageOf } from './utilization.ts';

export interface Chosen {
  readonly pod: Readonly<Pod>;
  readonly policy: Policy;
  readonly reason: string;
  readonly from: string;
  /** Where the scheduler would place it; undefined for one that has ended. */
  readonly to?: string;
}

/** A pod that a policy would have evicted. */
export interface Kept {
  readonly pod: Readonly<Pod>;
  readonly policy: Policy;
  readonly reason: string;
  readonly why: string;
}

export interface RebalanceOptions {
  readonly policies: readonly Policy[];
  readonly permissions: Permissions;
  /** Those around the average when left out. */
  readonly thresholds?: Thresholds;
  /** Namespaces whose pods are looked at; all when left out. */
  readonly namespace?: string;
}

/** What is asked of the scheduler. */
export type Trial = Pick<PlacementTrial, 'nodes' | 'nodeOf' | 'refusals' | 'bestNodes' | 'move'>;

export interface RebalancePlan {
  readonly chosen: readonly Chosen[];
  readonly kept: readonly Kept[];
}

export function rebalancePlan(
  pods: readonly Readonly<Pod>[],
  trial: Trial,
  limits: LimitCounts,
  options: RebalanceOptions,
): RebalancePlan {
  const planning = new Planning(pods, trial, limits, options);
  const applies = (policy: Policy) => options.policies.includes(policy);
  if (applies('RemoveFailedPods')) planning.removeFailed();
  planning.restore(POLICIES.filter((policy) => policy in PLUGINS && applies(policy)));
  if (applies('RemoveDuplicates')) planning.removeDuplicates();
  if (applies('LowNodeUtilization')) planning.level();
  return planning.plan();
}

/** The plugin of the scheduler whose rules a policy restores. */
const PLUGINS: Partial<Record<Policy, string>> = {
  RemovePodsViolatingNodeAffinity: 'NodeAffinity',
  RemovePodsViolatingNodeTaints: 'TaintToleration',
  RemovePodsViolatingInterPodAntiAffinity: 'InterPodAffinity',
  RemovePodsViolatingTopologySpreadConstraint: 'PodTopologySpread',
};

const NOT_ELSEWHERE = 'the scheduler would place it nowhere else';

class Planning {
  readonly #pods: readonly Readonly<Pod>[];
  readonly #trial: Trial;
  readonly #limits: LimitCounts;
  readonly #options: RebalanceOptions;
  readonly #chosen = new Map<string, Chosen>();
  readonly #kept = new Map<string, Kept>();
  /** Pods (likesOf) that the scheduler would place nowhere else, as long as no other is moved. */
  readonly #nowhere = new Set<string>();

  constructor(pods: readonly Readonly<Pod>[], trial: Trial, limits: LimitCounts, options: RebalanceOptions) {
    const { namespace } = options;
    // The least important ones first; among equals always the same.
    this.#pods = pods
      .filter((pod) => pod.spec?.nodeName && (!namespace || namespaceOf(pod) === namespace))
      .sort((a, b) => (a.spec?.priority ?? 0) - (b.spec?.priority ?? 0) || (keyOf(a) < keyOf(b) ? -1 : 1));
    this.#trial = trial;
    this.#limits = limits;
    this.#options = options;
  }

  plan(): RebalancePlan {
    const kept = [...this.#kept].flatMap(([uid, one]) => (this.#chosen.has(uid) ? [] : [one]));
    return { chosen: [...this.#chosen.values()], kept };
  }

  removeFailed(): void {
    for (const pod of this.#pods)
      if (pod.status?.phase === 'Failed')
        this.#choose(
          pod,
          'RemoveFailedPods',
          `it has failed${pod.status.reason ? `: ${pod.status.reason}` : ''}`,
          {
            from: pod.spec!.nodeName!,
          },
        );
  }

  /** Each pod is judged once, for all of these policies. */
  restore(policies: readonly Policy[]): void {
    if (policies.length === 0) return;
    for (const pod of this.#running()) {
      const refusals = this.#trial.refusals(pod, withAdministratorsTaints);
      const policy = policies.find((one) => refusals.some(({ plugin }) => plugin === PLUGINS[one]));
      if (!policy) continue;
      this.#move(pod, policy, reasonOf(refusals.find(({ plugin }) => plugin === PLUGINS[policy])!));
    }
  }

  /** Pods of one owner, as evenly over the nodes that take them as their number allows. */
  removeDuplicates(): void {
    const policy = 'RemoveDuplicates';
    for (const pods of Map.groupBy(this.#running(), ownerOf).values()) {
      if (pods.length < 2 || !controllerOf(pods[0]!)) continue;
      const open = this.#trial.nodes().filter(isOpen).length;
      const most = Math.ceil(pods.length / Math.max(1, open));
      const counts = new Map<string, number>();
      for (const pod of pods) add(counts, this.#nodeOf(pod), 1);
      for (const pod of pods) {
        const from = this.#nodeOf(pod);
        const here = counts.get(from) ?? 0;
        if (here <= most) continue;
        const reason = `${here} pods of ${ownerName(pod)} are on its node`;
        const to = this.#move(pod, policy, reason, (node) => (counts.get(node) ?? 0) < most);
        if (!to) continue;
        add(counts, from, -1);
        add(counts, to, 1);
      }
    }
  }

  /** From nodes that have much to do to nodes that have little. */
  level(): void {
    const policy = 'LowNodeUtilization';
    const open = () => this.#trial.nodes().filter(isOpen);
    const thresholds = this.#options.thresholds ?? thresholdsAround(open());
    let classes = classesOf(open(), thresholds);
    const byNode = Map.groupBy(this.#running(), (pod) => this.#nodeOf(pod));
    for (const { name } of classes.high)
      for (const pod of byNode.get(name) ?? []) {
        const node = classes.high.find((one) => one.name === name);
        if (!node || classes.low.size === 0 || this.#limits.isFull) break;
        const { low } = classes;
        const usage = Object.entries(usageOf(node)).map(
          ([resource, percent]) => `${resource} ${Math.round(percent)}%`,
        );
        const reason = `its node has much to do: ${usage.join(', ')}`;
        if (this.#move(pod, policy, reason, (target) => low.has(target)))
          classes = classesOf(open(), thresholds);
      }
  }

  #running(): readonly Readonly<Pod>[] {
    return this.#pods.filter((pod) => !isPodTerminal(pod) && !this.#chosen.has(uidOf(pod)));
  }

  #nodeOf(pod: Readonly<Pod>): string {
    return this.#trial.nodeOf(pod) ?? pod.spec!.nodeName!;
  }

  /** Gives the node where the pod would go then; undefined when it stays. */
  #move(
    pod: Readonly<Pod>,
    policy: Policy,
    reason: string,
    suits: (node: string) => boolean = () => true,
  ): string | undefined {
    const from = this.#nodeOf(pod);
    const stays = whyItStays(pod, this.#options.permissions);
    const why = stays ?? this.#limits.problem(pod, from);
    if (why) return this.#keep(pod, policy, reason, why);
    const likes = likesOf(pod, from);
    const best = this.#nowhere.has(likes) ? [] : this.#trial.bestNodes(pod);
    const to = best.includes(from) ? undefined : best.find(suits);
    if (!to) {
      if (best.length === 0 || best.includes(from)) this.#nowhere.add(likes);
      return this.#keep(pod, policy, reason, NOT_ELSEWHERE);
    }
    return this.#choose(pod, policy, reason, { from, to }) ? to : undefined;
  }

  #choose(
    pod: Readonly<Pod>,
    policy: Policy,
    reason: string,
    where: { readonly from: string; readonly to?: string },
  ): boolean {
    const why = whyItStays(pod, this.#options.permissions) ?? this.#limits.problem(pod, where.from);
    if (why) {
      this.#keep(pod, policy, reason, why);
      return false;
    }
    this.#limits.count(pod, where.from);
    this.#chosen.set(uidOf(pod), { pod, policy, reason, ...where });
    if (where.to) {
      this.#trial.move(pod, where.to);
      this.#nowhere.clear();
    }
    return true;
  }

  #keep(pod: Readonly<Pod>, policy: Policy, reason: string, why: string): undefined {
    this.#kept.set(uidOf(pod), { pod, policy, reason, why });
  }
}

const add = (counts: Map<string, number>, key: string, by: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + by);
};

const reasonOf = ({ plugin, reasons }: Refusal): string =>
  reasons.length > 0 ? reasons.join(', ') : `its node does not satisfy ${plugin}`;

/**
 * Taints of Kubernetes itself say how a node is at the moment: who may stay then is decided by those who set them. That no new pods are wanted
 * (a cordoned node) is no reason to evict those that are there.
 */
const withAdministratorsTaints = (node: Readonly<Node>): Readonly<Node> => ({
  ...node,
  spec: {
    ...node.spec,
    taints: (node.spec?.taints ?? []).filter(({ key }) => !key.startsWith('node.kubernetes.io/')),
  },
});

/** The same for pods on one node that are made alike; pods of other owners may differ, by their volumes for example. */
const likesOf = (pod: Readonly<Pod>, node: string): string =>
  `${node} ${controllerOf(pod)?.kind === 'ReplicaSet' ? ownerOf(pod) : uidOf(pod)}`;

const ownerOf = (pod: Readonly<Pod>): string => controllerOf(pod)?.uid ?? uidOf(pod);

const ownerName = (pod: Readonly<Pod>): string => {
  const { kind = '', name = '' } = controllerOf(pod) ?? { name: nameOf(pod) };
  return `${kind} ${name}`.trim();
};
