// Asks a server whether it is ready, over one connection that is kept: a handshake each time would cost a server with many nodes more
// than their requests. Any answer but a failure of readiness counts, also that one may not ask.
import { Agent, type AgentOptions, get } from 'node:https';
import net from 'node:net';
import type { Clock } from '../../kit/clock.ts';
import type { ServerAddress } from './addresses.ts';

/**
 * `refused`: the machine answers, the server does not. `slow`: the machine takes connections, but no answer came within the time.
 * `silent`: the machine takes none either.
 */
export type Answer = 'ready' | 'unready' | 'slow' | 'refused' | 'silent';

/** Each of its steps may take so long: the question, and after that a connection. */
export type Probe = (server: ServerAddress, withinMs: number) => Promise<Answer>;

export interface Prober {
  readonly probe: Probe;
  close(): void;
}

/** In the certificate of every API server, and in no node's (controllers/certificate-signing), whichever address leads to it. */
export const SERVER_NAME = 'kubernetes';

/** `ca` is asked for at each handshake: only a server of this cluster counts as one. */
export function httpsProber(clock: Pick<Clock, 'after' | 'turn'>, ca: (() => string) | undefined): Prober {
  const agent = new QuietAgent({ keepAlive: true, maxSockets: 1 });
  return {
    probe: async (server, withinMs) => {
      const answer = await ask(server, withinMs, clock, agent, ca);
      if (answer !== 'slow') return answer;
      return (await takesConnections(server, withinMs, clock)) ? 'slow' : 'silent';
    },
    close: () => agent.destroy(),
  };
}

/** A socket whose request was given up before it was connected has no listener for its errors, which would end the process. */
class QuietAgent extends Agent {
  override createConnection(...[options, callback]: Parameters<Agent['createConnection']>) {
    const socket = super.createConnection(options as AgentOptions, callback);
    socket?.on('error', () => {});
    return socket;
  }
}

const ask = (
  { host, port }: ServerAddress,
  withinMs: number,
  clock: Pick<Clock, 'after' | 'turn'>,
  agent: Agent,
  ca: (() => string) | undefined,
): Promise<Answer> =>
  new Promise((resolve) => {
    let late = false;
    const request = get({
      ...{ agent, host, port, path: '/readyz' },
      ...(ca ? { ca: ca(), servername: SERVER_NAME } : { rejectUnauthorized: false }),
    });
    // An answer may wait to be read while this process was busy: it is read before the time counts as over.
    const timer = clock.after(withinMs, async () => {
      await clock.turn();
      late = true;
      request.destroy();
    });
    request.on('response', (response) => {
      timer.cancel();
      response.on('error', () => {});
      response.resume();
      resolve((response.statusCode ?? 0) >= 500 ? 'unready' : 'ready');
    });
    request.on('error', () => {
      timer.cancel();
      resolve(late ? 'slow' : 'refused');
    });
  });

const takesConnections = (
  { host, port }: ServerAddress,
  withinMs: number,
  clock: Pick<Clock, 'after' | 'turn'>,
): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const end = (taken: boolean) => {
      timer.cancel();
      socket.destroy();
      resolve(taken);
    };
    const timer = clock.after(withinMs, () => void clock.turn().then(() => end(false)));
    socket.on('connect', () => end(true));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED'));
  });
