// Evicts the pods of a node and says how far each is. Evictions that a disruption budget refuses are tried again, as `kubectl drain` does.
// Requests and time are given.
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import type { Clock } from '../../../../../kit/clock.ts';

export type PodState =
  | { readonly type: 'waiting' | 'evicting' | 'terminating' | 'gone' }
  /** `refused`: by a budget, and tried again. */
  | { readonly type: 'refused' | 'failed'; readonly message: string };

export type EvictionAnswer =
  | { readonly type: 'accepted' | 'gone' }
  | { readonly type: 'refused' | 'failed'; readonly message: string };

export interface DrainPorts {
  evict(pod: Pod): Promise<EvictionAnswer>;
  /** The uids of the pods that are still on the node. */
  present(): Promise<ReadonlySet<string>>;
  readonly clock: Pick<Clock, 'sleep' | 'monotonic'>;
  readonly signal: AbortSignal;
  report(pod: Pod, state: PodState): void;
}

const RETRY_MS = 5_000;
const POLL_MS = 1_000;
/** A browser has few connections to one server, and other views need some. */
const AT_ONCE = 4;

/** Resolves when each pod is gone or has failed, or when the drain was stopped. Rejects when it cannot be known which are gone. */
export async function evictAll(pods: readonly Pod[], ports: DrainPorts): Promise<void> {
  const { clock, signal } = ports;
  /** When each is to be tried. */
  const due = new Map(pods.map((pod) => [pod, 0]));
  const going = new Set<Pod>();
  for (const pod of pods) ports.report(pod, { type: 'waiting' });
  while (!signal.aborted) {
    const now = clock.monotonic();
    await eachOf(
      [...due].filter(([, time]) => time <= now).map(([pod]) => pod),
      (pod) => tryOne(pod, due, going, ports),
    );
    if (going.size > 0 && !signal.aborted) await noteGone(going, ports);
    if (due.size + going.size === 0) return;
    await clock.sleep(POLL_MS, signal).catch(() => undefined);
  }
}

async function eachOf(pods: readonly Pod[], work: (pod: Pod) => Promise<void>): Promise<void> {
  const waiting = pods.values();
  const worker = async () => {
    for (const pod of waiting) await work(pod);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, pods.length) }, worker));
}

async function tryOne(pod: Pod, due: Map<Pod, number>, going: Set<Pod>, ports: DrainPorts): Promise<void> {
  if (ports.signal.aborted) return;
  ports.report(pod, { type: 'evicting' });
  const answer = await ports.evict(pod);
  due.delete(pod);
  if ('message' in answer) {
    if (answer.type === 'refused') due.set(pod, ports.clock.monotonic() + RETRY_MS);
    ports.report(pod, { type: answer.type, message: answer.message });
  } else if (answer.type === 'gone') ports.report(pod, { type: 'gone' });
  else {
    going.add(pod);
    ports.report(pod, { type: 'terminating' });
  }
}

async function noteGone(going: Set<Pod>, ports: DrainPorts): Promise<void> {
  const present = await ports.present();
  for (const pod of going) {
    if (present.has(pod.metadata.uid ?? '')) continue;
    going.delete(pod);
    ports.report(pod, { type: 'gone' });
  }
}

/** What an error of the Eviction API means. */
export function answerOf({
  status,
  message,
}: {
  readonly status: number;
  readonly message: string;
}): EvictionAnswer {
  // 409: another pod has the name meanwhile.
  if (status === 404 || status === 409) return { type: 'gone' };
  return { type: status === 429 ? 'refused' : 'failed', message };
}

export interface Progress {
  readonly total: number;
  readonly gone: number;
  readonly failed: number;
  readonly refused: number;
}

export function progressOf(states: Iterable<PodState>): Progress {
  const counts = { total: 0, gone: 0, failed: 0, refused: 0 };
  for (const { type } of states) {
    counts.total++;
    if (type === 'gone' || type === 'failed' || type === 'refused') counts[type]++;
  }
  return counts;
}
