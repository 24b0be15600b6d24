// Finds a port for the API: the one used before, the usual one, or any.
import net from 'node:net';
import { UserError } from '../progress.ts';
import { USUAL_PORT } from '../state/registry.ts';

/**
 * `wanted`: what the user asked for, or what kubeconfigs name since the last start; 0 for neither. `taken`: ports of other
 * clusters, also of those whose API server is just being started again and does not listen for a moment.
 */
export async function choosePort(
  host: string,
  wanted: number,
  taken: readonly number[] = [],
): Promise<number> {
  if (wanted > 0) {
    if (await tryPort(host, wanted)) return wanted;
    throw new UserError(
      `port ${wanted} is taken by another program; choose another one (--api-port, of a server --secure-port)`,
    );
  }
  if (!taken.includes(USUAL_PORT) && (await tryPort(host, USUAL_PORT))) return USUAL_PORT;
  return tryPort(host, 0);
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
