// The quality-of-service class of a pod, from its requests and limits, and what the kernel is told because of it. Pure.
import { milliValue, wholeValue } from '../../api/quantity/quantity.ts';
import { type Container, containersOf, type Pod, specOf } from '../pod.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

type Amounts = Readonly<Record<string, string>>;

export function qosOf(pod: Pod): QosClass {
  if (pod.status?.qosClass) return pod.status.qosClass;
  const whole = specOf(pod).resources;
  const holders = whole?.limits || whole?.requests ? [whole] : counted(pod).map((c) => c.resources ?? {});
  const used = holders.some((r) => positive(r.requests) || positive(r.limits));
  if (!used) return 'BestEffort';
  const guaranteed = holders.every((r) =>
    (['cpu', 'memory'] as const).every((name) => {
      const limit = r.limits?.[name];
      if (!limit || milliValue(limit) === 0) return false;
      return milliValue(r.requests?.[name] ?? limit) === milliValue(limit);
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

const counted = (pod: Pod): Container[] =>
  containersOf(pod)
    .filter((container) => container.kind !== 'ephemeral')
    .map((container) => container.spec);

const positive = (amounts: Amounts | undefined): boolean =>
  ['cpu', 'memory'].some((name) => amounts?.[name] !== undefined && milliValue(amounts[name]!) > 0);

/** How readily the kernel kills the container when memory runs out: Guaranteed last, BestEffort first. */
export function oomScoreAdj(pod: Pod, container: Container, memoryCapacity: number): number {
  if ((specOf(pod).priority ?? 0) >= 2_000_000_000) return -997;
  const qos = qosOf(pod);
  if (qos === 'Guaranteed') return -997;
  if (qos === 'BestEffort') return 1000;
  const { requests, limits } = container.resources ?? {};
  const request = wholeValue(requests?.memory ?? limits?.memory ?? '0');
  const adj = 1000 - Math.floor((1000 * request) / memoryCapacity);
  return Math.min(999, Math.max(3, adj));
}
