// Authenticates the tokens of one issuer: their signature, times and audience, then the user that their claims make.
// Made by jwt-authenticator.ts. Upstream: plugin/pkg/authenticator/token/oidc/oidc.go of k8s.io/apiserver.
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { Eventual } from '../../registry/eventual.ts';
import type { User } from '../../request.ts';
import { TokenError } from '../tokens/token-authenticator.ts';
import { type Claims, isSignedBy, type ReadToken } from './json-web-token.ts';
import { userOf } from './mapping.ts';
import type { JwtMetrics } from './metrics.ts';
import { Provider } from './provider.ts';
import type { JwtSettings } from './settings.ts';

export interface IssuerOptions {
  readonly settings: JwtSettings;
  /** Those that tokens may have. */
  readonly algorithms: readonly string[];
  readonly metrics: JwtMetrics;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Seconds by which the issuer's clock may be ahead, as upstream. */
const LEEWAY = 60;

export interface IssuedTo {
  readonly user: User;
  /** Seconds since the epoch. */
  readonly expires: number;
}

export class Issuer {
  readonly #options: IssuerOptions;
  readonly provider: Provider;

  constructor(options: IssuerOptions) {
    const { settings, metrics, clock, log } = options;
    this.#options = options;
    this.provider = new Provider({ ...settings, metrics, clock, log });
  }

  /** Why it cannot authenticate anybody now. */
  get problem(): string | undefined {
    const { problem } = this.provider;
    const { issuer } = this.#options.settings;
    return problem && `oidc: authenticator for issuer ${JSON.stringify(issuer)} is not healthy: ${problem}`;
  }

  close(): void {
    this.provider.close();
  }

  issued({ claims }: ReadToken): boolean {
    const { issuer } = this.#options.settings;
    return claims.iss === issuer || (claims.iss === GOOGLE && issuer === `https://${GOOGLE}`);
  }

  /** Of a token that it has issued. Throws or rejects, in upstream's words, if it is not valid. */
  authenticate(token: ReadToken): Eventual<IssuedTo> {
    const { settings, metrics, clock } = this.#options;
    const started = clock.monotonic();
    const ended = (done: boolean) =>
      metrics.authenticated(settings.issuer, done, clock.monotonic() - started);
    try {
      const issued = this.#verified(token);
      if (!(issued instanceof Promise)) {
        ended(true);
        return issued;
      }
      return issued.then(
        (later) => {
          ended(true);
          return later;
        },
        (error) => {
          ended(false);
          throw error;
        },
      );
    } catch (error) {
      ended(false);
      throw error;
    }
  }

  #verified(token: ReadToken): Eventual<IssuedTo> {
    const { provider } = this;
    if (provider.problem) throw new TokenError('oidc: authenticator not initialized');
    const expires = this.#checkTerms(token);
    const made = (): IssuedTo => ({ user: userOf(this.#options.settings, token.claims), expires });
    if (isSignedBy(token, provider.keys)) return made();
    return provider.newestKeys().then(
      (keys) => {
        if (!isSignedBy(token, keys))
          throw unverified('failed to verify signature: failed to verify id token signature');
        return made();
      },
      (error) => {
        throw unverified(`failed to verify signature: ${error instanceof Error ? error.message : error}`);
      },
    );
  }

  /** When it expires, in seconds. These checks come before that of the signature, as upstream: they cost less. */
  #checkTerms({ claims, algorithm }: ReadToken): number {
    const { settings, algorithms, clock } = this.#options;
    const { audiences } = settings;
    const own = audiencesOf(claims);
    if (!audiences.some((one) => own.includes(one)))
      throw unverified(`oidc: expected audience in ${listed(audiences)}`, ` got ${listed(own)}`);
    const now = clock.now() / 1000;
    const { exp, nbf } = claims;
    if (typeof exp !== 'number' || exp < now)
      throw unverified(`oidc: token is expired (Token Expiry: ${shownTime(exp)})`);
    if (typeof nbf === 'number' && now + LEEWAY < nbf)
      throw unverified(
        `oidc: current time ${shownTime(now)} before the nbf (not before) time: ${shownTime(nbf)}`,
      );
    if (!algorithms.includes(algorithm))
      throw unverified(
        `oidc: id token signed with unsupported algorithm, expected ${listed(algorithms)}`,
        ` got ${JSON.stringify(algorithm.slice(0, 20))}`,
      );
    return exp;
  }
}

const GOOGLE = 'accounts.google.com';

const unverified = (why: string, detail?: string): TokenError =>
  new TokenError(`oidc: verify token: ${why}`, detail);

/** Shown in messages: the texts come from tokens that nobody has verified. */
const MOST_SHOWN = 5;
const listed = (texts: readonly string[]): string =>
  `[${texts
    .slice(0, MOST_SHOWN)
    .map((one) => JSON.stringify(one.slice(0, 200)))
    .join(' ')}]`;

function audiencesOf({ aud }: Claims): string[] {
  const list: unknown[] = Array.isArray(aud) ? aud : [aud];
  return list.filter((one) => typeof one === 'string');
}

const LAST = 8.64e12;
const shownTime = (seconds: unknown): string =>
  typeof seconds === 'number' && Math.abs(seconds) < LAST ? new Date(seconds * 1000).toISOString() : 'none';
