// An OpenID provider: finds where its keys are, fetches them, and again when a token was signed with a key that is not known.
// Called by issuer.ts. Upstream: github.com/coreos/go-oidc (oidc.go, jwks.go).
import type { Clock, Timer } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { getDocument } from '../../remote/get.ts';
import type { IssuerKey } from './json-web-token.ts';
import { parseKeySet } from './key-set.ts';
import type { JwtMetrics } from './metrics.ts';

export interface ProviderOptions {
  readonly issuer: string;
  /** In place of the usual document below the issuer's URL. */
  readonly discoveryURL?: string;
  /** PEM; the system's authorities without it. */
  readonly certificateAuthority?: string;
  readonly metrics: JwtMetrics;
  readonly clock: Clock;
  readonly log: Logger;
}

const DOCUMENT = '/.well-known/openid-configuration';
/** Milliseconds between attempts to find the provider, as upstream. */
const RETRY = 10_000;
/** Milliseconds for which keys count as the newest: whoever sends tokens with unknown keys does not make this server fetch more
 *  often. */
const FRESH = 1_000;
/** Milliseconds after which keys are fetched again though all tokens verify: a key that was withdrawn must end. */
const OLD = 3_600_000;

export class Provider {
  readonly #options: ProviderOptions;
  readonly #stop = new AbortController();
  #retry: Timer | undefined;
  #keysUrl: string | undefined;
  #keys: readonly IssuerKey[] = [];
  /** On the monotonic clock. */
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;
  /** Why tokens cannot be verified yet; undefined once they can. */
  problem: string | undefined;
  /** Resolves at the end of the first attempt. */
  readonly tried: Promise<void>;

  constructor(options: ProviderOptions) {
    this.#options = options;
    this.problem = `oidc: authenticator for issuer ${JSON.stringify(options.issuer)} is not initialized`;
    this.tried = this.#discover();
  }

  close(): void {
    this.#stop.abort();
    this.#retry?.cancel();
  }

  /** The keys as they are known. */
  get keys(): readonly IssuerKey[] {
    if (this.#age > OLD) this.newestKeys().catch(() => {});
    return this.#keys;
  }

  /** The keys as the provider shows them now, or has within the last second. */
  async newestKeys(): Promise<readonly IssuerKey[]> {
    if (this.#age >= FRESH) {
      this.#fetching ??= this.#fetchKeys().finally(() => {
        this.#fetching = undefined;
      });
      await this.#fetching;
    }
    return this.#keys;
  }

  get #age(): number {
    return this.#options.clock.monotonic() - this.#fetchedAt;
  }

  async #discover(): Promise<void> {
    const { issuer, clock, log } = this.#options;
    try {
      this.#keysUrl = await this.#findKeys();
      await this.newestKeys();
      this.problem = undefined;
      return;
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.problem = messageOf(error);
      log.error('OpenID provider', { issuer, error: this.problem });
      this.#retry = clock.after(RETRY, () => void this.#discover());
    }
  }

  async #findKeys(): Promise<string> {
    const { issuer, discoveryURL } = this.#options;
    const found = documentOf(await this.#get(discoveryURL ?? withoutSlash(issuer) + DOCUMENT));
    if (found.issuer !== issuer)
      throw new Error(
        `oidc: issuer did not match the issuer returned by provider, expected ${JSON.stringify(issuer)} got ${JSON.stringify(String(found.issuer).slice(0, 200))}`,
      );
    const { jwks_uri: keys } = found;
    if (typeof keys !== 'string' || !keys) throw new Error('provider did not return JWKS URL');
    return keys;
  }

  async #fetchKeys(): Promise<void> {
    const { issuer, metrics, clock } = this.#options;
    try {
      const text = await this.#get(this.#keysUrl!);
      this.#keys = parseKeySet(text);
      metrics.fetchedKeys(issuer, text, clock.now());
    } catch (error) {
      metrics.failedToFetchKeys(issuer, clock.now());
      throw new Error(`fetching keys ${messageOf(error)}`, { cause: error });
    } finally {
      // Also after a failure: a provider that is down is not asked again for each token.
      this.#fetchedAt = clock.monotonic();
    }
  }

  #get(url: string): Promise<string> {
    const { certificateAuthority: ca, clock } = this.#options;
    return getDocument(url, { ...(ca && { ca }), clock, signal: this.#stop.signal });
  }
}

const withoutSlash = (url: string): string => (url.endsWith('/') ? url.slice(0, -1) : url);

function documentOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // The parser's message would show parts of the answer.
  }
  throw new Error('oidc: failed to decode provider discovery object');
}
