// Requests for non-resource paths: discovery and OpenAPI, health, version, metrics, the service account issuer's keys.
// Called by the request pipeline, after authorization.
import { methodNotAllowed } from '../../api/status/status-error.ts';
import { jsonAnswer } from '../handlers/answers/answers.ts';
import type { RequestMetrics } from '../http/request-metrics.ts';
import type { Answer, ApiRequest } from '../request.ts';
import type { Documents } from './documents.ts';
import type { Health } from './health.ts';

export interface PathOptions {
  readonly documents: Documents;
  readonly health: Health;
  readonly metrics: Pick<RequestMetrics, 'render'>;
  readonly issuer: string;
  /** The JSON web key set. */
  readonly keys: object;
}

export const VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2+tiphys',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-11-21T00:00:00Z',
  goVersion: 'none',
  compiler: 'node',
  platform: `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
};

const ROOTS = [
  '/api',
  '/api/v1',
  '/apis',
  '/healthz',
  '/livez',
  '/metrics',
  '/openapi/v3',
  '/readyz',
  '/version',
];

export function paths(options: PathOptions): (request: ApiRequest) => Answer | undefined {
  const fixed: Readonly<Record<string, () => Answer>> = {
    '/': () => jsonAnswer(200, { paths: ROOTS }),
    '/version': () => jsonAnswer(200, VERSION),
    '/metrics': () => ({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: Buffer.from(options.metrics.render()),
    }),
    '/openid/v1/jwks': () => typed(jsonAnswer(200, options.keys), 'application/jwk-set+json'),
    '/.well-known/openid-configuration': () =>
      jsonAnswer(200, {
        issuer: options.issuer,
        jwks_uri: `${options.issuer}/openid/v1/jwks`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
      }),
  };
  return (request) => {
    const { path } = request;
    const known = Object.hasOwn(fixed, path) || Object.hasOwn(fixed, path.replace(/\/$/, ''));
    if (known && request.method !== 'GET' && request.method !== 'HEAD')
      throw methodNotAllowed({ resource: '' }, request.method.toLowerCase());
    if (known) return (fixed[path] ?? fixed[path.replace(/\/$/, '')]!)();
    return options.health.answer(request) ?? options.documents.answer(request);
  };
}

const typed = (answer: Answer, contentType: string): Answer => ({
  ...answer,
  headers: { ...answer.headers, 'content-type': contentType },
});
