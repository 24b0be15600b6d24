// Listening sockets in another network namespace: a Node that lives for a moment opens them there and hands them over, so that this
// process serves them as its own. A socket stays in the namespace in which it was made.
import { spawn } from 'node:child_process';
import type { Server } from 'node:net';

export interface WantedPort {
  readonly address: string;
  readonly port: number;
}

/** Listens, hands over, and lets go, one after the other. `exclusive`: no other copy of the socket takes connections. */
const PROGRAM = `
const net = require('node:net');
const open = ({ address: host, port }, i) => new Promise((done) => {
  const server = net.createServer();
  server.once('error', (error) => process.send({ i, error: error.message }, done));
  server.listen({ host, port, exclusive: true }, () => process.send({ i }, server, {}, () => server.close(done)));
});
process.once('message', async (ports) => {
  for (const [i, port] of ports.entries()) await open(port, i);
  process.disconnect();
});`;

interface Told {
  readonly i: number;
  readonly error?: string;
}

/** One for each port, in order: a socket that listens (to pass to a server's `listen`), or why there is none. `prefix`: words that,
 *  put before a command, run it in the namespace. */
export function portsInside(
  prefix: readonly string[],
  ports: readonly WantedPort[],
): Promise<(Server | Error)[]> {
  const [file, ...args] = [...prefix, process.execPath, '-e', PROGRAM];
  const found = ports.map((): Server | Error => new Error('not opened'));
  return new Promise((resolve) => {
    const child = spawn(file!, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.on('message', ({ i, error }: Told, server) => {
      found[i] = error === undefined ? (server as Server) : new Error(error);
    });
    child.on('error', (error) => {
      found.fill(error);
      resolve(found);
    });
    child.on('close', () => resolve(found));
    child.send(ports, () => {});
  });
}
