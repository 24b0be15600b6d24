// Time and answers that are asked for again and again, while somebody looks.
import { useEffect, useState } from 'preact/hooks';
import { systemClock } from '../../../kit/clock.ts';
import { ApiError } from '../api/errors.ts';

/** Milliseconds since the epoch, as of some seconds ago. */
export function useNow(everyMs = 10_000): number {
  const [now, setNow] = useState(() => systemClock.now());
  useEffect(() => {
    const timer = systemClock.every(everyMs, () => setNow(systemClock.now()));
    return () => timer.cancel();
  }, [everyMs]);
  return now;
}

export interface Polled<T> {
  /** The last answer; undefined before the first. */
  readonly value?: T;
  /** Why there is none, or none later than that. */
  readonly error?: ApiError | TypeError;
}

/** Asks when `key` changes and then every so often; not while the page is hidden, and never twice at a time. */
export function usePolled<T>(key: string | undefined, ask: () => Promise<T>, everyMs: number): Polled<T> {
  const [polled, setPolled] = useState<Polled<T> & { readonly of?: string }>({});
  useEffect(() => {
    if (key === undefined) return;
    let over = false;
    let asking = false;
    const again = async () => {
      if (over || asking || document.hidden) return;
      asking = true;
      try {
        const value = await ask();
        if (!over) setPolled({ value, of: key });
      } catch (error) {
        if (!over && (error instanceof ApiError || error instanceof TypeError))
          setPolled((last) => ({ ...(last.of === key && last), error, of: key }));
      } finally {
        asking = false;
      }
    };
    void again();
    const timer = systemClock.every(everyMs, () => void again());
    return () => {
      over = true;
      timer.cancel();
    };
  }, [key, everyMs]);
  return polled.of === key ? polled : {};
}
