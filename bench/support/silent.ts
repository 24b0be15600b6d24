// Watchers that never read: each asks for the whole state of a collection and gives the server leave to send all of it, but its
// connection is not read.
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { systemClock } from '../../src/kit/clock.ts';
import { opening, request } from './frames.ts';

export interface SilentOptions {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
  /** The collection: /api/v1/namespaces/…/configmaps. */
  readonly path: string;
  readonly watchers: number;
}

/** Watches that are opened at once, and milliseconds until the next: they need seats, which one that is not read keeps for 100. */
const WAVE = 20;
const PAUSE = 200;

/** One watch on each connection: the server does not read from a connection that takes nothing. Resolves when all requests have
 *  been sent. */
export async function silentWatchers(options: SilentOptions): Promise<TLSSocket[]> {
  const { server, ca, token, path, watchers } = options;
  const { hostname, port } = new URL(server);
  const start = Buffer.concat([opening(), request(1, server, `${path}?watch=true`, token)]);
  const open = async () => {
    const socket = connect({ host: hostname, port: Number(port), ca, ALPNProtocols: ['h2'] });
    await once(socket, 'secureConnect');
    socket.pause();
    socket.on('error', () => {});
    socket.write(start);
    return socket;
  };
  const sockets: TLSSocket[] = [];
  while (sockets.length < watchers) {
    sockets.push(...(await Promise.all(Array.from({ length: WAVE }, open))));
    await systemClock.sleep(PAUSE);
  }
  return sockets;
}
