// Authenticates a request: by a front proxy, a client certificate or a bearer token; without any of them the user is anonymous. Called
// once per request by the request pipeline. Certificates are read once per connection, verified tokens of service accounts are cached
// by their text; whether either is still valid is checked on every request.
import type { TLSSocket } from 'node:tls';
import { unauthorized } from '../../api/status/status-error.ts';
import type { Logger } from '../../kit/log.ts';
import { andThen, type Eventual } from '../registry/eventual.ts';
import { header, type User } from '../request.ts';
import { bearerOf, type Request } from './bearer.ts';
import { ClientCertificates } from './client-certificates.ts';
import type { RequestHeaders } from './request-headers.ts';
import { type TokenAuthority, type Verified, verifyToken } from './service-account-tokens.ts';
import { type Authenticated, type TokenAuthenticator, TokenError } from './tokens/token-authenticator.ts';

export const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Which requests without credentials are served; all by default. */
export interface Anonymous {
  /** --anonymous-auth */
  readonly enabled: boolean;
  /** If there are any, only these. */
  readonly paths: readonly string[];
}

export interface AuthenticatorOptions {
  readonly tokens: TokenAuthority;
  /** --api-audiences; the issuers by default. */
  readonly audiences?: readonly string[];
  /** Asked before service accounts. */
  readonly before?: readonly TokenAuthenticator[];
  /** Asked after service accounts: their tokens must not make other servers work. */
  readonly after?: readonly TokenAuthenticator[];
  readonly requestHeaders?: RequestHeaders;
  readonly anonymous?: Anonymous;
  readonly log: Logger;
}

/** What is cached for one connection. */
interface Caller {
  /** The last Authorization header with a valid token, and the token's claims. */
  authorization: string | undefined;
  bearer: Verified | undefined;
}

/** The cache is cleared when it is full. */
const MAX_CACHED_TOKENS = 10_000;

export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly audiences: readonly string[];
  /** Trusts what TLS trusts until told otherwise. */
  readonly certificates: ClientCertificates;
  readonly #callers = new WeakMap<TLSSocket, Caller>();
  readonly #byToken = new Map<string, Verified>();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.certificates = new ClientCertificates(options.tokens.clock);
    this.audiences = options.audiences ?? options.tokens.issuers;
  }

  /** Throws or rejects with a 401 for an invalid token or certificate; without credentials the user is system:anonymous. */
  authenticate(request: Request, socket: TLSSocket | undefined): Eventual<User> {
    const proxied = socket && this.#options.requestHeaders?.userOf(socket, request.headers);
    if (proxied) return proxied;
    const certified = socket && this.certificates.userOf(socket);
    if (certified && certified !== 'invalid') return certified;
    const caller = socket && this.#caller(socket);
    const authorization = header(request.headers, 'authorization');
    if (authorization && authorization === caller?.authorization && caller.bearer!.holds())
      return caller.bearer!.user;
    const bearer = bearerOf(request);
    if (bearer === 'invalid') throw unauthorized();
    if (bearer) return this.#byBearer(bearer.token, authorization, caller);
    if (certified === 'invalid') {
      const error = this.certificates.problemOnce(socket!);
      if (error) this.#options.log.warn('unable to authenticate the request', { error });
      throw unauthorized();
    }
    return this.#anonymous(request.path);
  }

  #byBearer(token: string, authorization: string | undefined, caller: Caller | undefined): Eventual<User> {
    const errors: Error[] = [];
    return andThen(this.token(token, this.audiences, errors), (found) => {
      if (!found) {
        if (errors.length > 0)
          this.#options.log.warn('unable to authenticate the request', {
            error: errors.map(shownOf).join(', '),
          });
        throw unauthorized();
      }
      if (caller) {
        caller.bearer = this.#byToken.get(token);
        caller.authorization = caller.bearer && authorization;
      }
      return found.user;
    });
  }

  #anonymous(path: string): User {
    const { enabled, paths } = this.#options.anonymous ?? { enabled: true, paths: [] };
    if (!enabled || (paths.length > 0 && !paths.includes(path))) throw unauthorized();
    return ANONYMOUS;
  }

  /** The user of a token that is valid for one of `audiences`; undefined otherwise. What went wrong is added to `errors`. Never
   *  rejects. */
  token(
    token: string,
    audiences: readonly string[],
    errors: Error[] = [],
  ): Eventual<Authenticated | undefined> {
    const { before = [], after = [] } = this.#options;
    return andThen(ask(before, token, audiences, errors), (early) =>
      andThen(
        early ?? this.#serviceAccount(token, audiences),
        (found) => found ?? ask(after, token, audiences, errors),
      ),
    );
  }

  #serviceAccount(token: string, audiences: readonly string[]): Eventual<Authenticated | undefined> {
    return andThen(this.#verified(token), (verified) => {
      if (!verified?.holds()) return undefined;
      const common = verified.audiences.filter((audience) => audiences.includes(audience));
      return common.length > 0 ? { user: verified.user, audiences: common } : undefined;
    });
  }

  #verified(token: string): Eventual<Verified | undefined> {
    const known = this.#byToken.get(token);
    if (known) return known;
    return andThen(verifyToken(this.#options.tokens, token), (verified) => {
      if (!verified) return undefined;
      if (this.#byToken.size >= MAX_CACHED_TOKENS) this.#byToken.clear();
      this.#byToken.set(token, verified);
      return verified;
    });
  }

  #caller(socket: TLSSocket): Caller {
    let caller = this.#callers.get(socket);
    if (!caller) {
      caller = { authorization: undefined, bearer: undefined };
      this.#callers.set(socket, caller);
    }
    return caller;
  }
}

const shownOf = (error: Error): string =>
  (error instanceof TokenError && error.shown) || 'the token is not valid';

/** The answer of the first that knows the token. One that fails does not keep the others from being asked. */
function ask(
  authenticators: readonly TokenAuthenticator[],
  token: string,
  audiences: readonly string[],
  errors: Error[],
): Eventual<Authenticated | undefined> {
  for (const [i, authenticator] of authenticators.entries()) {
    const failed = (error: unknown) => {
      errors.push(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    };
    let found: Eventual<Authenticated | undefined>;
    try {
      found = authenticator.authenticate(token, audiences);
    } catch (error) {
      found = failed(error);
    }
    if (found instanceof Promise)
      return found
        .catch(failed)
        .then((later) => later ?? ask(authenticators.slice(i + 1), token, audiences, errors));
    if (found) return found;
  }
  return undefined;
}
