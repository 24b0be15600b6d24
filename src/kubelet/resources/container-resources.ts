// Requests and limits in the kernel's units: cpu shares and quota, memory bytes, oom score. Pure.
import { milliValue, wholeValue } from '../../api/quantity/quantity.ts';
import type { LinuxContainerResources } from '../../cri/runtime.ts';
import { type Container, containersOf, type Pod, specOf } from '../pod.ts';
import { oomScoreAdj } from './qos.ts';

export const CPU_PERIOD = 100_000;
const MIN_SHARES = 2;
const MAX_SHARES = 262_144;
const MIN_QUOTA = 1000;

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
  milliCpu === 0 ? 0 : Math.max(MIN_QUOTA, Math.floor((milliCpu * CPU_PERIOD) / 1000));

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
export const podRequests = (pod: Pod): { cpu: number; memory: number } => ({
  cpu: sum(pod, 'requests', 'cpu', milliValue) + milliValue(specOf(pod).overhead?.cpu ?? '0'),
  memory: sum(pod, 'requests', 'memory', wholeValue) + wholeValue(specOf(pod).overhead?.memory ?? '0'),
});

export interface PodLimits {
  readonly cpuShares: number;
  /** 0 = unlimited. */
  readonly cpuQuota: number;
  /** 0 = unlimited. */
  readonly memory: number;
}

/** What the pod's own cgroup gets: sums over containers; a limit only when every container has one. */
export function podLimits(pod: Pod): PodLimits {
  const spec = specOf(pod);
  const cpuRequest = sum(pod, 'requests', 'cpu', milliValue);
  const cpuLimit = limitOf(pod, 'cpu', milliValue);
  const memory = limitOf(pod, 'memory', wholeValue);
  const overhead = spec.overhead ?? {};
  const extra = (limit: number, amount: number) => (limit > 0 ? limit + amount : 0);
  const extraCpu = milliValue(overhead.cpu ?? '0');
  return {
    cpuShares: sharesOf(cpuRequest + extraCpu),
    cpuQuota: quotaOf(extra(cpuLimit, extraCpu)),
    memory: extra(memory, wholeValue(overhead.memory ?? '0')),
  };
}

type Read = (text: string) => number;

const amountOf = (container: Container, of: 'requests' | 'limits', name: string, read: Read): number => {
  const resources = container.resources ?? {};
  const text = resources[of]?.[name] ?? (of === 'requests' ? resources.limits?.[name] : undefined);
  return read(text ?? '0');
};

/** Main containers and sidecars together; an init container needs what it needs beside the sidecars before it. */
function sum(pod: Pod, of: 'requests' | 'limits', name: string, read: Read): number {
  const whole = specOf(pod).resources?.[of]?.[name];
  if (whole) return read(whole);
  let together = 0;
  let peak = 0;
  for (const { kind, spec } of containersOf(pod)) {
    if (kind === 'ephemeral') continue;
    const amount = amountOf(spec, of, name, read);
    if (kind === 'init') peak = Math.max(peak, together + amount);
    else together += amount;
  }
  return Math.max(peak, together);
}

function limitOf(pod: Pod, name: string, read: Read): number {
  const whole = specOf(pod).resources?.limits?.[name];
  if (whole) return read(whole);
  const all = containersOf(pod).filter((c) => c.kind !== 'ephemeral');
  if (!all.every((c) => amountOf(c.spec, 'limits', name, read) > 0)) return 0;
  return sum(pod, 'limits', name, read);
}
