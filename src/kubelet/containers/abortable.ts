// Stops waiting for a task when a signal aborts. The task itself may go on; its outcome is ignored.
import type { Clock } from '../../kit/clock.ts';

export function abortable<T>(task: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return task;
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) {
      task.catch(() => {});
      return reject(signal.reason);
    }
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    task.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** The same for a task that mostly ends soon, and leaves less behind when it does: it gets some time after the abort. */
export function abortableLater<T>(
  task: Promise<T>,
  signal: AbortSignal,
  clock: Pick<Clock, 'after'>,
  ms: number,
): Promise<T> {
  const late = new AbortController();
  const onAbort = () => {
    const timer = clock.after(ms, () => late.abort(signal.reason));
    task.finally(() => timer.cancel()).catch(() => {});
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  task.finally(() => signal.removeEventListener('abort', onAbort)).catch(() => {});
  return abortable(task, late.signal);
}
