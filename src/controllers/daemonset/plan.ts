// Which pods a daemon set creates and deletes: one on every node that it fits, and a rolling update node by node.
// Follows podsShouldBeOnNode (daemon_controller.go) and rollingUpdate (update.go) of pkg/controller/daemon. Pure.

import type { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, nameOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { isPodAvailable, isPodReady } from '../../api/pods/readiness.ts';
import { addAll } from '../../kit/lists.ts';
import { hashLabel } from '../framework/history/revisions.ts';
import { scaled } from '../framework/scaled.ts';
import { fitOf } from './node-fit.ts';

type PodsByNode = ReadonlyMap<string, readonly Readonly<Pod>[]>;

export interface DaemonPlan {
  /** Nodes that need a pod. */
  readonly create: string[];
  readonly remove: Readonly<Pod>[];
  /** Pods that succeeded or failed, which daemon pods never should. They are to be removed too, but not too often. */
  readonly ended: Readonly<Pod>[];
}

export interface PlanInput {
  readonly set: Readonly<DaemonSet>;
  readonly nodes: readonly Readonly<Node>[];
  readonly byNode: PodsByNode;
  /** The revision hash of up-to-date pods. */
  readonly hash: string;
  readonly now: number;
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

/** Those that are bound come first. */
function oldestFirst(a: Readonly<Pod>, b: Readonly<Pod>): number {
  if (!a.spec?.nodeName !== !b.spec?.nodeName) return a.spec?.nodeName ? -1 : 1;
  return (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1;
}

/** One pod on every node that the set fits, none elsewhere. */
export function planNodes(input: PlanInput): DaemonPlan {
  const { nodes, byNode } = input;
  const plan: DaemonPlan = { create: [], remove: [], ended: [] };
  for (const node of nodes) planNode(input, node, byNode.get(nameOf(node)) ?? [], plan);
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
  input: PlanInput,
  node: Readonly<Node>,
  pods: readonly Readonly<Pod>[],
  plan: DaemonPlan,
): void {
  const { set } = input;
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
  const present = pods.filter((pod) => !isBeingDeleted(pod));
  addAll(plan.ended, present.filter(isPodTerminal));
  const running = present.filter((pod) => !isPodTerminal(pod));
  // A pod that is being deleted still holds the node's ports and host paths: its successor is created once it is gone, unless
  // pods of the set share nodes anyway.
  if (!surges(set)) addAll(plan.remove, running.slice(1));
  else if (running.length === 0 && fit.run) plan.create.push(nameOf(node));
  else addAll(plan.remove, surplusOf(input, running));
}

/** Of the pods on one node the oldest of the newest template and the oldest other stay, while only the latter is available. */
function surplusOf(input: PlanInput, running: readonly Readonly<Pod>[]): Readonly<Pod>[] {
  const fresh = running.find((pod) => hashLabel(pod) === input.hash);
  const old = running.find((pod) => hashLabel(pod) !== input.hash);
  const others = running.filter((pod) => pod !== fresh && pod !== old);
  const replaced = fresh && old && (!isPodReady(old) || isAvailable(input, fresh));
  return replaced ? [...others, old] : others;
}

const surges = (set: Readonly<DaemonSet>): boolean => maxSurgeOf(set, 1) > 0;

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

/** The next step of a rolling update towards the newest template. */
export function planRollout(input: PlanInput): { create: string[]; remove: Readonly<Pod>[] } {
  const desired = input.nodes.filter((node) => fitOf(input.set, node).run).length;
  return maxSurgeOf(input.set, desired) > 0
    ? planSurge(input, maxSurgeOf(input.set, desired), desired)
    : planReplace(input, maxUnavailableOf(input.set, desired));
}

/** maxUnavailable: deletes old pods; the next round creates new ones. Unavailable old pods do not count against the limit. */
function planReplace(input: PlanInput, allowed: number): { create: string[]; remove: Readonly<Pod>[] } {
  const free: Readonly<Pod>[] = [];
  const candidates: Readonly<Pod>[] = [];
  let unavailable = 0;
  for (const node of input.nodes) {
    const { fresh, old, leaving } = sorted(input, node);
    if (!fresh && !old) {
      if (leaving || fitOf(input.set, node).run) unavailable++;
    } else if (fresh && old) unavailable++;
    else if (fresh) {
      if (!isAvailable(input, fresh)) unavailable++;
    } else if (!isAvailable(input, old!)) {
      free.push(old!);
      unavailable++;
    } else candidates.push(old!);
  }
  return { create: [], remove: [...free, ...candidates.slice(0, Math.max(0, allowed - unavailable))] };
}

/**
 * maxSurge: creates new pods beside old ones; an old one is deleted once its replacement is available. Those of nodes where the
 * set is no longer to run stay until as many are available as it wants.
 */
function planSurge(
  input: PlanInput,
  allowed: number,
  desired: number,
): { create: string[]; remove: Readonly<Pod>[] } {
  const remove: Readonly<Pod>[] = [];
  const sunset: Readonly<Pod>[] = [];
  const free: string[] = [];
  const candidates: string[] = [];
  let surging = 0;
  let available = 0;
  for (const node of input.nodes) {
    const { fresh, old } = sorted(input, node);
    const leading = old ?? fresh;
    if (leading && isAvailable(input, leading)) available++;
    if (!old) continue;
    if (fresh && isAvailable(input, fresh)) remove.push(old);
    else if (fresh) surging++;
    else if (fitOf(input.set, node).run) (isAvailable(input, old) ? candidates : free).push(nameOf(node));
    else (isAvailable(input, old) ? sunset : remove).push(old);
  }
  addAll(remove, sunset.slice(0, Math.max(0, available - desired)));
  return { create: [...free, ...candidates.slice(0, Math.max(0, allowed - surging))], remove };
}

function sorted({ byNode, hash }: PlanInput, node: Readonly<Node>) {
  const all = byNode.get(nameOf(node)) ?? [];
  const present = all.filter((pod) => !isBeingDeleted(pod));
  return {
    fresh: present.find((pod) => hashLabel(pod) === hash),
    old: present.find((pod) => hashLabel(pod) !== hash),
    leaving: all.length > present.length,
  };
}

const isAvailable = ({ set, now }: PlanInput, pod: Readonly<Pod>): boolean =>
  isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
