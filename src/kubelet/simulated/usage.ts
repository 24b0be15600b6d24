// What the containers of a simulated node use: a configured part of what they request, or what annotations of the pod say
// (kwok's, so that tests written for it work). Amounts that only grow, as CPU time, are kept from one reading to the next.

import { milliValue, QuantityError, wholeValue } from '../../api/quantity/quantity.ts';
import type { Clock } from '../../kit/clock.ts';
import { findContainer, type Pod, podName, podNamespace, podUid } from '../pod.ts';
import {
  type ContainerSummary,
  type CpuStats,
  Instant,
  type MemoryStats,
  type PodStats,
  type Summary,
} from '../stats/summary.ts';
import type { ContainerView } from '../view/pod-view.ts';
import type { SimulationSettings } from './settings.ts';

/** Of each container of the pod: quantities. */
const USAGE_CPU = 'kwok.x-k8s.io/usage-cpu';
const USAGE_MEMORY = 'kwok.x-k8s.io/usage-memory';
/** Of a container that requests nothing. */
const LEAST = { milliCpu: 10, memory: 16 << 20 };
/** Nanoseconds of CPU time per millisecond, at one thousandth of a core. */
const NANOSECONDS = 1_000;

interface Amounts {
  readonly milliCpu: number;
  readonly memory: number;
}

interface Spent {
  readonly at: number;
  readonly nanoseconds: number;
}

export interface RunningContainer {
  readonly pod: Pod;
  readonly container: ContainerView;
}

export class UsageMeter {
  readonly #usage: SimulationSettings['usage'];
  readonly #clock: Pick<Clock, 'now'>;
  readonly #startedAt: number;
  /** By container id. */
  #spent: ReadonlyMap<string, Spent> = new Map();
  #nodeNanoseconds = 0;

  constructor(usage: SimulationSettings['usage'], clock: Pick<Clock, 'now'>) {
    this.#usage = usage;
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  read(nodeName: string, running: readonly RunningContainer[]): Summary {
    const at = this.#clock.now();
    const time = new Instant(at);
    const spent = new Map<string, Spent>();
    const pods = new Map<string, PodStats>();
    let memory = 0;
    let milliCpu = 0;
    for (const one of running) {
      const amounts = usageOf(one, this.#usage);
      const nanoseconds = this.#advance(one.container, amounts.milliCpu, at);
      spent.set(one.container.id, { at, nanoseconds });
      memory += amounts.memory;
      milliCpu += amounts.milliCpu;
      podOf(pods, one).containers.push(summaryOf(one.container, time, amounts, nanoseconds));
    }
    this.#spent = spent;
    return {
      node: {
        nodeName,
        startTime: new Instant(this.#startedAt).toJSON(),
        cpu: cpuOf(time, milliCpu, this.#nodeNanoseconds),
        memory: memoryOf(time, memory),
      },
      pods: [...pods.values()].map((pod) => withSums(pod, time)),
    };
  }

  /** The CPU time of a container until now. The node's is what all of its containers have ever had. */
  #advance({ id, startedAt }: ContainerView, milliCpu: number, at: number): number {
    const before = this.#spent.get(id) ?? { at: startedAt, nanoseconds: 0 };
    const added = Math.max(0, at - before.at) * milliCpu * NANOSECONDS;
    this.#nodeNanoseconds += added;
    return before.nanoseconds + added;
  }
}

function usageOf({ pod, container }: RunningContainer, usage: SimulationSettings['usage']): Amounts {
  const requests = findContainer(pod, container.metadata.name)?.spec.resources?.requests ?? {};
  const told = pod.metadata.annotations ?? {};
  return {
    milliCpu:
      amount(told[USAGE_CPU], milliValue) ?? (milliValue(requests.cpu ?? '0') * usage.cpu || LEAST.milliCpu),
    memory:
      amount(told[USAGE_MEMORY], wholeValue) ??
      Math.round(wholeValue(requests.memory ?? '0') * usage.memory || LEAST.memory),
  };
}

/** Undefined for a text that is no amount: annotations are not validated. */
function amount(text: string | undefined, read: (text: string) => number): number | undefined {
  if (text === undefined) return undefined;
  try {
    return Math.max(0, read(text));
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

function podOf(pods: Map<string, PodStats>, { pod }: RunningContainer): PodStats {
  const uid = podUid(pod);
  const known = pods.get(uid);
  if (known) return known;
  const made: PodStats = {
    podRef: { name: podName(pod), namespace: podNamespace(pod), uid },
    startTime: pod.status?.startTime ?? '',
    containers: [],
  };
  pods.set(uid, made);
  return made;
}

const cpuOf = (time: Instant, milliCpu: number, nanoseconds: number): CpuStats => ({
  time,
  usageNanoCores: milliCpu * 1_000_000,
  usageCoreNanoSeconds: Math.round(nanoseconds),
});

const memoryOf = (time: Instant, bytes: number): MemoryStats => ({
  time,
  usageBytes: bytes,
  workingSetBytes: bytes,
});

const summaryOf = (
  { metadata: { name }, startedAt }: ContainerView,
  time: Instant,
  { milliCpu, memory }: Amounts,
  nanoseconds: number,
): ContainerSummary => ({
  name,
  startTime: new Instant(startedAt),
  cpu: cpuOf(time, milliCpu, nanoseconds),
  memory: memoryOf(time, memory),
});

function withSums(pod: PodStats, time: Instant): PodStats {
  const sum = (read: (container: ContainerSummary) => number) =>
    pod.containers.reduce((total, container) => total + read(container), 0);
  const milliCpu = sum(({ cpu }) => (cpu?.usageNanoCores ?? 0) / 1_000_000);
  const nanoseconds = sum(({ cpu }) => cpu?.usageCoreNanoSeconds ?? 0);
  const memory = sum((container) => container.memory?.workingSetBytes ?? 0);
  return { ...pod, cpu: cpuOf(time, milliCpu, nanoseconds), memory: memoryOf(time, memory) };
}
