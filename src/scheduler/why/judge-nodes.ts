// Judges all nodes for a pod, a few milliseconds at a time. Every slice begins with PreFilter: what it counts may have changed while
// the rest of the process had its turn, and a verdict is right as of the moment in which it was made.
import type { NodePlacement, NodesJudged, Rejection } from '../../api/pods/placement.ts';
import type { Clock } from '../../kit/clock.ts';
import type { NodeLister } from '../cache/node-lister.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import { leftOutBy } from '../cycle/choose-node.ts';
import { CycleState } from '../framework/cycle-state.ts';
import type { Framework } from '../framework/framework.ts';
import { from } from '../framework/status.ts';
import { nodeJudge, rejectionOf } from './judge-node.ts';

export interface JudgeOptions {
  readonly framework: Framework;
  readonly nodes: NodeLister;
  readonly clock: Pick<Clock, 'monotonic' | 'turn'>;
  readonly budget?: Partial<Budget>;
  /** The pod as it is now; undefined once it waits no longer, or nobody waits for the answer. */
  readonly pod: () => PodInfo | undefined;
}

export interface Budget {
  /** Nodes beyond these are not looked at, nor are those that are left when the time is over. */
  readonly nodes: number;
  readonly ms: number;
  /** Obstacles and victims in all; nodes beyond have their reasons only. */
  readonly details: number;
}

const BUDGET: Budget = { nodes: 5_000, ms: 3_000, details: 20_000 };
/** What a slice holds the event loop for, and one node more. */
const SLICE_MS = 10;

export type Judged = Pick<NodesJudged, 'total' | 'judged' | 'fit' | 'verdicts'> | Rejection;

export async function judgeNodes(options: JudgeOptions): Promise<Judged> {
  const { nodes, clock, pod } = options;
  const budget = { ...BUDGET, ...options.budget };
  const names = nodes
    .list()
    .slice(0, budget.nodes)
    .map(({ name }) => name);
  const total = nodes.list().length;
  const details = new Details(budget.details);
  const verdicts: NodePlacement[] = [];
  const deadline = clock.monotonic() + budget.ms;
  let next = 0;
  while (next < names.length && clock.monotonic() < deadline) {
    if (next > 0) await clock.turn();
    const info = pod();
    if (!info) break;
    const slice = startSlice(options, info);
    if ('reasons' in slice) return slice;
    const until = clock.monotonic() + SLICE_MS;
    do {
      const node = nodes.get(names[next++]!);
      if (node) verdicts.push(details.within(slice.judge(node)));
    } while (next < names.length && clock.monotonic() < until);
  }
  const fit = verdicts.filter(({ rejections }) => rejections.length === 0).length;
  return { total, judged: verdicts.length, fit, verdicts };
}

function startSlice(
  { framework }: JudgeOptions,
  pod: PodInfo,
): Rejection | { readonly judge: ReturnType<typeof nodeJudge> } {
  const state = new CycleState();
  const { status, nodeNames, plugins } = framework.runPreFilterPlugins(state, pod);
  if (status.code !== 'Success') return rejectionOf(status);
  const judge = nodeJudge(framework, state, pod);
  if (!nodeNames) return { judge };
  const leftOut = [rejectionOf(from(plugins.join(', '), leftOutBy(plugins)))];
  return {
    judge: (node) => (nodeNames.has(node.name) ? judge(node) : { node: node.name, rejections: leftOut }),
  };
}

/** Keeps the answer within its size. */
class Details {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  within(placement: NodePlacement): NodePlacement {
    const { rejections, preemption } = placement;
    this.#left -= rejections.reduce((sum, { obstacles }) => sum + obstacles.length, 0);
    if (preemption && 'victims' in preemption) this.#left -= preemption.victims.length;
    if (this.#left >= 0) return placement;
    return {
      ...placement,
      rejections: rejections.map((rejection) => ({ ...rejection, obstacles: [] })),
      ...(preemption && 'victims' in preemption && { preemption: { ...preemption, victims: [] } }),
    };
  }
}
