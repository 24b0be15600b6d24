// /healthz, /livez and /readyz, and their single checks such as /readyz/ping. Reasons of failures are shown only for single
// checks. Called by paths.ts. Upstream: staging/src/k8s.io/apiserver/pkg/server/healthz/healthz.go.
import { pageNotFound } from '../../api/status/status-error.ts';
import { textAnswer } from '../handlers/answers/answers.ts';
import type { Answer, ApiRequest } from '../request.ts';

/** Returns why the check fails; undefined if it succeeds. */
export type Check = () => string | undefined;
export type Checks = Readonly<Record<string, Check>>;

export class Health {
  readonly #endpoints: Readonly<Record<string, Checks>>;

  constructor(endpoints: Readonly<Record<string, Checks>>) {
    this.#endpoints = endpoints;
  }

  answer({ path, query }: ApiRequest): Answer | undefined {
    const [, endpoint = '', name, ...more] = path.split('/');
    const checks = Object.hasOwn(this.#endpoints, endpoint) ? this.#endpoints[endpoint]! : undefined;
    if (!checks || more.length > 0) return undefined;
    if (name) return one(checks, name);
    return all(endpoint, checks, query);
  }
}

function one(checks: Checks, name: string): Answer {
  const check = checks[name];
  if (!check) throw pageNotFound();
  const failure = check();
  return failure === undefined
    ? textAnswer(200, 'ok')
    : textAnswer(500, `internal server error: ${failure}\n`);
}

function all(endpoint: string, checks: Checks, query: URLSearchParams): Answer {
  const excluded = new Set(query.getAll('exclude'));
  let text = '';
  let failed = false;
  for (const [name, check] of Object.entries(checks)) {
    if (excluded.has(name)) {
      text += `[+]${name} excluded: ok\n`;
      continue;
    }
    const failure = check();
    failed ||= failure !== undefined;
    text += failure === undefined ? `[+]${name} ok\n` : `[-]${name} failed: reason withheld\n`;
  }
  if (failed) return textAnswer(500, `${text}${endpoint} check failed\n`);
  return textAnswer(200, query.has('verbose') ? `${text}${endpoint} check passed\n` : 'ok');
}
