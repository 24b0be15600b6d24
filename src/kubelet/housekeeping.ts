// Periodic tasks of the kubelet: log rotation, eviction, image garbage collection. A task is skipped while its last run
// is still going on, and takes a tenth of the time at most: pods decide how many files there are to look at. One that
// fails runs again at its next time.
import type { Clock, Timer } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import { messageOf } from '../kit/message-of.ts';

export interface PeriodicTask {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<unknown>;
}

/** How long a task rests after a run, in terms of how long the run took. */
const REST = 9;

/** Returns how to stop. */
export function startPeriodicTasks(tasks: readonly PeriodicTask[], clock: Clock, log: Logger): () => void {
  const timers: Timer[] = tasks.map((task) => {
    let restsUntil = 0;
    return clock.every(task.everyMs, () => {
      const began = clock.monotonic();
      if (began < restsUntil) return;
      restsUntil = Number.POSITIVE_INFINITY;
      void task
        .run()
        .catch((error: unknown) => log.warn(`${task.name} failed`, { error: messageOf(error) }))
        .finally(() => {
          const now = clock.monotonic();
          restsUntil = now + REST * (now - began);
        });
    });
  });
  return () => {
    for (const timer of timers) timer.cancel();
  };
}
