// Judges all nodes for a pod, a few milliseconds at a time. A slice begins with PreFilter if anything has changed while the rest of the
// process had its turn, so that a verdict is right as of the moment in which it was made.
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

const BUDGET: Budget = { nodes: 5_000, ms: 3_000, details: 10_000 };
/** How long a slice judges, besides PreFilter and one node more. */
const SLICE_MS = 5;

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
  let prepared: Prepared | undefined;
  while (next < names.length && clock.monotonic() < deadline) {
    if (next > 0) await clock.turn();
    const info = pod();
    if (!info) break;
    if (prepared?.pod !== info.pod || prepared.generation !== nodes.generation)
      prepared = prepare(options, info);
    if (prepared.rejection) return prepared.rejection;
    const until = clock.monotonic() + SLICE_MS;
    do {
      const node = nodes.get(names[next++]!);
      if (node) verdicts.push(details.within(prepared.judge(node)));
    } while (next < names.length && clock.monotonic() < until);
  }
  const fit = verdicts.filter(({ rejections }) => rejections.length === 0).length;
  return { total, judged: verdicts.length, fit, verdicts };
}

type NodeJudge = ReturnType<typeof nodeJudge>;

/** What PreFilter says of the pod among the nodes as they are. */
type Prepared = { readonly pod: PodInfo['pod']; readonly generation: number } & (
  | { readonly rejection: Rejection }
  | { readonly rejection?: undefined; readonly judge: NodeJudge }
);

function prepare({ framework, nodes }: JudgeOptions, info: PodInfo): Prepared {
  const state = new CycleState();
  const { status, nodeNames, plugins } = framework.runPreFilterPlugins(state, info);
  const now = { pod: info.pod, generation: nodes.generation };
  if (status.code !== 'Success') return { ...now, rejection: rejectionOf(status) };
  const judge = nodeJudge(framework, state, info);
  if (!nodeNames) return { ...now, judge };
  const rejections = [rejectionOf(from(plugins.join(', '), leftOutBy(plugins)))];
  const named: NodeJudge = (node) =>
    nodeNames.has(node.name) ? judge(node) : { node: node.name, rejections };
  return { ...now, judge: named };
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
