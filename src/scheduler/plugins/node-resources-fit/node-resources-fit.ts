// A node must have room for what the pod requests; among nodes with room, the scoring strategy prefers emptier or fuller ones.
import type { Obstacle } from '../../../api/pods/placement.ts';
import { mayBeBackedByClass } from '../../../api/pods/resource-names.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { amountText } from '../../cache/resources.ts';
import { asksForLess } from '../../framework/cluster-events.ts';
import type { FilterPlugin, ScorePlugin } from '../../framework/plugin.ts';
import { SUCCESS, unresolvable, unschedulable } from '../../framework/status.ts';
import { DEFAULT_STRATEGY, nodeScore, type ScoringStrategy } from './scoring-strategy.ts';

/** NodeResourcesFitArgs. */
export interface FitArgs {
  /** Extended resources that others look after. */
  readonly ignoredResources: ReadonlySet<string>;
  /** What stands before the slash in the names of such resources. */
  readonly ignoredResourceGroups: ReadonlySet<string>;
  readonly strategy: ScoringStrategy;
}

export const DEFAULT_FIT_ARGS: FitArgs = {
  ignoredResources: new Set(),
  ignoredResourceGroups: new Set(),
  strategy: DEFAULT_STRATEGY,
};

/** `isBacked`: whether a DeviceClass backs a resource, so that nodes without it may have devices instead (DynamicResources looks). */
export function nodeResourcesFit(
  args: FitArgs = DEFAULT_FIT_ARGS,
  isBacked: (resource: string) => boolean = () => false,
): FilterPlugin & ScorePlugin {
  const score = nodeScore(args.strategy);
  const isIgnored = (name: string): boolean =>
    isExtended(name) &&
    (args.ignoredResources.has(name) || args.ignoredResourceGroups.has(name.slice(0, name.indexOf('/'))));
  return {
    name: 'NodeResourcesFit',
    filter(_state, pod, node) {
      const reasons: string[] = [];
      let exceedsNode = false;
      eachShortage(node, pod, isIgnored, (resource, requested, _free, total) => {
        if (total === 0 && mayBeBackedByClass(resource) && isBacked(resource)) return;
        const isPods = resource === 'pods';
        reasons.push(isPods ? 'Too many pods' : `Insufficient ${resource}`);
        exceedsNode ||= !isPods && requested > total;
      });
      if (reasons.length === 0) return SUCCESS;
      return exceedsNode ? unresolvable(...reasons) : unschedulable(...reasons);
    },
    signPod: ({ requests, scoringRequests }) => {
      const backed = [...requests.keys()].filter((name) => mayBeBackedByClass(name) && isBacked(name));
      return JSON.stringify([[...requests], [...scoringRequests], backed]);
    },
    obstacles: (_state, pod) => (node) => {
      const found: Obstacle[] = [];
      eachShortage(node, pod, isIgnored, (resource, requested, free, total) => {
        if (total === 0 && mayBeBackedByClass(resource) && isBacked(resource)) return;
        found.push(inQuantities(resource, requested, free, total));
      });
      return found;
    },
    mayFitAfter(pod, event) {
      switch (event.type) {
        case 'PodDeleted':
          return true;
        case 'PodUpdated':
          return asksForLess(event.pod, event.old, pod.requests);
        case 'NodeAdded':
          return hasRoom(pod, event.node, isBacked);
        case 'NodeUpdated':
          return hasRoom(pod, event.node, isBacked) && hasMore(pod, event.node, event.old);
        case 'DeviceClassChanged':
          return pod.requests.keys().some((name) => mayBeBackedByClass(name) && isBacked(name));
        default:
          return false;
      }
    },
    weight: 1,
    score: (_state, pod, node) => score(pod, node),
  };
}

type VisitShortage = (resource: string, requested: number, free: number, total: number) => void;

/** What the pod asks for and the node has not left; a place among its pods is one of them. Makes no objects: the hot path. */
function eachShortage(
  node: NodeInfo,
  { requests }: PodInfo,
  isIgnored: (resource: string) => boolean,
  visit: VisitShortage,
): void {
  const places = node.allocatable.get('pods') ?? 0;
  if (node.pods.size + 1 > places) visit('pods', 1, places - node.pods.size, places);
  for (const [resource, requested] of requests) {
    const total = node.allocatable.get(resource) ?? 0;
    if (requested === 0 || isIgnored(resource)) continue;
    const free = total - (node.requested.get(resource) ?? 0);
    if (requested > free) visit(resource, requested, free, total);
  }
}

function inQuantities(resource: string, requested: number, free: number, total: number): Obstacle {
  const text = (amount: number) => amountText(resource, amount);
  return {
    ...{ type: 'Resource', resource, requested: text(requested), free: text(free), total: text(total) },
    missing: text(requested - free),
  };
}

const isExtended = (name: string): boolean =>
  name.includes('/') && !name.slice(0, name.indexOf('/')).endsWith('kubernetes.io');

/** For the pod alone. */
const hasRoom = (
  { requests }: PodInfo,
  { allocatable }: NodeInfo,
  isBacked: (resource: string) => boolean,
): boolean =>
  (allocatable.get('pods') ?? 0) > 0 &&
  requests.entries().every(([name, amount]) => {
    const total = allocatable.get(name) ?? 0;
    return amount <= total || (total === 0 && mayBeBackedByClass(name) && isBacked(name));
  });

function hasMore({ requests }: PodInfo, node: NodeInfo, old: NodeInfo): boolean {
  const grew = (name: string) => (node.allocatable.get(name) ?? 0) > (old.allocatable.get(name) ?? 0);
  return grew('pods') || requests.entries().some(([name, amount]) => amount > 0 && grew(name));
}
