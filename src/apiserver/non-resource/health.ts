// /healthz, /livez and /readyz, and their single checks such as /readyz/ping. Reasons of failures are shown only for single
// checks. Called by paths.ts. Upstream: staging/src/k8s.io/apiserver/pkg/server/healthz/healthz.go.
import { pageNotFound } from '../../api/status/status-error.ts';
import { HealthMetrics } from '../../api/zpages/health-metrics.ts';
import { own } from '../../kit/own.ts';
import { textAnswer } from '../handlers/answers/answers.ts';
import type { Answer, ApiRequest } from '../request.ts';

/** Returns why the check fails; undefined if it succeeds; a note if it succeeds and something is to be said. */
export type Check = () => string | { readonly note: string } | undefined;
export type Checks = Readonly<Record<string, Check>>;

export class Health {
  readonly metrics = new HealthMetrics();
  readonly #endpoints: Readonly<Record<string, Checks>>;

  constructor(endpoints: Readonly<Record<string, Checks>>) {
    this.#endpoints = endpoints;
  }

  answer({ path, query }: ApiRequest): Answer | undefined {
    const [, endpoint = '', ...names] = path.split('/');
    const checks = own(this.#endpoints, endpoint);
    if (!checks) return undefined;
    const name = names.join('/');
    return name ? one(checks, name) : this.#all(endpoint, checks, query);
  }

  #all(endpoint: string, checks: Checks, query: URLSearchParams): Answer {
    const excluded = new Set(query.getAll('exclude'));
    let text = '';
    let failed = false;
    for (const [name, check] of Object.entries(checks)) {
      if (excluded.delete(name)) {
        text += `[+]${name} excluded: ok\n`;
        continue;
      }
      const failure = check();
      const healthy = typeof failure !== 'string';
      this.metrics.observe(endpoint, name, healthy);
      failed ||= !healthy;
      if (!healthy) text += `[-]${name} failed: reason withheld\n`;
      else text += failure ? `[+]${name} ok: ${failure.note}\n` : `[+]${name} ok\n`;
    }
    if (excluded.size > 0) text += unknown([...excluded]);
    if (failed) return textAnswer(500, `${text}${endpoint} check failed\n`);
    return textAnswer(200, query.has('verbose') ? `${text}${endpoint} check passed\n` : 'ok');
  }
}

const unknown = (names: readonly string[]): string => {
  const shown = names.toSorted().map((name) => JSON.stringify(name));
  return `warn: some health checks cannot be excluded: no matches for ${shown.join(',')}\n`;
};

function one(checks: Checks, name: string): Answer {
  const check = own(checks, name);
  if (!check) throw pageNotFound();
  const failure = check();
  return typeof failure !== 'string'
    ? textAnswer(200, 'ok')
    : textAnswer(500, `internal server error: ${failure}\n`);
}
