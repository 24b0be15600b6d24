// Finds a port for the API: the one used before, the usual one, or any.
import net from 'node:net';
import { UserError } from '../progress.ts';

const USUAL = 6443;

/** `last` (0: none) when it is free; it may not be taken, because kubeconfigs name it. */
export async function choosePort(host: string, last: number): Promise<number> {
  if (last > 0) {
    if (await tryPort(host, last)) return last;
    throw new UserError(
      `port ${last} of this cluster's API is taken by another program; choose one with --api-port`,
    );
  }
  return (await tryPort(host, USUAL)) || (await tryPort(host, 0));
}

/** The port that could be bound, or 0. */
function tryPort(host: string, port: number): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(0));
    server.listen(port, host, () => {
      const { port: bound } = server.address() as net.AddressInfo;
      server.close(() => resolve(bound));
    });
  });
}
