// Makes room for a pod that fits nowhere: the pods of lower priority on one node are removed, and the node is nominated for it.
// Decides during the scheduling cycle; the deletions are sent afterwards, and the pod is not tried again before they were.
import type { PodDisruptionBudget } from '../../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { conditionOf } from '../../../api/meta/v1/conditions.ts';
import type { NodeLister } from '../../cache/node-lister.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { explain } from '../../cycle/diagnosis.ts';
import type { CycleState } from '../../framework/cycle-state.ts';
import type {
  NodeVerdicts,
  PostFilterPlugin,
  PostFilterResult,
  PreEnqueuePlugin,
  Trials,
} from '../../framework/plugin.ts';
import { errorStatus, messageOf, SUCCESS, unresolvable, unschedulable } from '../../framework/status.ts';
import { DisruptionBudgets } from './disruption-budgets.ts';
import { DEFAULT_ARGS, findCandidates, type PreemptionArgs, potentialNodes } from './find-candidates.ts';
import { pickCandidate } from './pick-candidate.ts';
import { type Candidate, mayPreempt, selectVictims } from './select-victims.ts';

export const DEFAULT_PREEMPTION = 'DefaultPreemption';

export interface PreemptionSources {
  readonly nodes: NodeLister;
  readonly disruptionBudgets: () => readonly Readonly<PodDisruptionBudget>[];
  /** Sends the deletions. */
  readonly preemptions: Preemptions;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  /** A float in [0, 1). */
  readonly chance: () => number;
}

/** Implemented by PreemptionExecutor. */
export interface Preemptions {
  /** Returns at once; the pod is not tried again before the deletions were sent. */
  start(candidate: Candidate, preemptor: PodInfo): void;
  isRunning(uid: string): boolean;
  /** Counts that a pod fitted nowhere, whether or not it may preempt. */
  attempted(): void;
}

const underWay = unresolvable('waiting for the preemption for this pod to be finished');
const notHelpful = unresolvable('Preemption is not helpful for scheduling');

export function defaultPreemption(
  sources: PreemptionSources,
  args: PreemptionArgs = DEFAULT_ARGS,
): PostFilterPlugin & PreEnqueuePlugin {
  const { nodes, preemptions } = sources;
  const budgets = new DisruptionBudgets(sources.disruptionBudgets);
  /** The candidates, of which there is at least one, or why there is none. */
  const search = (
    state: CycleState,
    pod: PodInfo,
    why: NodeVerdicts,
    trials: Trials,
  ): readonly Candidate[] | PostFilterResult => {
    preemptions.attempted();
    const refusal = whyNotEligible(pod, why, nodes, trials);
    if (refusal) return { status: unschedulable(`preemption: ${refusal}`) };
    const { candidates, verdicts } = findCandidates(potentialNodes(nodes, why), {
      ...{ trials, state, pod, now: sources.now(), args },
      budgets: budgets.refresh(),
      monotonic: sources.monotonic,
      offset: (count) => Math.floor(sources.chance() * count),
    });
    if (candidates.length > 0) return candidates;
    const errors = new Set(
      verdicts.flatMap(({ status }) => (status.code === 'Error' ? messageOf(status) : [])),
    );
    if (errors.size > 0) return { status: errorStatus(aggregated([...errors]), 'preemption') };
    const message = explain({ nodes: why.nodes, verdicts, absent: notHelpful });
    return { status: unschedulable(`preemption: ${message}`), nominatedNode: '' };
  };
  const conclude = (pod: PodInfo, candidates: readonly Candidate[]): PostFilterResult => {
    const best = pickCandidate(candidates, sources.now());
    if (!best) return { status: unschedulable('preemption: no candidate node for preemption') };
    preemptions.start(best, pod);
    return { status: SUCCESS, nominatedNode: best.node };
  };
  return {
    name: DEFAULT_PREEMPTION,
    preEnqueue: ({ uid }) => (preemptions.isRunning(uid) ? underWay : SUCCESS),
    postFilter(state, pod, why, trials) {
      const found = search(state, pod, why, trials);
      return 'status' in found ? found : conclude(pod, found);
    },
    async postFilterReviewed(state, pod, why, trials, extenders) {
      const found = search(state, pod, why, trials);
      if ('status' in found) return found;
      const left = await extenders.review(pod, found);
      return 'code' in left ? { status: errorStatus(messageOf(left), 'preemption') } : conclude(pod, left);
    },
    preview(state, pod, trials) {
      if (mustNotPreempt(pod)) return () => unschedulable(never);
      const now = budgets.refresh();
      return (node) => selectVictims(trials, state, pod, node, now, sources.now());
    },
  };
}

const never = 'not eligible due to preemptionPolicy=Never.';

const mustNotPreempt = ({ pod }: PodInfo): boolean => pod.spec?.preemptionPolicy === 'Never';

/** A pod whose victims still end gracefully does not look for more, unless its node has become hopeless meanwhile. */
function whyNotEligible(
  pod: PodInfo,
  why: NodeVerdicts,
  nodes: NodeLister,
  trials: Trials,
): string | undefined {
  if (mustNotPreempt(pod)) return never;
  const node = nodes.get(trials.nominatedPods.nodeOf(pod) ?? '');
  if (!node) return undefined;
  const status = why.verdicts.find((verdict) => verdict.node === node.name)?.status ?? why.absent;
  if ((status?.code ?? 'UnschedulableAndUnresolvable') === 'UnschedulableAndUnresolvable') return undefined;
  for (const other of node.pods.values())
    if (mayPreempt(pod, other) && endsByPreemption(other))
      return 'not eligible due to a terminating pod on the nominated node.';
  return undefined;
}

function endsByPreemption({ isTerminating, pod }: PodInfo): boolean {
  const condition = conditionOf(pod, 'DisruptionTarget');
  return isTerminating && condition?.status === 'True' && condition.reason === 'PreemptionByScheduler';
}

/** As upstream joins errors. */
const aggregated = (errors: readonly string[]): string =>
  errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`;
