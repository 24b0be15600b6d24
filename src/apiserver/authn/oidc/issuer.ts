// Authenticates the tokens of one issuer: their signature, times and audience, then the user that their claims make.
// Made by jwt-authenticator.ts. Upstream: plugin/pkg/authenticator/token/oidc/oidc.go of k8s.io/apiserver.
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import { andThen, type Eventual } from '../../registry/eventual.ts';
import type { User } from '../../request.ts';
import { TokenError } from '../tokens/token-authenticator.ts';
import { DistributedClaims } from './distributed-claims.ts';
import { issuerOf, type ReadToken } from './json-web-token.ts';
import { userOf } from './mapping.ts';
import type { JwtMetrics } from './metrics.ts';
import { Provider } from './provider.ts';
import type { JwtSettings } from './settings.ts';
import { verify } from './verification.ts';

export interface IssuerOptions {
  readonly settings: JwtSettings;
  /** Those that tokens may have. */
  readonly algorithms: readonly string[];
  readonly metrics: JwtMetrics;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface IssuedTo {
  readonly user: User;
  /** Seconds since the epoch. */
  readonly expires: number;
}

export class Issuer {
  readonly #options: IssuerOptions;
  readonly provider: Provider;
  /** Of the claim with the groups, as upstream. */
  readonly #distributed: DistributedClaims | undefined;

  constructor(options: IssuerOptions) {
    const { settings, metrics, clock, log } = options;
    this.#options = options;
    this.provider = new Provider({ ...settings, metrics, clock, log });
    const { groups } = settings;
    if (groups && 'claim' in groups)
      this.#distributed = new DistributedClaims({ ...options, claim: groups.claim, own: this.provider });
  }

  /** Why it cannot authenticate anybody now. */
  get problem(): string | undefined {
    const { problem } = this.provider;
    const { issuer } = this.#options.settings;
    return problem && `oidc: authenticator for issuer ${JSON.stringify(issuer)} is not healthy: ${problem}`;
  }

  close(): void {
    this.provider.close();
    this.#distributed?.close();
  }

  issued({ claims }: ReadToken): boolean {
    return issuerOf(claims) === this.#options.settings.issuer;
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
    const { settings, algorithms, clock } = this.#options;
    const terms = { audiences: settings.audiences, algorithms, clock, during: 'oidc: verify token' };
    return andThen(verify(token, provider, terms), (expires) =>
      andThen(this.#distributed?.expanded(token.claims) ?? token.claims, (claims) => ({
        user: userOf(settings, claims),
        expires,
      })),
    );
  }
}
