// A plugin that an administrator wrote, so that its mistakes stay with the pod that it was asked about: what it throws, and answers
// that are none, become Errors that name it; a call that holds the scheduler's thread for too long is reported.
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { errorStatus, type Status } from '../framework/status.ts';
import type { UserPlugin } from './registry.ts';

/** Milliseconds of one call. All of the process waits meanwhile. */
export const SLOW_CALL_MS = 50;

export interface Watcher {
  readonly monotonic: () => number;
  /** A call took longer than SLOW_CALL_MS. */
  readonly onSlow: (plugin: string, point: string, ms: number) => void;
  /** A call failed where no pod can show it. */
  readonly onError: (plugin: string, point: string, error: unknown) => void;
}

/** Milliseconds between reports about one method of one plugin. */
const REPORT_EVERY_MS = 10_000;

export const unwatched: Watcher = { monotonic: () => 0, onSlow: () => {}, onError: () => {} };

/** Reports to the log. */
export function watcherWith({ clock, log }: { readonly clock: Clock; readonly log: Logger }): Watcher {
  const reported = new Map<string, number>();
  const report = (message: string, plugin: string, point: string, fields: object): void => {
    const key = `${message} ${plugin} ${point}`;
    const now = clock.monotonic();
    if (now - (reported.get(key) ?? Number.NEGATIVE_INFINITY) < REPORT_EVERY_MS) return;
    reported.set(key, now);
    log.warn(message, { plugin, point, ...fields });
  };
  return {
    monotonic: () => clock.monotonic(),
    onSlow: (plugin, point, ms) =>
      report('a scheduler plugin held everything up', plugin, point, { milliseconds: Math.round(ms) }),
    onError: (plugin, point, error) => report('a scheduler plugin failed', plugin, point, { error }),
  };
}

const CODES: ReadonlySet<unknown> = new Set<Status['code']>([
  ...(['Success', 'Error', 'Unschedulable', 'UnschedulableAndUnresolvable', 'Wait', 'Skip'] as const),
]);

/** Has exactly the extension points that the plugin has: the framework does not call the others. */
export function guarded(name: string, plugin: UserPlugin, watcher: Watcher): UserPlugin {
  const timed = <T>(point: string, run: () => T): T => {
    const started = watcher.monotonic();
    try {
      return run();
    } finally {
      const ms = watcher.monotonic() - started;
      if (ms > SLOW_CALL_MS) watcher.onSlow(name, point, ms);
    }
  };
  const asked = (point: string, run: () => Status): Status => timed(point, () => checked(point, run()));
  const told = (point: string, run: () => void): void => {
    try {
      timed(point, run);
    } catch (error) {
      watcher.onError(name, point, error);
    }
  };
  const { preFilterExtensions: extensions } = plugin;
  return {
    name,
    weight: typeof plugin.weight === 'number' ? plugin.weight : 1,
    ...(plugin.mayFitAfter && {
      mayFitAfter(pod, event) {
        let may = true;
        told('mayFitAfter', () => {
          may = plugin.mayFitAfter!(pod, event);
        });
        return may;
      },
    }),
    ...(plugin.signPod && { signPod: (pod) => String(plugin.signPod!(pod)) }),
    ...(plugin.preEnqueue && {
      preEnqueue(pod) {
        try {
          return asked('preEnqueue', () => plugin.preEnqueue!(pod));
        } catch (error) {
          watcher.onError(name, 'preEnqueue', error);
          return errorStatus(error);
        }
      },
    }),
    ...(plugin.preFilter && {
      preFilter: (state, pod) =>
        timed('preFilter', () => withStatus('preFilter', plugin.preFilter!(state, pod))),
    }),
    ...(extensions && {
      preFilterExtensions: {
        addPod: (...about) => asked('addPod', () => extensions.addPod(...about)),
        removePod: (...about) => asked('removePod', () => extensions.removePod(...about)),
      },
    }),
    ...(plugin.filter && {
      filter: (state, pod, node) => asked('filter', () => plugin.filter!(state, pod, node)),
    }),
    ...(plugin.postFilter && {
      postFilter: (...about) =>
        timed('postFilter', () => withStatus('postFilter', plugin.postFilter!(...about))),
    }),
    ...(plugin.preScore && {
      preScore: (state, pod, nodes) => asked('preScore', () => plugin.preScore!(state, pod, nodes)),
    }),
    ...(plugin.score && {
      score: (state, pod, node) => timed('score', () => plugin.score!(state, pod, node)),
    }),
    ...(plugin.normalizeScore && {
      normalizeScore: (state, pod, scores) =>
        timed('normalizeScore', () => plugin.normalizeScore!(state, pod, scores)),
    }),
    ...(plugin.reserve && {
      reserve: (state, pod, node) => asked('reserve', () => plugin.reserve!(state, pod, node)),
      unreserve: (state, pod, node) => told('unreserve', () => plugin.unreserve?.(state, pod, node)),
    }),
    ...(plugin.permit && {
      permit: (state, pod, node) =>
        timed('permit', () => withStatus('permit', plugin.permit!(state, pod, node))),
    }),
    ...(plugin.preBind && {
      preBind: async (state, pod, node) =>
        checked('preBind', await timed('preBind', () => plugin.preBind!(state, pod, node))),
    }),
    ...(plugin.bind && {
      bind: async (state, pod, node) =>
        checked('bind', await timed('bind', () => plugin.bind!(state, pod, node))),
    }),
    ...(plugin.postBind && {
      postBind: (state, pod, node) => told('postBind', () => plugin.postBind!(state, pod, node)),
    }),
  };
}

/** Types say so, but files need not have been checked against them. */
function checked(point: string, status: unknown): Status {
  if (status instanceof Promise)
    throw new Error(`${point} answered with a promise: only preBind and bind may wait`);
  if (isStatus(status)) return status;
  throw new Error(`${point} did not answer with a status`);
}

function withStatus<T extends { readonly status: Status }>(point: string, result: T): T {
  checked(point, (result as Partial<T> | undefined)?.status);
  return result;
}

const isStatus = (status: unknown): status is Status =>
  typeof status === 'object' &&
  status !== null &&
  'code' in status &&
  CODES.has(status.code) &&
  'reasons' in status &&
  Array.isArray(status.reasons) &&
  status.reasons.every((reason) => typeof reason === 'string');
