// When a pod is evicted from its node because of NoExecute taints. Pure.
import type { Toleration } from '../../api/kinds/core/v1/affinity.ts';
import type { Taint } from '../../api/kinds/core/v1/node.ts';
import { toleratesTaint } from '../../api/nodes/taints.ts';

export type Stay =
  | { readonly stay: 'always' }
  /** Until a time in milliseconds; a time in the past means now. */
  | { readonly stay: 'until'; readonly at: number };

/** `since`: when the pod was bound; tolerationSeconds count from then, or from when the taint was added if that is later. */
export function stayOf(
  tolerations: readonly Toleration[],
  taints: readonly Taint[],
  since: number,
  addedAt: (taint: Taint) => number,
): Stay {
  const executing = taints.filter((taint) => taint.effect === 'NoExecute');
  let leave = Number.POSITIVE_INFINITY;
  for (const taint of executing) {
    const matching = tolerations.filter((toleration) => toleratesTaint(toleration, taint));
    if (matching.length === 0) return { stay: 'until', at: 0 };
    for (const { tolerationSeconds } of matching)
      if (tolerationSeconds !== undefined)
        leave = Math.min(leave, Math.max(addedAt(taint), since) + Math.max(0, tolerationSeconds) * 1000);
  }
  return Number.isFinite(leave) ? { stay: 'until', at: leave } : { stay: 'always' };
}
