// How readily the kernel kills a container when memory runs out (oom_score_adj). Pure.
// Follows k8s.io/kubernetes pkg/kubelet/qos.
import { qosClassOf } from '../../api/pods/qos-class.ts';
import { wholeValue } from '../../api/quantity/quantity.ts';
import { type Container, type Pod, specOf } from '../pod.ts';

/** Guaranteed pods and critical ones go last, BestEffort ones first; a Burstable one sooner the less it requested. */
export function oomScoreAdj(pod: Pod, container: Container, memoryCapacity: number): number {
  if ((specOf(pod).priority ?? 0) >= 2_000_000_000) return -997;
  const qos = qosClassOf(pod);
  if (qos === 'Guaranteed') return -997;
  if (qos === 'BestEffort') return 1000;
  const { requests, limits } = container.resources ?? {};
  const request = wholeValue(requests?.memory ?? limits?.memory ?? '0');
  const adj = 1000 - Math.floor((1000 * request) / memoryCapacity);
  return Math.min(999, Math.max(3, adj));
}
