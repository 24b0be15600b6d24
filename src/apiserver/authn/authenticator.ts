// Authenticates a request by client certificate or bearer token; without either, the user is anonymous. Called once per
// request by the request pipeline. Verified certificates are cached per connection, verified tokens by their text; whether
// a token is still valid is checked on every request.
import type { TLSSocket } from 'node:tls';
import { unauthorized } from '../../api/status/status-error.ts';
import type { User } from '../request.ts';
import { type TokenAuthority, type Verified, verifyToken } from './service-account-tokens.ts';

export const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

export interface AuthenticatorOptions {
  readonly tokens: TokenAuthority;
  /** --api-audiences; the issuer by default. */
  readonly audiences?: readonly string[];
  /** Users by static token. */
  readonly staticTokens?: ReadonlyMap<string, User>;
  /** --anonymous-auth: false refuses requests without credentials. */
  readonly anonymous?: boolean;
}

/** What is cached for one connection. */
interface Caller {
  /** The user of the verified client certificate. */
  readonly certified: User | null;
  /** The last Authorization header with a valid token, and the token's claims. */
  authorization: string | undefined;
  bearer: Verified | undefined;
}

/** The cache is cleared when it is full. */
const MAX_CACHED_TOKENS = 10_000;

export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #audiences: readonly string[];
  readonly #callers = new WeakMap<TLSSocket, Caller>();
  readonly #byToken = new Map<string, Verified>();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#audiences = options.audiences ?? [options.tokens.issuer];
  }

  get audiences(): readonly string[] {
    return this.#audiences;
  }

  /** Throws a 401 for an invalid token; without credentials the user is system:anonymous. */
  authenticate(socket: TLSSocket | undefined, authorization: string | undefined): User {
    const caller = socket && this.#caller(socket);
    if (caller?.certified) return caller.certified;
    if (authorization && authorization === caller?.authorization && caller.bearer!.holds())
      return caller.bearer!.user;
    const [scheme, token] = authorization?.split(' ') ?? [];
    if (scheme?.toLowerCase() !== 'bearer' || !token) return this.#anonymous();
    const user = this.token(token, this.#audiences);
    if (!user) throw unauthorized();
    if (caller) {
      caller.bearer = this.#byToken.get(token);
      caller.authorization = caller.bearer && authorization;
    }
    return user.user;
  }

  #anonymous(): User {
    if (this.#options.anonymous === false) throw unauthorized();
    return ANONYMOUS;
  }

  /** The user of a token that is valid for one of `audiences`; undefined otherwise. */
  token(
    token: string,
    audiences: readonly string[],
  ): { user: User; audiences: readonly string[] } | undefined {
    const known = this.#options.staticTokens?.get(token);
    if (known) return { user: known, audiences };
    const verified = this.#verified(token);
    if (!verified?.holds()) return undefined;
    const common = verified.audiences.filter((audience) => audiences.includes(audience));
    return common.length > 0 ? { user: verified.user, audiences: common } : undefined;
  }

  #verified(token: string): Verified | undefined {
    const known = this.#byToken.get(token);
    if (known) return known;
    const verified = verifyToken(this.#options.tokens, token);
    if (!verified) return undefined;
    if (this.#byToken.size >= MAX_CACHED_TOKENS) this.#byToken.clear();
    this.#byToken.set(token, verified);
    return verified;
  }

  #caller(socket: TLSSocket): Caller {
    let caller = this.#callers.get(socket);
    if (!caller) {
      const certified = socket.authorized ? certificateUser(socket) : null;
      caller = { certified, authorization: undefined, bearer: undefined };
      this.#callers.set(socket, caller);
    }
    return caller;
  }
}

/** The common name is the user name, the organizations are the groups. */
function certificateUser(socket: TLSSocket): User | null {
  const { subject, fingerprint256 } = socket.getPeerCertificate();
  const [name] = listOf(subject?.CN);
  if (!name) return null;
  const id = `X509SHA256=${fingerprint256.replaceAll(':', '').toLowerCase()}`;
  return {
    name,
    groups: [...listOf(subject.O), 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': [id] },
  };
}

/** Node returns an array for an attribute that occurs several times, contrary to the declared type. */
const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && one !== '');
