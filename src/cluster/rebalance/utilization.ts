// Which nodes have little to do and which have much, by what their pods ask for. Pure. As the descheduler's LowNodeUtilization.
import { isNodeReady } from '../../api/nodes/readiness.ts';
import type { NodeUse } from '../../scheduler/trial/placement-trial.ts';
import { type Percentages, RESOURCES } from './policies.ts';

export interface Thresholds {
  /** Below all of these a node has little to do. */
  readonly low: Percentages;
  /** Above one of these it has much. */
  readonly high: Percentages;
}

/** Points by which a node must differ from the others, when no thresholds are given. */
const DEVIATION = 10;

export const usageOf = ({ requested, allocatable }: NodeUse): Percentages =>
  Object.fromEntries(
    RESOURCES.map((name) => {
      const has = allocatable.get(name) ?? 0;
      return [name, has > 0 ? ((requested.get(name) ?? 0) / has) * 100 : 0];
    }),
  );

/** Ten points below and above what the nodes have to do on average. What they hardly use tells nothing of which has little to do. */
export function thresholdsAround(nodes: readonly NodeUse[]): Thresholds {
  const all = nodes.map(usageOf);
  const mean = (name: string) => all.reduce((sum, usage) => sum + usage[name]!, 0) / Math.max(1, all.length);
  const means = RESOURCES.map((name) => [name, mean(name)] as const);
  return {
    low: Object.fromEntries(
      means.flatMap(([name, value]) => (value > DEVIATION ? [[name, value - DEVIATION]] : [])),
    ),
    high: Object.fromEntries(means.map(([name, value]) => [name, value + DEVIATION])),
  };
}

export interface Classes {
  readonly low: ReadonlySet<string>;
  /** The fullest first. */
  readonly high: readonly NodeUse[];
}

export function classesOf(nodes: readonly NodeUse[], { low, high }: Thresholds): Classes {
  const isLow = (usage: Percentages) => Object.entries(low).every(([name, limit]) => usage[name]! < limit);
  const excess = (usage: Percentages) =>
    Object.entries(high).reduce((most, [name, limit]) => Math.max(most, usage[name]! - limit), 0);
  return {
    low: new Set(nodes.filter((node) => isLow(usageOf(node))).map(({ name }) => name)),
    high: nodes
      .filter((node) => excess(usageOf(node)) > 0)
      .sort((a, b) => excess(usageOf(b)) - excess(usageOf(a))),
  };
}

/** Nodes that take pods. */
export const isOpen = ({ node }: NodeUse): boolean => isNodeReady(node) && !node.spec?.unschedulable;
