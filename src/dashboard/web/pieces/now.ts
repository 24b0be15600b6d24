// The time, as ages show it.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { systemClock, type Timer } from '../../../kit/clock.ts';

/** Milliseconds since the epoch; goes on while somebody uses it. */
export const now = signal(systemClock.now());

const TICK = 5000;
let users = 0;
let ticking: Timer | undefined;

export function useTicking(): void {
  useEffect(() => {
    users++;
    now.value = systemClock.now();
    ticking ??= systemClock.every(TICK, () => {
      now.value = systemClock.now();
    });
    return () => {
      users--;
      if (users > 0) return;
      ticking?.cancel();
      ticking = undefined;
    };
  }, []);
}
