// Requests and limits in the kernel's units: cpu shares and quota, memory bytes, oom score. Pure.
import { inUnits } from '../../api/pods/amounts.ts';
import { podLimits as limitsOf, podRequests as requestsOf } from '../../api/pods/resources.ts';
import { milliValue, wholeValue } from '../../api/quantity/quantity.ts';
import type { LinuxContainerResources } from '../../cri/runtime.ts';
import { type Container, type Pod, specOf } from '../pod.ts';
import { oomScoreAdj } from './oom-score.ts';

export const CPU_PERIOD = 100_000;
const MIN_SHARES = 2;
const MAX_SHARES = 262_144;
const MIN_QUOTA = 1000;
/** Microseconds: the kernel refuses more (MAX_BW in kernel/sched). */
const MAX_QUOTA = 2 ** 44 - 1;

export interface ResourceContext {
  /** Bytes of memory of the node. */
  readonly memoryCapacity: number;
  /** The machine may refuse negative scores. */
  readonly negativeOomScores: boolean;
}

export const sharesOf = (milliCpu: number): number =>
  milliCpu === 0
    ? MIN_SHARES
    : Math.min(MAX_SHARES, Math.max(MIN_SHARES, Math.floor((milliCpu * 1024) / 1000)));

/** 0 = unlimited. */
export const quotaOf = (milliCpu: number): number =>
  milliCpu === 0 ? 0 : Math.min(MAX_QUOTA, Math.max(MIN_QUOTA, Math.floor((milliCpu * CPU_PERIOD) / 1000)));

export function containerResources(
  pod: Pod,
  container: Container,
  context: ResourceContext,
): LinuxContainerResources {
  const { limits = {}, requests = {} } = container.resources ?? {};
  const cpu = milliValue(requests.cpu ?? limits.cpu ?? '0');
  const quota = quotaOf(milliValue(limits.cpu ?? '0'));
  const memory = wholeValue(limits.memory ?? '0');
  const score = oomScoreAdj(pod, container, context.memoryCapacity);
  return {
    cpuShares: sharesOf(cpu),
    ...(quota > 0 && { cpuPeriod: CPU_PERIOD, cpuQuota: quota }),
    ...(memory > 0 && { memoryLimitInBytes: memory, memorySwapLimitInBytes: memory }),
    oomScoreAdj: context.negativeOomScores ? score : Math.max(0, score),
  };
}

/** What the pod asks of the node: millicores and bytes. */
export function podRequests(pod: Pod): { cpu: number; memory: number } {
  const requests = requestsOf(pod, inUnits);
  return { cpu: requests.get('cpu') ?? 0, memory: requests.get('memory') ?? 0 };
}

export interface PodLimits {
  readonly cpuShares: number;
  /** 0 = unlimited. */
  readonly cpuQuota: number;
  /** 0 = unlimited. */
  readonly memory: number;
}

/** What the pod's own cgroup gets. A limit holds only when every container has one, or the pod as a whole. */
export function podLimits(pod: Pod): PodLimits {
  const limits = limitsOf(pod, inUnits);
  const limit = (name: 'cpu' | 'memory') => (isLimited(pod, name) ? (limits.get(name) ?? 0) : 0);
  return {
    cpuShares: sharesOf(podRequests(pod).cpu),
    cpuQuota: quotaOf(limit('cpu')),
    memory: limit('memory'),
  };
}

function isLimited(pod: Pod, name: 'cpu' | 'memory'): boolean {
  const { resources, containers, initContainers = [] } = specOf(pod);
  const isSet = (limits: Record<string, string> | undefined) => milliValue(limits?.[name] ?? '0') > 0;
  return (
    isSet(resources?.limits) || [...containers, ...initContainers].every((c) => isSet(c.resources?.limits))
  );
}
