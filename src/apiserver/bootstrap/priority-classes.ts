// The two built-in PriorityClasses, for critical pods of the cluster. Pods in any namespace may use them.
// Upstream: pkg/apis/scheduling/v1/helpers.go. Called by built-in-objects.ts.
import type { PriorityClass } from '../../api/kinds/scheduling/v1/priority-class.ts';

const priorityClass = (name: string, value: number, description: string): PriorityClass => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name },
  value,
  description,
  preemptionPolicy: 'PreemptLowerPriority',
});

export const builtInPriorityClasses = (): PriorityClass[] => [
  priorityClass(
    'system-node-critical',
    2_000_001_000,
    'Used for system critical pods that must not be moved from their current node.',
  ),
  priorityClass(
    'system-cluster-critical',
    2_000_000_000,
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  ),
];
