// The words of `tiphys rebalance`, for the command line and the plan.

/** The descheduler's names, in the order in which they are applied. */
export const POLICIES = [
  'RemoveFailedPods',
  'RemovePodsViolatingNodeAffinity',
  'RemovePodsViolatingNodeTaints',
  'RemovePodsViolatingInterPodAntiAffinity',
  'RemovePodsViolatingTopologySpreadConstraint',
  'RemoveDuplicates',
  'LowNodeUtilization',
] as const;
export type Policy = (typeof POLICIES)[number];

/** By which nodes are compared. */
export const RESOURCES = ['cpu', 'memory', 'pods'] as const;

/** Percent of what a node has, by resource. */
export type Percentages = Readonly<Record<string, number>>;
