// Authenticates the tokens of all configured issuers, which may be replaced while the server runs. Verified tokens are kept for some
// seconds, as upstream. Made by configured/open-authentication.ts.
import { createHash } from 'node:crypto';
import { ExpiringCache } from '../../../kit/caches/expiring-cache.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import { NotYet } from '../../configuration/reloaded-file.ts';
import { andThen, type Eventual } from '../../registry/eventual.ts';
import { type Authenticated, forServer, type TokenAuthenticator } from '../tokens/token-authenticator.ts';
import { type IssuedTo, Issuer } from './issuer.ts';
import { readToken } from './json-web-token.ts';
import { JwtMetrics } from './metrics.ts';
import type { JwtSettings } from './settings.ts';

export interface JwtAuthenticatorOptions {
  /** Of the API server. */
  readonly audiences: readonly string[];
  readonly algorithms: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds, and tokens. */
const KEPT = 10_000;
const MOST_KEPT = 4_096;
/** Milliseconds in which a changed configuration must find all its issuers, and between looks, as upstream. */
const READY_IN = 60_000;
const LOOK_EVERY = 1_000;
/** Milliseconds after which issuers that were replaced are closed, as upstream. */
const GRACE = 60_000;

export class JwtAuthenticator implements TokenAuthenticator {
  readonly #options: JwtAuthenticatorOptions;
  readonly #metrics = new JwtMetrics();
  readonly #known: ExpiringCache<IssuedTo>;
  #issuers: readonly Issuer[] = [];

  constructor(options: JwtAuthenticatorOptions) {
    this.#options = options;
    this.#known = new ExpiringCache(options.clock, MOST_KEPT);
  }

  /** The first issuers: they are looked for until they are found. */
  start(settings: readonly JwtSettings[]): void {
    this.#issuers = settings.map((one) => this.#issuer(one));
  }

  /** Rejects, and keeps the issuers of before, if one of the new cannot be found in time. */
  async replace(settings: readonly JwtSettings[]): Promise<void> {
    const issuers = settings.map((one) => this.#issuer(one));
    const { clock } = this.#options;
    const end = clock.monotonic() + READY_IN;
    await Promise.all(issuers.map(({ provider }) => provider.tried));
    const problem = () => issuers.find((one) => one.problem)?.problem;
    while (problem() && clock.monotonic() < end) await clock.sleep(LOOK_EVERY);
    const failed = problem();
    if (failed) {
      closeAll(issuers);
      throw new NotYet(failed);
    }
    const before = this.#issuers;
    this.#issuers = issuers;
    this.#known.clear();
    this.#metrics.keepOnly(settings.map(({ issuer }) => issuer));
    // Tokens that are being verified may still need them.
    clock.after(GRACE, () => closeAll(before));
  }

  metrics(serverId: string): string {
    return this.#metrics.renderFor(serverId);
  }

  close(): void {
    closeAll(this.#issuers);
  }

  authenticate(text: string, audiences: readonly string[]): Eventual<Authenticated | undefined> {
    if (this.#issuers.length === 0) return undefined;
    const { clock, audiences: own } = this.#options;
    const key = createHash('sha256').update(text).digest('base64');
    const known = this.#known.get(key);
    if (known && known.expires > clock.now() / 1000) return forServer(known.user, own, audiences);
    const token = readToken(text);
    const issuer = token && this.#issuers.find((one) => one.issued(token));
    if (!issuer) return undefined;
    return andThen(issuer.authenticate(token), (issued) => {
      if (this.#issuers.includes(issuer)) this.#known.set(key, issued, KEPT);
      return forServer(issued.user, own, audiences);
    });
  }

  #issuer(settings: JwtSettings): Issuer {
    const { algorithms, clock, log } = this.#options;
    return new Issuer({ settings, algorithms, metrics: this.#metrics, clock, log });
  }
}

function closeAll(issuers: readonly Issuer[]): void {
  for (const one of issuers) one.close();
}
