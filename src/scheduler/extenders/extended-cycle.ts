// The scheduling cycle of a pod about which extenders have a say. It waits for their answers, and the cache may change meanwhile:
// so the plugins run anew, on a fresh state, on the nodes that an answer leaves, and the node that wins is filtered once more before
// the pod is assumed there. As upstream, no other pod is tried meanwhile. Called by the scheduler in place of SchedulingCycle.run.
import type { Random } from '../../kit/random.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { NodeLister } from '../cache/node-lister.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { Choice, NodeChooser, NoNode } from '../cycle/choose-node.ts';
import type { Diagnosis } from '../cycle/diagnosis.ts';
import {
  type Failure,
  failureOf,
  type Outcome,
  rejection,
  rejectionAfter,
  type SchedulingCycle,
} from '../cycle/scheduling-cycle.ts';
import { CycleState } from '../framework/cycle-state.ts';
import type { Framework } from '../framework/framework.ts';
import type { NodeVerdict } from '../framework/plugin.ts';
import { errorStatus, isRejected } from '../framework/status.ts';
import { EXTENDER, type Extenders } from './extenders.ts';

export interface ExtendedCycleParts {
  readonly framework: Framework;
  readonly chooser: NodeChooser;
  readonly cycle: SchedulingCycle;
  readonly nodes: NodeLister;
  readonly random: Random;
  readonly extenders: Extenders;
  /** False when the pod is gone, being deleted, or on a node. */
  readonly isWaiting: (pod: PodInfo) => boolean;
}

export interface Ended {
  /** That Reserve and Permit ran with. */
  readonly state: CycleState;
  /** Undefined when the pod needs no node any more. */
  readonly outcome: Outcome | undefined;
}

/** Nodes that fit the pod as the cache is now. */
interface Fitting {
  readonly state: CycleState;
  readonly fit: readonly NodeInfo[];
  readonly verdicts: readonly NodeVerdict[];
}

export class ExtendedCycle {
  readonly #parts: ExtendedCycleParts;

  constructor(parts: ExtendedCycleParts) {
    this.#parts = parts;
  }

  async run(pod: PodInfo): Promise<Ended> {
    const { cycle, isWaiting } = this.#parts;
    const { state, choice } = await this.#choose(pod);
    if (!isWaiting(pod)) return { state, outcome: undefined };
    if ('error' in choice) return { state, outcome: failureOf(choice.error) };
    if ('node' in choice) return { state, outcome: cycle.place(state, pod, choice.node) };
    return { state, outcome: await this.#noNode(state, pod, choice.diagnosis) };
  }

  async #choose(pod: PodInfo): Promise<{ state: CycleState; choice: Choice }> {
    const { chooser, extenders } = this.#parts;
    const nominated = await this.#nominated(pod);
    if (nominated) return nominated;
    const state = new CycleState();
    const prepared = chooser.prepare(state, pod);
    if (!('candidates' in prepared)) return { state, choice: prepared };
    const found = chooser.filter(state, pod, prepared);
    if ('error' in found) return { state, choice: found };
    if (found.feasible.length === 0) return { state, choice: { diagnosis: found.diagnosis } };
    try {
      const { nodes, verdicts } = await extenders.filter(pod, found.feasible);
      const diagnosis = withVerdicts(found.diagnosis, verdicts, nodes.length < found.feasible.length);
      const left = this.#fitting(pod, nodes);
      return 'fit' in left ? await this.#best(pod, left, diagnosis) : left;
    } catch (error) {
      return { state, choice: { error: errorStatus(error) } };
    }
  }

  /** The node where preemption made room, if plugins and extenders take it; an error there only means that others are tried. */
  async #nominated(pod: PodInfo): Promise<{ state: CycleState; choice: Choice } | undefined> {
    const { chooser, extenders } = this.#parts;
    const state = new CycleState();
    if (!('candidates' in chooser.prepare(state, pod))) return undefined;
    const node = chooser.nominated(state, pod);
    if (!node) return undefined;
    try {
      const left = this.#fitting(pod, (await extenders.filter(pod, [node])).nodes);
      if (!('fit' in left) || left.fit.length === 0) return undefined;
      return { state: left.state, choice: { node: node.name } };
    } catch {
      return undefined;
    }
  }

  async #best(
    pod: PodInfo,
    { state, fit, verdicts }: Fitting,
    diagnosis: Diagnosis,
  ): Promise<{ state: CycleState; choice: Choice }> {
    const { chooser, extenders, random } = this.#parts;
    const why = withVerdicts(diagnosis, verdicts, false);
    if (fit.length === 0) return { state, choice: { diagnosis: why } };
    if (fit.length === 1) return { state, choice: { node: fit[0]!.name } };
    const { status, totals } = chooser.score(state, pod, fit);
    if (status.code !== 'Success') return { state, choice: { error: status } };
    const more = await extenders.prioritize(pod, fit);
    const ranked = fit
      .map((node, i) => ({ node, total: totals[i]! + more[i]!, chance: random.float() }))
      .sort((a, b) => b.total - a.total || a.chance - b.chance)
      .map(({ node }) => node);
    const left = this.#fitting(pod, ranked, 1);
    if (!('fit' in left)) return left;
    const [first] = left.fit;
    const choice = first ? { node: first.name } : { diagnosis: withVerdicts(why, left.verdicts, false) };
    return { state: left.state, choice };
  }

  /** Those of the nodes that fit now, up to `most` of them, in their order. */
  #fitting(
    pod: PodInfo,
    nodes: readonly NodeInfo[],
    most = nodes.length,
  ): Fitting | { state: CycleState; choice: NoNode } {
    const { chooser, framework } = this.#parts;
    const state = new CycleState();
    const prepared = chooser.prepare(state, pod);
    if (!('candidates' in prepared)) return { state, choice: prepared };
    const known = new Map(prepared.candidates.map((node) => [node.name, node]));
    const fit: NodeInfo[] = [];
    const verdicts: NodeVerdict[] = [];
    for (const { name } of nodes) {
      if (fit.length === most) break;
      const node = known.get(name);
      if (!node) continue;
      const status = framework.runFilterPluginsWithNominatedPods(state, pod, node);
      if (status.code === 'Success') fit.push(node);
      else if (isRejected(status)) verdicts.push({ node: node.name, status });
      else return { state, choice: { error: status } };
    }
    return { state, fit, verdicts };
  }

  async #noNode(state: CycleState, pod: PodInfo, diagnosis: Diagnosis): Promise<Failure> {
    const { framework, extenders } = this.#parts;
    if (diagnosis.nodes === 0 || framework.profile.postFilter.length === 0) return rejection(diagnosis, '');
    const result = await framework.runPostFilterPluginsReviewed(state, pod, diagnosis, extenders);
    return rejectionAfter(result, diagnosis);
  }
}

function withVerdicts(diagnosis: Diagnosis, more: readonly NodeVerdict[], byExtenders: boolean): Diagnosis {
  if (more.length === 0 && !byExtenders) return diagnosis;
  return {
    ...diagnosis,
    verdicts: [...diagnosis.verdicts, ...more],
    ...(byExtenders && { leftOutBy: [...(diagnosis.leftOutBy ?? []), EXTENDER] }),
  };
}
