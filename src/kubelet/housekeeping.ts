// Periodic tasks of the kubelet: log rotation, eviction, image garbage collection. A task is skipped while its last run
// is still going on; one that fails runs again at its next time.
import type { Clock, Timer } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';

export interface PeriodicTask {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<unknown>;
}

/** Returns how to stop. */
export function startPeriodicTasks(tasks: readonly PeriodicTask[], clock: Clock, log: Logger): () => void {
  const busy = new Set<string>();
  const timers: Timer[] = tasks.map((task) =>
    clock.every(task.everyMs, () => {
      if (busy.has(task.name)) return;
      busy.add(task.name);
      void task
        .run()
        .catch((error: unknown) => log.warn(`${task.name} failed`, { error: String(error) }))
        .finally(() => busy.delete(task.name));
    }),
  );
  return () => {
    for (const timer of timers) timer.cancel();
  };
}
