// Which pods a daemon set creates and deletes: one on every node that it fits, and a rolling update node by node.
// Follows podsShouldBeOnNode (daemon_controller.go) and rollingUpdate (update.go) of pkg/controller/daemon. Pure.

import type { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, nameOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { isPodAvailable } from '../../api/pods/readiness.ts';
import { addAll } from '../../kit/lists.ts';
import { hashLabel } from '../framework/history/revisions.ts';
import { scaled } from '../framework/scaled.ts';
import { fitOf } from './node-fit.ts';

type PodsByNode = ReadonlyMap<string, readonly Readonly<Pod>[]>;

export interface DaemonPlan {
  /** Nodes that need a pod. */
  readonly create: string[];
  readonly remove: Readonly<Pod>[];
  /** Pods that succeeded or failed, which daemon pods never should; they are among those to remove. */
  readonly ended: Readonly<Pod>[];
}

/** The node that a pod is bound to, or before that the one its node affinity names. */
export function targetNode(pod: Readonly<Pod>): string {
  if (pod.spec?.nodeName) return pod.spec.nodeName;
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const term of required?.nodeSelectorTerms ?? [])
    for (const { key, operator, values } of term.matchFields ?? [])
      if (key === 'metadata.name' && operator === 'In' && values?.length === 1) return values[0]!;
  return '';
}

export function podsByNode(pods: readonly Readonly<Pod>[]): Map<string, Readonly<Pod>[]> {
  const map = new Map<string, Readonly<Pod>[]>();
  for (const pod of pods) {
    const node = targetNode(pod);
    map.set(node, [...(map.get(node) ?? []), pod]);
  }
  for (const list of map.values()) list.sort(oldestFirst);
  return map;
}

const oldestFirst = (a: Readonly<Pod>, b: Readonly<Pod>): number =>
  (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1;

/** One pod on every node that the set fits, none elsewhere. */
export function planNodes(
  set: Readonly<DaemonSet>,
  nodes: readonly Readonly<Node>[],
  byNode: PodsByNode,
): DaemonPlan {
  const plan: DaemonPlan = { create: [], remove: [], ended: [] };
  const surges = maxSurgeOf(set, nodes.length) > 0;
  for (const node of nodes) planNode(set, node, byNode.get(nameOf(node)) ?? [], surges, plan);
  const known = new Set(nodes.map(nameOf));
  // For a node that was deleted: it can never be bound. Bound pods are left to the pod garbage collector.
  for (const [node, pods] of byNode)
    if (!known.has(node))
      addAll(
        plan.remove,
        pods.filter((pod) => !pod.spec?.nodeName && !isBeingDeleted(pod)),
      );
  return plan;
}

function planNode(
  set: Readonly<DaemonSet>,
  node: Readonly<Node>,
  pods: readonly Readonly<Pod>[],
  surges: boolean,
  plan: DaemonPlan,
): void {
  const fit = fitOf(set, node);
  if (!fit.stay) {
    addAll(
      plan.remove,
      pods.filter((pod) => !isBeingDeleted(pod)),
    );
    return;
  }
  if (pods.length === 0) {
    if (fit.run) plan.create.push(nameOf(node));
    return;
  }
  // A pod that is being deleted still holds the node's ports and host paths: its successor is created once it is gone.
  const present = pods.filter((pod) => !isBeingDeleted(pod));
  const ended = present.filter(isPodTerminal);
  addAll(plan.ended, ended);
  addAll(plan.remove, ended);
  const running = present.filter((pod) => !ended.includes(pod));
  // The oldest stays. With maxSurge an old and a new pod share the node during an update.
  if (!surges) addAll(plan.remove, running.slice(1));
}

export function maxSurgeOf(set: Readonly<DaemonSet>, desired: number): number {
  return scaled(set.spec?.updateStrategy?.rollingUpdate?.maxSurge, desired, 'up');
}

/** With maxSurge and maxUnavailable both 0 no update would ever proceed: 1 then, as upstream. Validation refuses that too. */
function maxUnavailableOf(set: Readonly<DaemonSet>, desired: number): number {
  const surge = maxSurgeOf(set, desired);
  const value = set.spec?.updateStrategy?.rollingUpdate?.maxUnavailable;
  const unavailable = value === undefined ? (surge > 0 ? 0 : 1) : scaled(value, desired, 'up');
  return unavailable === 0 && surge === 0 ? 1 : unavailable;
}

export interface RolloutInput {
  readonly set: Readonly<DaemonSet>;
  readonly nodes: readonly Readonly<Node>[];
  readonly byNode: PodsByNode;
  /** The revision hash of up-to-date pods. */
  readonly hash: string;
  readonly now: number;
}

/** The next step of a rolling update towards the newest template. */
export function planRollout(input: RolloutInput): { create: string[]; remove: Readonly<Pod>[] } {
  const desired = input.nodes.filter((node) => fitOf(input.set, node).run).length;
  return maxSurgeOf(input.set, desired) > 0
    ? planSurge(input, maxSurgeOf(input.set, desired))
    : planReplace(input, maxUnavailableOf(input.set, desired));
}

/** maxUnavailable: deletes old pods; the next round creates new ones. Unavailable old pods do not count against the limit. */
function planReplace(input: RolloutInput, allowed: number): { create: string[]; remove: Readonly<Pod>[] } {
  const free: Readonly<Pod>[] = [];
  const candidates: Readonly<Pod>[] = [];
  let unavailable = 0;
  for (const node of input.nodes) {
    const { fresh, old, leaving } = sorted(input, node);
    if (!fresh && !old) {
      if (leaving || fitOf(input.set, node).run) unavailable++;
    } else if (fresh) {
      if (!isAvailable(input, fresh)) unavailable++;
    } else if (!isAvailable(input, old!)) {
      free.push(old!);
      unavailable++;
    } else candidates.push(old!);
  }
  return { create: [], remove: [...free, ...candidates.slice(0, Math.max(0, allowed - unavailable))] };
}

/** maxSurge: creates new pods beside old ones; an old one is deleted once its replacement is available. */
function planSurge(input: RolloutInput, allowed: number): { create: string[]; remove: Readonly<Pod>[] } {
  const remove: Readonly<Pod>[] = [];
  const free: string[] = [];
  const candidates: string[] = [];
  let surging = 0;
  for (const node of input.nodes) {
    const { fresh, old } = sorted(input, node);
    if (!old) continue;
    if (!fresh) (isAvailable(input, old) ? candidates : free).push(nameOf(node));
    else if (isAvailable(input, fresh)) remove.push(old);
    else surging++;
  }
  return { create: [...free, ...candidates.slice(0, Math.max(0, allowed - surging))], remove };
}

function sorted({ byNode, hash }: RolloutInput, node: Readonly<Node>) {
  const all = byNode.get(nameOf(node)) ?? [];
  const present = all.filter((pod) => !isBeingDeleted(pod));
  return {
    fresh: present.find((pod) => hashLabel(pod) === hash),
    old: present.find((pod) => hashLabel(pod) !== hash),
    leaving: all.length > present.length,
  };
}

const isAvailable = ({ set, now }: RolloutInput, pod: Readonly<Pod>): boolean =>
  isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
