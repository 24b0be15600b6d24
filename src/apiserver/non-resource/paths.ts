// Requests for non-resource paths: discovery and OpenAPI, health, version, metrics, the service account issuer's keys.
// Called by the request pipeline, after authorization.
import { BUILD } from '../../api/meta/v1/version.ts';
import { methodNotAllowed } from '../../api/status/status-error.ts';
import type { PageAnswer } from '../../api/zpages/zpage.ts';
import { jsonAnswer, textAnswer } from '../handlers/answers/answers.ts';
import type { RequestMetrics } from '../http/request-metrics.ts';
import type { Eventual } from '../registry/eventual.ts';
import { type Answer, type ApiRequest, header, type User } from '../request.ts';
import type { Documents } from './documents.ts';
import type { Health } from './health.ts';

export interface PathOptions {
  readonly documents: Documents;
  readonly health: Health;
  readonly metrics: Pick<RequestMetrics, 'render'>;
  /** Plain text, by path; upstream does not list these in its index either. */
  readonly dumps: ReadonlyMap<string, (query: URLSearchParams) => string>;
  readonly page: (path: string, accept: string | undefined) => PageAnswer | undefined;
  readonly issuer: { readonly url: string; readonly keysUrl: string };
  /** Seconds for which both may be kept. */
  readonly keysMaxAge: () => number;
  /** The JSON web key set. */
  readonly keys: () => { readonly keys: readonly { readonly alg: string }[] };
  /** Why a pod has no node. */
  readonly why: (request: ApiRequest, user: User) => Eventual<Answer> | undefined;
}

export const VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  ...BUILD,
};

export const ROOTS = [
  '/api',
  '/api/v1',
  '/apis',
  '/healthz',
  '/livez',
  '/metrics',
  '/metrics/slis',
  '/openapi/v3',
  '/readyz',
  '/version',
];

export function paths(
  options: PathOptions,
): (request: ApiRequest, user: User) => Eventual<Answer> | undefined {
  const fixed: Readonly<Record<string, () => Answer>> = {
    '/': () => jsonAnswer(200, { paths: ROOTS }),
    '/version': () => jsonAnswer(200, VERSION),
    '/metrics': () => ({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: Buffer.from(options.metrics.render()),
    }),
    '/metrics/slis': () => ({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: Buffer.from(options.health.metrics.render()),
    }),
    '/openid/v1/jwks': () =>
      kept(jsonAnswer(200, options.keys()), options.keysMaxAge(), 'application/jwk-set+json'),
    '/.well-known/openid-configuration': () =>
      kept(jsonAnswer(200, issuerDocument(options)), options.keysMaxAge()),
  };
  return (request, user) => {
    const { path } = request;
    const known = Object.hasOwn(fixed, path) || Object.hasOwn(fixed, path.replace(/\/$/, ''));
    if (known && request.method !== 'GET' && request.method !== 'HEAD')
      throw methodNotAllowed({ resource: '' }, request.method.toLowerCase());
    if (known) return (fixed[path] ?? fixed[path.replace(/\/$/, '')]!)();
    const dump = options.dumps.get(path);
    if (dump) return textAnswer(200, dump(request.query));
    const page = options.page(path, header(request.headers, 'accept'));
    if (page) return { ...page, body: Buffer.from(page.body) };
    return options.health.answer(request) ?? options.why(request, user) ?? options.documents.answer(request);
  };
}

const issuerDocument = ({ issuer, keys }: PathOptions) => ({
  issuer: issuer.url,
  jwks_uri: issuer.keysUrl,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: [...new Set(keys().keys.map(({ alg }) => alg))],
});

const kept = (answer: Answer, seconds: number, contentType = 'application/json'): Answer => ({
  ...answer,
  headers: { ...answer.headers, 'content-type': contentType, 'cache-control': `public, max-age=${seconds}` },
});
