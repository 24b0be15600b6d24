// The HTTPS server of a component that runs alone: /healthz, /livez and /readyz for everybody, /metrics for those whom
// the API server allows to read it.
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { TokenReview } from '../../api/kinds/authentication/v1/token-review.ts';
import { SubjectAccessReview } from '../../api/kinds/authorization/v1/subject-access-review.ts';
import { selfSigned } from '../pki/self-signed.ts';
import { UserError } from '../progress.ts';
import type { ComponentAccess } from './connection.ts';

export interface ServingOptions {
  readonly bindAddress: string;
  /** 0 for no server. */
  readonly securePort: number;
}

const HEALTH = new Set(['/healthz', '/livez', '/readyz']);

/** Resolves when it listens; returns how to close it. */
export async function serveComponent(
  name: string,
  { bindAddress, securePort }: ServingOptions,
  access: ComponentAccess,
): Promise<() => void> {
  if (securePort === 0) return () => {};
  const { certificate, key } = selfSigned(name, ['localhost', bindAddress], access);
  const server = createServer({ cert: certificate, key }, async (request, response) => {
    const { code, text } = await answer(request, access);
    response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new UserError(`port ${securePort} is taken by another program; choose another --secure-port`)
          : error,
      ),
    );
    server.listen(securePort, bindAddress, resolve);
  });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

interface Answer {
  readonly code: number;
  readonly text: string;
}

async function answer(request: IncomingMessage, access: ComponentAccess): Promise<Answer> {
  const { pathname } = new URL(request.url ?? '/', 'https://localhost');
  if (HEALTH.has(pathname)) return { code: 200, text: 'ok' };
  if (pathname !== '/metrics') return { code: 404, text: '404 page not found' };
  try {
    return await metrics(request, access);
  } catch (error) {
    access.log.warn('a caller of /metrics could not be checked', { error: String(error) });
    return { code: 500, text: 'Internal Server Error' };
  }
}

/** Asks the API server who the caller is and whether it may read /metrics, as upstream's components do. */
async function metrics(
  request: IncomingMessage,
  { client, metrics: registry }: ComponentAccess,
): Promise<Answer> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!token) return { code: 401, text: 'Unauthorized' };
  const { status: found } = await client.create(TokenReview, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    metadata: {},
    spec: { token },
  });
  if (!found?.authenticated) return { code: 401, text: 'Unauthorized' };
  const { username = '', groups = [] } = found.user ?? {};
  const { status: review } = await client.create(SubjectAccessReview, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: {},
    spec: { user: username, groups, nonResourceAttributes: { path: '/metrics', verb: 'get' } },
  });
  return review?.allowed ? { code: 200, text: registry.render() } : { code: 403, text: 'Forbidden' };
}
