// A node must have room for what the pod requests; among nodes with room, the scoring strategy prefers emptier or fuller ones.
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
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

export function nodeResourcesFit(args: FitArgs = DEFAULT_FIT_ARGS): FilterPlugin & ScorePlugin {
  const score = nodeScore(args.strategy);
  const isIgnored = (name: string): boolean =>
    isExtended(name) &&
    (args.ignoredResources.has(name) || args.ignoredResourceGroups.has(name.slice(0, name.indexOf('/'))));
  return {
    name: 'NodeResourcesFit',
    filter(_state, { requests }, node) {
      const reasons: string[] = [];
      let exceedsNode = false;
      if (node.pods.size + 1 > (node.allocatable.get('pods') ?? 0)) reasons.push('Too many pods');
      for (const [name, amount] of requests) {
        const allocatable = node.allocatable.get(name) ?? 0;
        if (amount === 0 || isIgnored(name)) continue;
        if (amount <= allocatable - (node.requested.get(name) ?? 0)) continue;
        reasons.push(`Insufficient ${name}`);
        exceedsNode ||= amount > allocatable;
      }
      if (reasons.length === 0) return SUCCESS;
      return exceedsNode ? unresolvable(...reasons) : unschedulable(...reasons);
    },
    mayFitAfter(pod, event) {
      switch (event.type) {
        case 'PodDeleted':
          return true;
        case 'PodUpdated':
          return asksForLess(event.pod, event.old, pod.requests);
        case 'NodeAdded':
          return hasRoom(pod, event.node);
        case 'NodeUpdated':
          return hasRoom(pod, event.node) && hasMore(pod, event.node, event.old);
        default:
          return false;
      }
    },
    weight: 1,
    score: (_state, pod, node) => score(pod, node),
  };
}

const isExtended = (name: string): boolean =>
  name.includes('/') && !name.slice(0, name.indexOf('/')).endsWith('kubernetes.io');

/** For the pod alone. */
const hasRoom = ({ requests }: PodInfo, { allocatable }: NodeInfo): boolean =>
  (allocatable.get('pods') ?? 0) > 0 &&
  requests.entries().every(([name, amount]) => amount <= (allocatable.get(name) ?? 0));

function hasMore({ requests }: PodInfo, node: NodeInfo, old: NodeInfo): boolean {
  const grew = (name: string) => (node.allocatable.get(name) ?? 0) > (old.allocatable.get(name) ?? 0);
  return grew('pods') || requests.entries().some(([name, amount]) => amount > 0 && grew(name));
}
