// Gives back what start-up allocated and is no longer needed: V8 itself would keep the enlarged young generation and
// unreferenced buffers for as long as a process is idle. Called by long-running processes some time after their start, and after
// a burst of work.
import { performance } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock, Timer } from '../clock.ts';

/** Above this a full collection takes long enough to be noticed, and the gain does not matter. */
const LARGE_HEAP_BYTES = 128 << 20;

/** How often it is looked at whether a burst is over, and below which part of the time the event loop counts as idle. */
const EVERY_MS = 60_000;
const IDLE = 0.1;
/** What a collection must give back to be worth its time. */
const WORTH_BYTES = 32 << 20;

/** Releases memory when the process has been idle for a minute after it has grown. */
export function releaseMemoryWhenIdle(clock: Pick<Clock, 'every'>): Timer {
  let last = performance.eventLoopUtilization();
  return clock.every(EVERY_MS, () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    const { total_physical_size, used_heap_size, external_memory } = getHeapStatistics();
    if (utilization < IDLE && total_physical_size - used_heap_size + external_memory > WORTH_BYTES)
      releaseMemory();
  });
}

export function releaseMemory(): void {
  collect('regular');
}

/** Gives back the empty pages, too, that V8 keeps for later; takes two to three times as long. */
export function releasePages(): void {
  collect('last-resort');
}

function collect(flavor: 'regular' | 'last-resort'): void {
  if (getHeapStatistics().used_heap_size > LARGE_HEAP_BYTES) return;
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (how: object) => void;
  setFlagsFromString('--no-expose-gc');
  gc({ type: 'major', execution: 'sync', flavor });
}
