// The other end of server.ts: what commands use to reach a running cluster.
import http from 'node:http';
import { UserError } from '../progress.ts';

/** Calls `route` on the cluster behind `socket`; rejects with the cluster's own words, or says that none runs. */
export function callControl(socket: string, route: string, body: unknown = {}): Promise<unknown> {
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
    request.on('error', (error: NodeJS.ErrnoException) => {
      const nobody = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      reject(nobody ? new UserError('the cluster is not running; tiphys up goes on with it') : error);
    });
    request.end(JSON.stringify(body));
  });
}
