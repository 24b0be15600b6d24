// Connects the dashboard with the API server. Loaded with the first request below /dashboard/.

import type { TLSSocket } from 'node:tls';
import type { Dashboard, DashboardHost } from '../../apiserver/dashboard/port.ts';
import type { Reply } from '../../apiserver/request.ts';
import { Dashboard as DashboardServer } from '../../dashboard/server/dashboard.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';

/** Beside the bundle; in tests, which run from sources, where the bundle would be. */
const FILES = import.meta.url.endsWith('.ts') ? '../../../dist/dashboard/' : './dashboard/';

export const openDashboard = (
  host: DashboardHost,
  { clock, random, log }: { readonly clock: Clock; readonly random: Random; readonly log: Logger },
): Dashboard =>
  new DashboardServer<TLSSocket, Reply>({
    ...{ host, clock, random, log: log.child('dashboard') },
    directory: new URL(FILES, import.meta.url).pathname,
  });
