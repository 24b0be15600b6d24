// Runs the plugins of a profile at each extension point, with upstream's rules for what their answers mean together
// (pkg/scheduler/framework/runtime). Called by cycle/. A plugin that throws has answered Error.

import type { Clock } from '../../kit/clock.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import { type NominatedPods, Nominator } from '../queue/nominator.ts';
import { attempt, attemptAsync } from './attempt.ts';
import type { ClusterEvent } from './cluster-events.ts';
import { type CycleState, immutableKey } from './cycle-state.ts';
import { rawScores } from './local-answers.ts';
import { MAX_NODE_SCORE } from './node-score.ts';
import type {
  FilterPlugin,
  NodeVerdicts,
  Plugin,
  PostFilterResult,
  PreFilterExtensions,
  Profile,
  QueuedPodInfo,
  RemovalReview,
  ScorePlugin,
  Trials,
} from './plugin.ts';
import { PodsInPreBind } from './pods-in-prebind.ts';
import { PostFilterAnswers } from './post-filter-answers.ts';
import { errorStatus, from, isRejected, type Status, SUCCESS, unresolvable } from './status.ts';
import { WaitingPod, WaitingPods } from './waiting-pods.ts';

/** The Filter plugins that PreFilter did not skip. */
const activeFilters = immutableKey<readonly FilterPlugin[]>('framework.Filter');
/** The Score plugins that PreScore did not skip. */
const activeScores = immutableKey<readonly ScorePlugin[]>('framework.Score');
/** The extensions of PreFilter plugins that did not answer Skip, each with its plugin. */
const activeExtensions = immutableKey<readonly Extended[]>('framework.PreFilterExtensions');

interface Extended extends Plugin {
  readonly extensions: PreFilterExtensions;
}

export interface PreFilterOutcome {
  readonly status: Status;
  /** The only nodes that can fit; all when undefined. */
  readonly nodeNames?: ReadonlySet<string>;
  /** The plugins that left nodes out. */
  readonly plugins: readonly string[];
}

export interface ScoreOutcome {
  readonly status: Status;
  /** The weighted sum per node, in the order of the nodes. */
  readonly totals: readonly number[];
}

/** What the framework shares with those who preempt. */
export interface SharedPods {
  readonly nominatedPods: NominatedPods;
  readonly waitingPods: WaitingPods;
  readonly podsInPreBind: PodsInPreBind;
}

export class Framework implements Trials, SharedPods {
  readonly nominatedPods: NominatedPods;
  readonly waitingPods: WaitingPods;
  readonly podsInPreBind: PodsInPreBind;
  readonly profile: Profile;
  readonly #clock: Clock;
  readonly #plugins: ReadonlyMap<string, Plugin>;

