// The order of eviction when memory runs short: pods above their requests first, then low priority, then the greatest
// excess over the request. Pure; order as in upstream's pkg/kubelet/eviction.
import { type Pod, specOf } from '../pod.ts';
import { podRequests } from '../resources/container-resources.ts';

export interface Usage {
  readonly pod: Pod;
  readonly memoryBytes: number;
}

const CRITICAL = 2_000_000_000;

export function rankForMemory(usages: readonly Usage[]): Usage[] {
  const excess = ({ pod, memoryBytes }: Usage) => memoryBytes - podRequests(pod).memory;
  return usages
    .filter(({ pod }) => (specOf(pod).priority ?? 0) < CRITICAL)
    .sort(
      (a, b) =>
        Number(excess(b) > 0) - Number(excess(a) > 0) ||
        (specOf(a.pod).priority ?? 0) - (specOf(b.pod).priority ?? 0) ||
        excess(b) - excess(a),
    );
}
