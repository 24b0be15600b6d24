// Judges the nodes for one pod: what is kept of earlier cycles first, then the Filter plugins that judge by more than the node.
// Gives the answer of Framework.runFilterPluginsWithNominatedPods.
import type { NodeInfo } from '../cache/node-info.ts';
import type { NodeLister } from '../cache/node-lister.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { CycleState } from '../framework/cycle-state.ts';
import type { Framework } from '../framework/framework.ts';
import {
  type FailedSearch,
  type LocalAnswers,
  localAnswersKey,
  type Signers,
} from '../framework/local-answers.ts';
import type { FilterPlugin, NodeVerdict } from '../framework/plugin.ts';
import { isRejected, type Status, SUCCESS } from '../framework/status.ts';
import type { Signatures } from './signatures.ts';
import { rotated, withVerdicts } from './status-counts.ts';

/** In place of a version: the node was judged without the pods that are nominated to it. */
const NOT_COUNTED = -1;

export class NodeFilter {
  readonly #framework: Framework;
  readonly #nodes: NodeLister;
  readonly #state: CycleState;
  readonly #pod: PodInfo;
  readonly #answers: LocalAnswers | undefined;
  /** The node that is nominated for the pod. */
  readonly #ownNode: string | undefined;
  /** Those whose answers are kept, and those that come after them. */
  readonly #local: readonly FilterPlugin[];
  readonly #others: readonly FilterPlugin[];

  /** PreFilter has run. */
  constructor(
    framework: Framework,
    nodes: NodeLister,
    state: CycleState,
    pod: PodInfo,
    signatures: Signatures,
    signers: Signers,
  ) {
    this.#framework = framework;
    this.#nodes = nodes;
    this.#state = state;
    this.#pod = pod;
    const filters = framework.filterPlugins(state);
    this.#local = filters.filter((plugin) => signers.filters.has(plugin));
    this.#others = filters.slice(this.#local.length);
    this.#answers = signatures.answersFor(pod);
    this.#ownNode = framework.nominatedPods.nodeOf(pod);
    if (this.#answers)
      state.write(localAnswersKey, { answers: this.#answers, areComplete: this.#others.length === 0 });
  }

  /** Undefined when the node takes the pod; the status may be an error. */
  judge(node: NodeInfo): NodeVerdict | undefined {
    const answers = this.#answers;
    let { nominated } = node;
    // Pods that are nominated here concern the other plugins, too; and this pod does not count if it is one of them.
    const isOnItsOwn = nominated !== 0 && (this.#others.length > 0 || node.name === this.#ownNode);
    if (!answers || isOnItsOwn) {
      const status = this.#withNominated(node);
      if (status.code !== 'Success') return { node: node.name, status };
      if (!answers) return undefined;
      nominated = NOT_COUNTED;
    }
    const verdict = answers.isJudged(node, nominated)
      ? answers.verdict(node)
      : this.#judgeLocally(node, nominated, answers);
    if (verdict || this.#others.length === 0) return verdict;
    const status = this.#framework.runFilterPlugins(this.#state, this.#pod, node, this.#others);
    return status.code === 'Success' ? undefined : { node: node.name, status };
  }

  /**
   * The verdicts of all nodes, from the one at `start` on, if no node took a pod like this one before and those that have changed
   * since do not either.
   */
  failsAgain(candidates: readonly NodeInfo[], start: number): readonly NodeVerdict[] | undefined {
    const before = this.#lastFailure;
    if (before?.nodes !== candidates) return undefined;
    const changed = this.#nodes.changedSince(before.changes);
    if (!changed) return undefined;
    const others = new Map<number, NodeVerdict>();
    for (const node of changed) {
      if (candidates[node.position] !== node) continue;
      const verdict = this.judge(node);
      if (!verdict || !isRejected(verdict.status)) return undefined;
      const place = (node.position - before.start + candidates.length) % candidates.length;
      if (verdict !== before.verdicts[place]) others.set(place, verdict);
    }
    const same = others.size === 0 ? before.verdicts : withVerdicts(before.verdicts, others);
    const turn = (start - before.start + candidates.length) % candidates.length;
    return this.#failed(candidates, start, rotated(same, turn));
  }

  /** No node took the pod. Thousands that hear the same may wait, each with its diagnosis: they share the list. */
  failed(
    candidates: readonly NodeInfo[],
    start: number,
    verdicts: readonly NodeVerdict[],
  ): readonly NodeVerdict[] {
    const last = this.#lastFailure?.verdicts;
    const isSame = last?.length === verdicts.length && last.every((verdict, i) => verdict === verdicts[i]);
    return this.#failed(candidates, start, isSame ? last : verdicts);
  }

  #failed(nodes: readonly NodeInfo[], start: number, verdicts: readonly NodeVerdict[]) {
    if (this.#answers && this.#isLocal && nodes === this.#nodes.list())
      this.#answers.failure = { nodes, changes: this.#nodes.changes, start, verdicts };
    return verdicts;
  }

  get #lastFailure(): FailedSearch | undefined {
    return this.#isLocal ? this.#answers?.failure : undefined;
  }

  /** The verdicts are the same for all pods of the signature. */
  get #isLocal(): boolean {
    return this.#others.length === 0 && this.#ownNode === undefined;
  }

  /** A failure is not kept. */
  #judgeLocally(node: NodeInfo, nominated: number, answers: LocalAnswers): NodeVerdict | undefined {
    const status =
      nominated > 0
        ? this.#withNominated(node)
        : this.#framework.runFilterPlugins(this.#state, this.#pod, node, this.#local);
    if (status === SUCCESS) return answers.judge(node, nominated, undefined);
    return isRejected(status) ? answers.judge(node, nominated, status) : { node: node.name, status };
  }

  #withNominated(node: NodeInfo): Status {
    return this.#framework.runFilterPluginsWithNominatedPods(this.#state, this.#pod, node);
  }
}
