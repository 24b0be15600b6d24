// The checks of /healthz, /livez and /readyz. Called by assemble.ts.
import type { Store } from '../../store/store.ts';
import type { ApiServerOptions } from '../options.ts';
import { Health } from './health.ts';
import type { StartSteps } from './start-steps.ts';

/** What /readyz and /livez report on. */
export interface ServerState {
  ready: boolean;
}

/**
 * The names of the checks are upstream's; `etcd` is the store: an etcd that cannot be reached is reported by all. A disk without room makes the server not ready, in the
 * words of etcd's own /health, but not dead: reads go on, and a restart would not help. The same holds for a clock that is off.
 */
export function serverHealth(
  { state, steps }: { readonly state: ServerState; readonly steps: StartSteps },
  store: Store,
  more: ApiServerOptions['healthChecks'],
  clockProblem: () => string | undefined,
): Health {
  const shutdown = () => (state.ready ? undefined : 'process is shutting down');
  const always = () => undefined;
  const alarm = () => store.problem ?? (store.alarm ? `ALARM ${store.alarm}` : undefined);
  const noted = () => store.problem ?? (store.alarm ? { note: `ALARM ${store.alarm}` } : undefined);
  const live = {
    ping: always,
    log: always,
    etcd: noted,
    ...more,
    ...steps.checks(),
  };
  const ready = { ...live, etcd: alarm, 'informer-sync': always, clock: clockProblem, shutdown };
  return new Health({ healthz: live, livez: live, readyz: ready });
}