  constructor(profile: Profile, clock: Clock, shared: Partial<SharedPods> = {}) {
    this.profile = profile;
    this.#plugins = new Map(
      [...profile.preFilter, ...profile.filter, ...profile.reserve, ...profile.permit].map((p) => [
        p.name,
        p,
      ]),
    );
    this.#clock = clock;
    this.nominatedPods = shared.nominatedPods ?? new Nominator();
    this.waitingPods = shared.waitingPods ?? new WaitingPods();
    this.podsInPreBind = shared.podsInPreBind ?? new PodsInPreBind();
  }

  /** For told(). */
  now(): number {
    return this.#clock.monotonic();
  }

  /** All plugins of an extension point have run since `started`: for those who measure (measured-framework.ts). */
  told(_point: string, _status: Status['code'], _started: number): void {}

  /** The Filter plugins that PreFilter did not skip, in their order. */
  filterPlugins(state: CycleState): readonly FilterPlugin[] {
    return state.read(activeFilters);
  }

  less(a: QueuedPodInfo, b: QueuedPodInfo): boolean {
    return this.profile.queueSort.less(a, b);
  }

  runPreEnqueuePlugins(pod: PodInfo): Status {
    for (const plugin of this.profile.preEnqueue) {
      const status = plugin.preEnqueue(pod);
      if (status.code !== 'Success') return from(plugin.name, status);
    }
    return SUCCESS;
  }

  /** Whether one of the plugins that rejected the pod says that the event may make it fit. */
  mayFitAfter({ info, rejectedBy }: QueuedPodInfo, event: ClusterEvent): boolean {
    if (!rejectedBy?.size) return true;
    for (const name of rejectedBy) {
      const plugin = this.#plugins.get(name);
      if (!plugin?.mayFitAfter || plugin.mayFitAfter(info, event)) return true;
    }
    return false;
  }

  /** Unschedulable lets the other plugins answer first: one may find that nothing helps. */
  runPreFilterPlugins(state: CycleState, pod: PodInfo): PreFilterOutcome {
    const skipped = new Set<Plugin>();
    const plugins: string[] = [];
    let nodeNames: ReadonlySet<string> | undefined;
    let rejection: Status | undefined;
    for (const plugin of this.profile.preFilter) {
      const result = attempt(plugin, () => plugin.preFilter(state, pod));
      const status = 'status' in result ? result.status : result;
      if (status.code === 'Skip') skipped.add(plugin);
      else if (status.code === 'Unschedulable') rejection = from(plugin.name, status);
      else if (status.code === 'UnschedulableAndUnresolvable')
        return { status: from(plugin.name, status), plugins };
      else if (status.code !== 'Success') return { status: failed('PreFilter', plugin, status), plugins };
      if (!('nodeNames' in result) || !result.nodeNames) continue;
      plugins.push(plugin.name);
      nodeNames = nodeNames?.intersection(result.nodeNames) ?? result.nodeNames;
      if (nodeNames.size === 0) return { status: nothingLeft(plugins), nodeNames, plugins };
    }
    state.write(activeFilters, without(this.profile.filter, skipped));
    state.write(activeExtensions, extended(without(this.profile.preFilter, skipped)));
    return { status: rejection ?? SUCCESS, ...(nodeNames && { nodeNames }), plugins };
  }

  /** Brings the PreFilter state to what it would be with `other` on `node`. */
  runPreFilterExtensionAddPod(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo): Status {
    return this.#runExtensions(state, 'AddPod', ({ extensions }) =>
      extensions.addPod(state, pod, other, node),
    );
  }

  /** Brings the PreFilter state to what it would be without `other` on `node`. */
  runPreFilterExtensionRemovePod(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo): Status {
    return this.#runExtensions(state, 'RemovePod', ({ extensions }) =>
      extensions.removePod(state, pod, other, node),
    );
  }

  /** Called for every node: the hot path. The first answer other than Success counts. */
  runFilterPlugins(
    state: CycleState,
    pod: PodInfo,
    node: NodeInfo,
    plugins = state.read(activeFilters),
  ): Status {
    for (const plugin of plugins) {
      let status: Status;
      try {
        status = plugin.filter(state, pod, node);
      } catch (error) {
        status = errorStatus(error);
      }
      if (status.code === 'Success') continue;
      if (isRejected(status)) return from(plugin.name, status);
      return from(plugin.name, errorStatus(causeOf(status), `running "${plugin.name}" filter plugin`));
    }
    return SUCCESS;
  }

  /**
   * Filters twice where pods of equal or higher priority are nominated to the node: with them, because the room is theirs,
   * and without them, because they may go elsewhere. The state is the same afterwards.
   */
  runFilterPluginsWithNominatedPods(state: CycleState, pod: PodInfo, node: NodeInfo): Status {
    const others = this.nominatedBefore(pod, node.name);
    if (others.length > 0) {
      const filter = (copy: NodeInfo) => this.runFilterPlugins(state, pod, copy);
      const status = this.runWith(others, state, pod, node, filter);
      if (status.code !== 'Success') return status;
    }
    return this.runFilterPlugins(state, pod, node);
  }

  /** The pods nominated for the node that count there for this one. */
  nominatedBefore(pod: PodInfo, node: string): readonly PodInfo[] {
    const others: PodInfo[] = [];
    for (const other of this.nominatedPods.onNode(node))
      if (other.priority >= pod.priority && other.uid !== pod.uid) others.push(other);
    return others;
  }

  /** Runs `filter` as if the others were on the node: on a copy of it, and with the state brought there and back. */
  runWith(
    others: readonly PodInfo[],
    state: CycleState,
    pod: PodInfo,
    node: NodeInfo,
    filter: (copy: NodeInfo) => Status,
  ): Status {
    const copy = node.clone();
    for (const other of others) {
      copy.add(other);
      const added = this.runPreFilterExtensionAddPod(state, pod, other, copy);
      if (added.code !== 'Success') return added;
    }
    const status = filter(copy);
    for (const other of others) {
      const removed = this.runPreFilterExtensionRemovePod(state, pod, other, copy);
      if (removed.code !== 'Success') return removed;
    }
    return status;
  }

  /** Success, or a certainty that nothing helps, ends the search; otherwise the reasons add up. */
  runPostFilterPlugins(state: CycleState, pod: PodInfo, why: NodeVerdicts): PostFilterResult {
    const answers = new PostFilterAnswers();
    for (const plugin of this.profile.postFilter) {
      const result = attempt(plugin, () => plugin.postFilter(state, pod, why, this));
      const last = answers.add(plugin, result);
      if (last) return last;
    }
    return answers.all();
  }

  /** The same with extenders, which are asked before anything is removed. */
  async runPostFilterPluginsReviewed(
    state: CycleState,
    pod: PodInfo,
    why: NodeVerdicts,
    review: RemovalReview,
  ): Promise<PostFilterResult> {
    const answers = new PostFilterAnswers();
    for (const plugin of this.profile.postFilter) {
      const result = await attemptAsync(
        plugin,
        async () =>
          plugin.postFilterReviewed?.(state, pod, why, this, review) ??
          plugin.postFilter(state, pod, why, this),
      );
      const last = answers.add(plugin, result);
      if (last) return last;
    }
    return answers.all();
  }

  runPreScorePlugins(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): Status {
    const skipped = new Set<Plugin>();
    for (const plugin of this.profile.preScore) {
      const status = attempt(plugin, () => plugin.preScore(state, pod, nodes));
      if (status.code === 'Skip') skipped.add(plugin);
      else if (status.code !== 'Success') return failed('PreScore', plugin, status);
    }
    state.write(activeScores, without(this.profile.score, skipped));
    return SUCCESS;
  }

  runScorePlugins(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): ScoreOutcome {
    const totals = new Array<number>(nodes.length).fill(0);
    for (const plugin of state.read(activeScores)) {
      let scores: number[];
      try {
        scores = rawScores(plugin, state, pod, nodes);
        plugin.normalizeScore?.(state, pod, scores);
      } catch (error) {
        const context = `running Score plugins: plugin "${plugin.name}" failed with`;
        return { status: from(plugin.name, errorStatus(error, context)), totals: [] };
      }
      for (let i = 0; i < scores.length; i++) {
        const score = scores[i]!;
        if (!(score >= 0 && score <= MAX_NODE_SCORE))
          return { status: outOfRange(plugin, score), totals: [] };
        totals[i]! += score * plugin.weight;
      }
    }
    return { status: SUCCESS, totals };
  }

  /** On a failure the caller runs Unreserve. */
  runReservePluginsReserve(state: CycleState, pod: PodInfo, node: string): Status {
    for (const plugin of this.profile.reserve) {
      const status = attempt(plugin, () => plugin.reserve(state, pod, node));
      if (status.code !== 'Success') return rejectedOrFailed('Reserve', plugin, status);
    }
    return SUCCESS;
  }

  /** All Reserve plugins, in reverse order, whether or not their reserve ran. */
  runReservePluginsUnreserve(state: CycleState, pod: PodInfo, node: string): void {
    for (const plugin of this.profile.reserve.toReversed()) plugin.unreserve(state, pod, node);
  }

  /** Wait when some plugin asks for it and none rejects; waitOnPermit() then gives the decision. */
  runPermitPlugins(state: CycleState, pod: PodInfo, node: string): Status {
    const timeouts = new Map<string, number>();
    for (const plugin of this.profile.permit) {
      const result = attempt(plugin, () => plugin.permit(state, pod, node));
      const { status, timeoutMs = 0 } = 'status' in result ? result : { status: result };
      if (status.code === 'Wait') timeouts.set(plugin.name, timeoutMs);
      else if (status.code !== 'Success') return rejectedOrFailed('Permit', plugin, status);
    }
    if (timeouts.size === 0) return SUCCESS;
    this.waitingPods.add(new WaitingPod(pod, timeouts, this.#clock));
    const reason = `one or more plugins asked to wait and no plugin rejected pod "${pod.pod.metadata.name}"`;
    return { code: 'Wait', reasons: [reason] };
  }

  /** Success at once for a pod that no plugin keeps waiting. */
  async waitOnPermit(pod: PodInfo): Promise<Status> {
    const waiting = this.waitingPods.get(pod.uid);
    if (!waiting) return SUCCESS;
    const decision = await waiting.decision;
    this.waitingPods.remove(pod.uid);
    return decision;
  }

  async runPreBindPlugins(state: CycleState, pod: PodInfo, node: string): Promise<Status> {
    if (this.profile.preBind.length === 0) return SUCCESS;
    this.podsInPreBind.begin(pod.uid);
    let failure: Status | undefined;
    for (const plugin of this.profile.preBind) {
      const status = await attemptAsync(plugin, () => plugin.preBind(state, pod, node));
      if (status.code === 'Success') continue;
      failure = rejectedOrFailed('PreBind', plugin, status);
      break;
    }
    const cancelled = this.podsInPreBind.end(pod.uid);
    return failure ?? (cancelled ? errorStatus(cancelled) : SUCCESS);
  }

  /** The first plugin that does not answer Skip binds the pod; Skip when there is none. */
  async runBindPlugins(state: CycleState, pod: PodInfo, node: string): Promise<Status> {
    for (const plugin of this.profile.bind) {
      const status = await attemptAsync(plugin, () => plugin.bind(state, pod, node));
      if (status.code === 'Success') return SUCCESS;
      if (status.code !== 'Skip') return rejectedOrFailed('Bind', plugin, status);
    }
    return { code: 'Skip', reasons: [] };
  }

  runPostBindPlugins(state: CycleState, pod: PodInfo, node: string): void {
    for (const plugin of this.profile.postBind) plugin.postBind(state, pod, node);
  }

  #runExtensions(state: CycleState, what: string, run: (plugin: Extended) => Status): Status {
    for (const plugin of state.read(activeExtensions)) {
      const status = attempt(plugin, () => run(plugin));
      if (status.code !== 'Success')
        return from(
          plugin.name,
          errorStatus(causeOf(status), `running ${what} on PreFilter plugin "${plugin.name}"`),
        );
    }
    return SUCCESS;
  }
}

