// Metrics of JSON Web Tokens of other issuers, with upstream's names (plugin/pkg/authenticator/token/oidc/metrics.go of
// k8s.io/apiserver). Used by provider.ts and issuer.ts.
import { Metrics, type Sample } from '../../../kit/metrics.ts';
import { hashOf, serverLabel } from '../../configuration/reloaded-file.ts';

/** Seconds, as upstream. */
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PREFIX = 'apiserver_authentication_jwt_authenticator';

interface Fetches {
  success?: number;
  failure?: number;
  hash?: string;
}

export class JwtMetrics extends Metrics {
  readonly #latency = this.registry.histogram(
    `${PREFIX}_latency_seconds`,
    'Latency of jwt authentication operations in seconds. This is the time spent authenticating a token for cache miss only (i.e. when the token is not found in the cache).',
    BUCKETS,
  );
  #server = serverLabel('');
  /** By issuer. */
  readonly #fetches = new Map<string, Fetches>();

  constructor() {
    super();
    this.registry.computed(
      `${PREFIX}_jwks_fetch_last_timestamp_seconds`,
      'gauge',
      'Timestamp of the last successful or failed JWKS fetch split by result, api server identity and jwt issuer for the JWT authenticator.',
      () => this.#times(),
    );
    this.registry.computed(
      `${PREFIX}_jwks_fetch_last_key_set_info`,
      'gauge',
      'Information about the last JWKS fetched by the JWT authenticator with hash as label, split by api server identity and jwt issuer.',
      () => this.#keySets(),
    );
  }

  authenticated(issuer: string, done: boolean, ms: number): void {
    const result = done ? 'success' : 'failure';
    this.#latency.observe({ result, jwt_issuer_hash: hashOf(issuer) }, ms / 1000);
  }

  fetchedKeys(issuer: string, keySet: string, now: number): void {
    Object.assign(this.#of(issuer), { success: now / 1000, hash: hashOf(keySet) });
  }

  failedToFetchKeys(issuer: string, now: number): void {
    this.#of(issuer).failure = now / 1000;
  }

  /** Of issuers that are no longer configured. */
  keepOnly(issuers: readonly string[]): void {
    for (const issuer of this.#fetches.keys()) if (!issuers.includes(issuer)) this.#fetches.delete(issuer);
  }

  renderFor(serverId: string): string {
    this.#server = serverLabel(serverId);
    return this.render();
  }

  #labelsOf(issuer: string) {
    return { jwt_issuer_hash: hashOf(issuer), ...this.#server };
  }

  *#times(): Generator<Sample> {
    for (const [issuer, fetches] of this.#fetches)
      for (const result of ['success', 'failure'] as const)
        if (fetches[result] !== undefined) yield [{ result, ...this.#labelsOf(issuer) }, fetches[result]];
  }

  *#keySets(): Generator<Sample> {
    for (const [issuer, { hash }] of this.#fetches) if (hash) yield [{ ...this.#labelsOf(issuer), hash }, 1];
  }

  #of(issuer: string): Fetches {
    const found = this.#fetches.get(issuer) ?? {};
    this.#fetches.set(issuer, found);
    return found;
  }
}
