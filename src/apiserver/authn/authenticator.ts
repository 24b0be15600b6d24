// Who is asking: a client certificate, a bearer token, or nobody. Called once per request by http/; what was found out
// about a certificate or a token is kept, so that the hot path only looks it up.
import type { TLSSocket } from 'node:tls';
import { unauthorized } from '../../api/status/status-error.ts';
import type { User } from '../request.ts';
import { type TokenAuthority, type Verified, verifyToken } from './service-account-tokens.ts';

export const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

export interface AuthenticatorOptions {
  readonly tokens: TokenAuthority;
  /** Audiences by which this server is meant; the issuer when left out. */
  readonly audiences?: readonly string[];
  /** Tokens that are good as they are. */
  readonly staticTokens?: ReadonlyMap<string, User>;
  /** False refuses requests of nobody. */
  readonly anonymous?: boolean;
}

/** Who speaks over one connection: nearly always the same one. */
interface Caller {
  readonly certified: User | null;
  /** The last header that named a good token, and whose it is. */
  authorization: string | undefined;
  bearer: Verified | undefined;
}

/** How many verified tokens are remembered. */
const REMEMBERED = 10_000;

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

  /** Throws a 401 for a token that is no good; nobody at all is the anonymous user. */
  authenticate(socket: TLSSocket | undefined, authorization: string | undefined): User {
    const caller = socket && this.#caller(socket);
    if (caller?.certified) return caller.certified;
    if (authorization && authorization === caller?.authorization && caller.bearer!.holds())
      return caller.bearer!.user;
    const [scheme, token] = authorization?.split(' ') ?? [];
    if (scheme?.toLowerCase() !== 'bearer' || !token) return this.#nobody();
    const user = this.token(token, this.#audiences);
    if (!user) throw unauthorized();
    if (caller) {
      caller.bearer = this.#byToken.get(token);
      caller.authorization = caller.bearer && authorization;
    }
    return user.user;
  }

  #nobody(): User {
    if (this.#options.anonymous === false) throw unauthorized();
    return ANONYMOUS;
  }

  /** Whose token this is, if it is good for one of `audiences`. */
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
    if (this.#byToken.size >= REMEMBERED) this.#byToken.clear();
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

/** The common name is the user, the organizations are the groups. */
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

/** An attribute that occurs several times is an array, contrary to its type. */
const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && one !== '');