const without = <P extends Plugin>(plugins: readonly P[], skipped: ReadonlySet<Plugin>): readonly P[] =>
  skipped.size === 0 ? plugins : plugins.filter((plugin) => !skipped.has(plugin));

const extended = (plugins: Profile['preFilter']): readonly Extended[] =>
  plugins.flatMap(({ name, preFilterExtensions: extensions }) => (extensions ? [{ name, extensions }] : []));

const causeOf = (status: Status): unknown => status.cause ?? status.reasons.join(', ');

const failed = (point: string, plugin: Plugin, status: Status): Status =>
  from(plugin.name, errorStatus(causeOf(status), `running ${point} plugin "${plugin.name}"`));

const rejectedOrFailed = (point: string, plugin: Plugin, status: Status): Status =>
  isRejected(status) ? from(plugin.name, status) : failed(point, plugin, status);

const outOfRange = (plugin: Plugin, score: number): Status =>
  from(
    plugin.name,
    errorStatus(
      `plugin "${plugin.name}" returns an invalid score ${score}, it should in the range of [0, ${MAX_NODE_SCORE}] after normalizing`,
    ),
  );

/** No node satisfies all plugins that named nodes. */
function nothingLeft(plugins: readonly string[]): Status {
  const names = [...plugins].sort().join(' ');
  return unresolvable(
    plugins.length === 1
      ? `node(s) didn't satisfy plugin ${names}`
      : `node(s) didn't satisfy plugin(s) [${names}] simultaneously`,
  );
}
