// Whether a daemon's pod belongs on a node: by name, node selector, node affinity and taints. Resources do not matter here;
// the scheduler looks at those. Pure.
import type { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import type { Toleration } from '../../api/kinds/core/v1/affinity.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { PodSpec } from '../../api/kinds/core/v1/pod-spec.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { matchesRequiredAffinity, selectableNode } from '../../api/nodes/affinity.ts';
import { tolerates } from '../../api/nodes/taints.ts';

export interface Fit {
  /** A new pod may be placed there. */
  readonly run: boolean;
  /** One that is there may stay. */
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

/** Daemons stay on nodes in trouble: they are often what gets them out of it. */
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
