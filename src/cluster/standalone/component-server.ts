// The HTTPS server of a component that runs alone: /healthz, /livez and /readyz for everybody, /metrics for those whom
// the API server allows to read it, and so are /configz, /flagz and /statusz.

import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import { TokenReview } from '../../api/kinds/authentication/v1/token-review.ts';
import { SubjectAccessReview } from '../../api/kinds/authorization/v1/subject-access-review.ts';
import { HealthMetrics } from '../../api/zpages/health-metrics.ts';
import { componentPage } from '../../api/zpages/pages.ts';
import { messageOf } from '../../kit/message-of.ts';
import { renderProcessMetrics } from '../../kit/process/process-metrics.ts';
import { SERVER_TLS } from '../../kit/tls.ts';
import { SELF_SIGNED_AGE, selfSigned } from '../pki/self-signed.ts';
import { UserError } from '../progress.ts';
import type { ComponentAccess } from './connection.ts';
import { shownFlags } from './shown-flags.ts';

export interface ServingOptions {
  readonly bindAddress: string;
  /** 0 for no server. */
  readonly securePort: number;
  /** --feature-gates. */
  readonly featureGates?: string;
}

const HEALTH = new Set(['/healthz', '/livez', '/readyz']);
const PATHS = [...HEALTH, '/configz', '/flagz', '/metrics', '/metrics/slis', '/statusz'];

/** The names of upstream's configurations in /configz. */
const CONFIGURATIONS: Readonly<Record<string, string>> = {
  'kube-scheduler': 'componentconfig',
  'kube-controller-manager': 'kubecontrollermanager.config.k8s.io',
};

/** Resolves when it listens; returns how to close it. */
export async function serveComponent(
  name: string,
  options: ServingOptions,
  access: ComponentAccess,
  features: FeatureGates,
): Promise<() => void> {
  const { bindAddress, securePort } = options;
  if (securePort === 0) return () => {};
  const context = () => {
    const { certificate: cert, key } = selfSigned(name, ['localhost', bindAddress], access);
    return { cert, key, ...SERVER_TLS };
  };
  const health = new HealthMetrics();
  const pages = pagesOf(name, options, access, features, health);
  const server = createServer(context(), async (request, response) => {
    const { code, text, headers = PLAIN } = await answer(request, access, pages, health);
    response.writeHead(code, headers).end(text);
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
  const renewal = access.clock.every(SELF_SIGNED_AGE, () => server.setSecureContext(context()));
  return () => {
    renewal.cancel();
    server.close();
    server.closeAllConnections();
  };
}

interface Answer {
  readonly code: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };

type Pages = (path: string, accept: string | undefined) => Answer | undefined;

function pagesOf(
  name: string,
  options: ServingOptions,
  { clock, metrics }: ComponentAccess,
  features: FeatureGates,
  health: HealthMetrics,
): Pages {
  const component = {
    ...{ name, features, startedAt: clock.now(), now: () => clock.now() },
    flags: shownFlags(options),
    paths: PATHS,
  };
  return (path, accept) => {
    if (path === '/metrics')
      return { code: 200, text: renderProcessMetrics() + features.metrics() + metrics.render() };
    if (path === '/metrics/slis') return { code: 200, text: health.render() };
    if (path === '/configz') {
      const text = JSON.stringify({ [CONFIGURATIONS[name] ?? name]: options });
      return { code: 200, text, headers: { 'content-type': 'application/json' } };
    }
    const page = componentPage(component, path, accept);
    return page && { code: page.status, text: page.body, headers: page.headers };
  };
}

async function answer(
  request: IncomingMessage,
  access: ComponentAccess,
  pages: Pages,
  health: HealthMetrics,
): Promise<Answer> {
  const pathname = (request.url ?? '/').split('?', 1)[0]!;
  if (HEALTH.has(pathname)) {
    health.observe(pathname.slice(1), 'ping', true);
    return { code: 200, text: 'ok' };
  }
  const page = pages(pathname, request.headers.accept);
  if (!page) return { code: 404, text: '404 page not found' };
  try {
    return (await refusal(request, pathname, access)) ?? page;
  } catch (error) {
    access.log.warn('a caller could not be checked', { path: pathname, error: messageOf(error) });
    return { code: 500, text: 'Internal Server Error' };
  }
}

/** Asks the API server who the caller is and whether it may read the path, as upstream's components do. */
async function refusal(
  request: IncomingMessage,
  path: string,
  { client }: ComponentAccess,
): Promise<Answer | undefined> {
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
    spec: { user: username, groups, nonResourceAttributes: { path, verb: 'get' } },
  });
  return review?.allowed ? undefined : { code: 403, text: 'Forbidden' };
}
