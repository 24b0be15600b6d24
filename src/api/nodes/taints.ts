// Whether tolerations match a taint. Used by the scheduler, the DaemonSet controller and taint eviction, which must agree:
// otherwise a pod that one of them places would be evicted by another one, again and again.
// Follows k8s.io/api core/v1 Toleration.ToleratesTaint.
import type { Toleration } from '../kinds/core/v1/affinity.ts';
import type { Node, Taint } from '../kinds/core/v1/node.ts';

/** Tolerations and taints of nodes, or of devices: their effects differ. */
interface Tolerating {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}
/** Keys of the taints of a node that is not ready, or has stopped reporting. */
export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
/** Key of the taint that administrators give a node that is shut down and will not run its pods any more. */
export const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

type Tainting = Pick<Tolerating, 'key' | 'value' | 'effect'>;

export type TaintLike = Pick<Taint, 'key' | 'effect' | 'value'>;

export const isOutOfService = ({ spec }: Readonly<Node>): boolean =>
  spec?.taints?.some(({ key }) => key === OUT_OF_SERVICE) ?? false;

/** True when at least one of the tolerations matches the taint. */
export function tolerates(tolerations: readonly Toleration[] | undefined, taint: TaintLike): boolean {
  return tolerations?.some((toleration) => toleratesTaint(toleration, taint)) ?? false;
}

/**
 * The operators Gt and Lt tolerate nothing: their feature gate TaintTolerationComparisonOperators is alpha and off in
 * v1.36, and validation refuses them.
 */
export function toleratesTaint(toleration: Tolerating, taint: Tainting): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  switch (toleration.operator) {
    case 'Exists':
      return true;
    case undefined:
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '');
    default:
      return false;
  }
}
