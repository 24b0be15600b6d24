// Whether a daemon pod belongs on a node: by name, node selector, node affinity and taints. Resources are left to the
// scheduler. Follows NodeShouldRunDaemonPod (pkg/controller/daemon). Pure.
import type { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import type { Toleration } from '../../api/kinds/core/v1/affinity.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { PodSpec } from '../../api/kinds/core/v1/pod-spec.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { matchesRequiredAffinity, selectableNode } from '../../api/nodes/affinity.ts';
import { tolerates } from '../../api/nodes/taints.ts';

export interface Fit {
  /** A new pod may be created for the node. */
  readonly run: boolean;
  /** A pod that is already there may stay. */
  readonly stay: boolean;
}

export function fitOf(set: Readonly<DaemonSet>, node: Readonly<Node>): Fit {
  const spec = set.spec?.template.spec;
  if (spec?.nodeName && spec.nodeName !== nameOf(node)) return { run: false, stay: false };
  if (!matchesRequiredAffinity(spec, selectableNode(node))) return { run: false, stay: false };
  const tolerations = [...(spec?.tolerations ?? []), ...daemonTolerations(spec)];
  const rejecting = (node.spec?.taints ?? []).filter(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(tolerations, taint),
  );
  if (rejecting.length === 0) return { run: true, stay: true };
  return { run: false, stay: !rejecting.some((taint) => taint.effect === 'NoExecute') };
}

/** Daemon pods tolerate node problems: network, storage and monitoring agents are needed to recover from them. */
export function daemonTolerations(spec: Readonly<PodSpec> | undefined): Toleration[] {
  const exists = (key: string, effect: 'NoExecute' | 'NoSchedule'): Toleration => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect,
  });
  return [
    exists('not-ready', 'NoExecute'),
    exists('unreachable', 'NoExecute'),
    exists('disk-pressure', 'NoSchedule'),
    exists('memory-pressure', 'NoSchedule'),
    exists('pid-pressure', 'NoSchedule'),
    exists('unschedulable', 'NoSchedule'),
    ...(spec?.hostNetwork ? [exists('network-unavailable', 'NoSchedule')] : []),
  ];
}
