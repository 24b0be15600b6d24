// All extenders of a configuration: asks those that are interested in a pod, and puts their answers together by upstream's rules
// (findNodesThatPassExtenders, prioritizeNodes and extendersBinding of pkg/scheduler/schedule_one.go, callExtenders of
// pkg/scheduler/framework/preemption). An answer is about the nodes that were asked about; what it says of others has no effect.
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { NodeLister } from '../cache/node-lister.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import { MAX_NODE_SCORE } from '../framework/node-score.ts';
import type { NodeRemoval, NodeVerdict, RemovalReview } from '../framework/plugin.ts';
import { errorStatus, from, type Status, SUCCESS, unresolvable, unschedulable } from '../framework/status.ts';
import { byImportance } from '../plugins/default-preemption/importance.ts';
import type { FilterAnswer, MetaVictims } from './answers.ts';
import { type ExtenderSettings, HttpExtender } from './http-extender.ts';

/** Stands for all of them among the plugins that rejected a pod: every event may change their mind. */
export const EXTENDER = 'Extender';
/** The highest score that an extender gives. */
const MAX_EXTENDER_PRIORITY = 10;

export interface Filtered {
  readonly nodes: readonly NodeInfo[];
  readonly verdicts: readonly NodeVerdict[];
}

export interface ExtendersOptions {
  readonly settings: readonly ExtenderSettings[];
  readonly nodes: NodeLister;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Extenders implements RemovalReview {
  readonly #extenders: readonly HttpExtender[];
  readonly #nodes: NodeLister;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stop = new AbortController();

  constructor({ settings, nodes, clock, log }: ExtendersOptions) {
    this.#extenders = settings.map((one) => new HttpExtender(one, clock));
    this.#nodes = nodes;
    this.#clock = clock;
    this.#log = log;
  }

  /** Whether one of them has a say about where the pod goes; binding it is another matter. */
  haveASayAbout(pod: PodInfo): boolean {
    return this.#extenders.some((extender) => {
      const { filterVerb, prioritizeVerb, preemptVerb } = extender.settings;
      return (filterVerb || prioritizeVerb || preemptVerb) && extender.isInterestedIn(pod);
    });
  }

  /** Rejects with the error of an extender that must not be ignored. */
  async filter(pod: PodInfo, asked: readonly NodeInfo[]): Promise<Filtered> {
    let nodes = asked;
    const verdicts = new Map<string, NodeVerdict>();
    for (const extender of this.#interested(pod, 'filterVerb')) {
      if (nodes.length === 0) break;
      try {
        const answer = await extender.filter(pod, nodes, this.#stop.signal);
        if (answer.error) throw new Error(answer.error);
        const left = nodesLeft(extender, nodes, answer);
        for (const verdict of verdictsOf(nodes, left, answer)) verdicts.set(verdict.node, verdict);
        nodes = left;
      } catch (error) {
        this.#ignored(extender, error);
      }
    }
    return { nodes, verdicts: [...verdicts.values()] };
  }

  /** What the extenders add to the scores of the nodes, in their order. An extender that fails adds nothing. */
  async prioritize(pod: PodInfo, nodes: readonly NodeInfo[]): Promise<readonly number[]> {
    const totals = new Map<string, number>();
    await Promise.all(
      this.#interested(pod, 'prioritizeVerb').map(async (extender) => {
        const factor = extender.settings.weight * (MAX_NODE_SCORE / MAX_EXTENDER_PRIORITY);
        try {
          for (const { host, score } of await extender.prioritize(pod, nodes, this.#stop.signal))
            totals.set(host, (totals.get(host) ?? 0) + score * factor);
        } catch (error) {
          const about = { pod: pod.key, extender: extender.name, error };
          this.#log.debug('an extender gives no scores', about);
        }
      }),
    );
    return nodes.map(({ name }) => totals.get(name) ?? 0);
  }

  async review(pod: PodInfo, removals: readonly NodeRemoval[]): Promise<readonly NodeRemoval[] | Status> {
    let left = removals;
    if (left.length === 0) return left;
    for (const extender of this.#interested(pod, 'preemptVerb')) {
      try {
        left = this.#removalsOf(extender, await extender.preempt(pod, left, this.#stop.signal));
      } catch (error) {
        if (!extender.settings.isIgnorable) return errorStatus(error);
        this.#ignored(extender, error);
      }
      if (left.length === 0) break;
    }
    return left;
  }

  /** Undefined when no extender binds the pod: the Bind plugins do. */
  async bind(pod: PodInfo, node: string): Promise<Status | undefined> {
    for (const extender of this.#interested(pod, 'bindVerb')) {
      try {
        const error = await extender.bind(pod, node);
        if (error) throw new Error(error);
        return SUCCESS;
      } catch (error) {
        if (!extender.settings.isIgnorable) return errorStatus(error);
        this.#ignored(extender, error);
      }
    }
    return undefined;
  }

  /** Ends requests that are under way, but those for bindings. */
  stop(): void {
    this.#stop.abort();
  }

  close(): void {
    for (const extender of this.#extenders) extender.close();
  }

  #interested(
    pod: PodInfo,
    verb: 'filterVerb' | 'preemptVerb' | 'prioritizeVerb' | 'bindVerb',
  ): readonly HttpExtender[] {
    return this.#extenders.filter((extender) => extender.settings[verb] && extender.isInterestedIn(pod));
  }

  /** Throws the error unless the extender's errors are ignored. */
  #ignored(extender: HttpExtender, error: unknown): void {
    if (!extender.settings.isIgnorable) throw error;
    const about = { extender: extender.name, error: messageOf(error) };
    this.#log.info('skipping an extender: it returned an error and is ignorable', about);
  }

  #removalsOf(extender: HttpExtender, answer: ReadonlyMap<string, MetaVictims>): readonly NodeRemoval[] {
    const removals: NodeRemoval[] = [];
    for (const [node, { uids, violations }] of answer) {
      const info = this.#nodes.get(node);
      if (!info) throw new Error(`nodeinfo not found for node name ${JSON.stringify(node)}`);
      if (uids.length === 0) {
        if (extender.settings.isIgnorable) continue;
        throw new Error(`expected at least one victim pod on node ${JSON.stringify(node)}`);
      }
      const victims = [...new Set(uids)].map((uid) => {
        const victim = info.pods.get(uid);
        if (victim) return victim;
        throw new Error(
          `extender: ${extender.name} claims to preempt pod (UID: ${uid}) on node: ${node}, but the pod is not found on that node`,
        );
      });
      removals.push({ node, victims: victims.sort(byImportance(this.#clock.now())), violations });
    }
    return removals;
  }
}

function nodesLeft(
  { name, settings }: HttpExtender,
  asked: readonly NodeInfo[],
  { nodeNames, nodes }: FilterAnswer,
): readonly NodeInfo[] {
  const kept = new Set((settings.isNodeCacheCapable && nodeNames) || nodes || []);
  const known = new Set(asked.map((node) => node.name));
  for (const node of kept)
    if (!known.has(node))
      throw new Error(
        `extender ${JSON.stringify(name)} claims a filtered node ${JSON.stringify(node)} which is not found in the input node list`,
      );
  return asked.filter((node) => kept.has(node.name));
}

/** A node without a message has no verdict of its own, as upstream. */
function verdictsOf(
  asked: readonly NodeInfo[],
  left: readonly NodeInfo[],
  { failed, unresolvable: hopeless }: FilterAnswer,
): readonly NodeVerdict[] {
  const kept = new Set(left);
  return asked.flatMap((node): NodeVerdict | [] => {
    if (kept.has(node)) return [];
    const never = hopeless.get(node.name);
    const message = never ?? failed.get(node.name);
    if (message === undefined) return [];
    const status = never === undefined ? unschedulable(message) : unresolvable(message);
    return { node: node.name, status: from(EXTENDER, status) };
  });
}
