// Asks a server whether it is ready, over one connection that is kept: a handshake each time would cost a server with many nodes more
// than their requests. Any answer but a failure of readiness counts, also that one may not ask.
import { Agent, get } from 'node:https';
import type { Clock } from '../../kit/clock.ts';
import type { ServerAddress } from './addresses.ts';

/** `refused`: the machine answers, the server does not; at once. `silent`: nothing came within the time. */
export type Answer = 'ready' | 'unready' | 'refused' | 'silent';

export type Probe = (server: ServerAddress, withinMs: number) => Promise<Answer>;

export interface Prober {
  readonly probe: Probe;
  close(): void;
}

/** `ca` is asked for at each handshake: only a server of this cluster counts as one. */
export function httpsProber(clock: Pick<Clock, 'after'>, ca: (() => string) | undefined): Prober {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const probe: Probe = ({ host, port }, withinMs) =>
    new Promise((resolve) => {
      let late = false;
      const request = get({
        ...{ agent, host, port, path: '/readyz' },
        // The node's own clients check the name; servers are asked by their addresses here.
        ...(ca ? { ca: ca(), checkServerIdentity: () => undefined } : { rejectUnauthorized: false }),
      });
      const timer = clock.after(withinMs, () => {
        late = true;
        request.destroy();
      });
      request.on('response', (response) => {
        timer.cancel();
        response.resume();
        resolve((response.statusCode ?? 0) >= 500 ? 'unready' : 'ready');
      });
      request.on('error', () => {
        timer.cancel();
        resolve(late ? 'silent' : 'refused');
      });
    });
  return { probe, close: () => agent.destroy() };
}
