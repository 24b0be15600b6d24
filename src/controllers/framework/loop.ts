// Runs a controller: watches put keys into a queue, workers take them out, failures are retried with back-off. A key is
// never handled by two workers at once. The only place in this room that catches every error.
import { isConflict, isNotFound, StatusError } from '../../api/status/status-error.ts';
import { Backoff } from '../../kit/backoff.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { MetricsRegistry } from '../../kit/metrics.ts';
import { WorkQueue } from '../../kit/work-queue.ts';
import type { Controller, Enqueue } from './controller.ts';
import type { QueueMetrics } from './queue-metrics.ts';

export interface LoopOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: MetricsRegistry;
  /** Those of all controllers. */
  readonly queues?: QueueMetrics;
}

export interface RunningController {
  readonly name: string;
  /** True when no key is queued, delayed or being handled. */
  readonly idle: boolean;
  /** Resolves when its workers run. */
  readonly started: Promise<void>;
  /** Takes no more keys; resolves when `start` and the last worker have ended, so that nothing writes any more. */
  stop(): Promise<void>;
}

const WORKERS = 5;
const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

export function runController(controller: Controller, options: LoopOptions): RunningController {
  const queue = new WorkQueue<string>(options.clock, controller.backoff, options.queues?.of(controller.name));
  const observe = instruments(controller.name, options.metrics);
  const stopping = new AbortController();
  const enqueue = (key: string, afterMs = 0) => queue.addAfter(key, afterMs);
  const detach = controller.watches.map((watch) => watch.attach(enqueue));
  const workers: Promise<void>[] = [];
  let prepared = Promise.resolve();

  const started = (async () => {
    await Promise.all(controller.watches.map((watch) => watch.informer.synced()));
    prepared = prepare(controller, options, enqueue, stopping.signal);
    await prepared;
    if (stopping.signal.aborted) return;
    for (let i = 0; i < (controller.workers ?? WORKERS); i++)
      workers.push(work(controller, queue, options, observe));
  })();

  return {
    name: controller.name,
    get idle() {
      return queue.idle;
    },
    started,
    async stop() {
      stopping.abort();
      for (const stop of detach) stop();
      queue.close();
      // Not `started`: caches that never fill would keep it pending for ever.
      await Promise.all([prepared, ...workers]);
    },
  };
}

/** Retries `start` until it succeeds: the API server may not be reachable yet. */
async function prepare(
  controller: Controller,
  options: LoopOptions,
  enqueue: Enqueue,
  signal: AbortSignal,
): Promise<void> {
  const backoff = new Backoff<string>({ base: 500, cap: 30_000 });
  while (!signal.aborted) {
    try {
      return await controller.start?.(enqueue, signal);
    } catch (error) {
      options.log.warn('could not start, trying again', { error: messageOf(error) });
      await options.clock.sleep(backoff.next('start'), signal).catch(() => {});
    }
  }
}

async function work(
  controller: Controller,
  queue: WorkQueue<string>,
  options: LoopOptions,
  observe: Observe,
): Promise<void> {
  for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
    const began = options.clock.monotonic();
    try {
      const result = await controller.reconcile(key);
      queue.forget(key);
      if (result?.requeueAfter !== undefined) queue.addAfter(key, Math.max(1, result.requeueAfter));
      observe('success', options.clock.monotonic() - began);
    } catch (error) {
      const level = isConflict(error) || isGone(error, key) ? 'debug' : 'warn';
      options.log[level]('reconcile failed, trying again', { key, error: messageOf(error) });
      queue.addRateLimited(key);
      observe('error', options.clock.monotonic() - began);
    } finally {
      const rest = controller.restMs?.(key) ?? 0;
      queue.done(key, began + rest - options.clock.monotonic());
    }
  }
}

/** The object of the key was deleted while it was handled: no failure. Its deletion is an event that comes later. */
function isGone(error: unknown, key: string): boolean {
  return (
    error instanceof StatusError &&
    isNotFound(error) &&
    error.status.details?.name === key.slice(key.indexOf('/') + 1)
  );
}

type Observe = (result: 'success' | 'error', ms: number) => void;

function instruments(controller: string, metrics: MetricsRegistry | undefined): Observe {
  if (!metrics) return () => {};
  const total = metrics.counter(
    'tiphys_controller_reconcile_total',
    'Keys handled, by controller and result.',
  );
  const seconds = metrics.histogram(
    'tiphys_controller_reconcile_seconds',
    'How long handling one key took, by controller.',
    SECONDS,
  );
  return (result, ms) => {
    total.add({ controller, result });
    seconds.observe({ controller }, ms / 1000);
  };
}
