// The kubelet's chores on a timer: log rotation, eviction, image garbage collection. One round at a time; a chore that
// fails is tried in the next round.
import type { Clock, Timer } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';

export interface Chore {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<unknown>;
}

/** Returns how to stop. */
export function keepHouse(chores: readonly Chore[], clock: Clock, log: Logger): () => void {
  const busy = new Set<string>();
  const timers: Timer[] = chores.map((chore) =>
    clock.every(chore.everyMs, () => {
      if (busy.has(chore.name)) return;
      busy.add(chore.name);
      void chore
        .run()
        .catch((error: unknown) => log.warn(`${chore.name} failed`, { error: String(error) }))
        .finally(() => busy.delete(chore.name));
    }),
  );
  return () => {
    for (const timer of timers) timer.cancel();
  };
}
