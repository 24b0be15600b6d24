// The other end of server.ts: what commands use to reach a running cluster.
import http from 'node:http';
import { UserError } from '../progress.ts';

/** Bringing a large image into every node takes minutes; anything longer is a fault. */
const LIMIT_MS = 600_000;

/**
 * Calls `route` on the cluster behind `socket`; rejects with the cluster's own words, says that none runs, or that it has
 * not answered within `limitMs`.
 */
export function callControl(
  socket: string,
  route: string,
  body: unknown = {},
  limitMs = LIMIT_MS,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = { socketPath: socket, path: `/${route}`, method: 'POST', agent: false };
    const request = http.request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const answer = JSON.parse(Buffer.concat(chunks).toString() || '{}') as { error?: string };
        if (response.statusCode === 200) resolve(answer);
        else reject(new UserError(answer.error ?? `the cluster answered ${response.statusCode}`));
      });
    });
    request.setTimeout(limitMs, () =>
      request.destroy(new UserError(`the cluster has not answered within ${limitMs / 1000} s`)),
    );
    request.on('error', (error: NodeJS.ErrnoException) => {
      const nobody = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      reject(nobody ? new UserError('the cluster is not running; tiphys up goes on with it') : error);
    });
    request.end(JSON.stringify(body));
  });
}
