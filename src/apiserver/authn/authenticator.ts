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

/** How many verified tokens are remembered. */
const REMEMBERED = 10_000;

export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #audiences: readonly string[];
  readonly #bySocket = new WeakMap<TLSSocket, User | null>();
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
    const certified = socket && this.#certified(socket);
    if (certified) return certified;
    const [scheme, token] = authorization?.split(' ') ?? [];
    if (scheme?.toLowerCase() !== 'bearer' || !token) return this.#nobody();
    const user = this.token(token, this.#audiences);
    if (!user) throw unauthorized();
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

  #certified(socket: TLSSocket): User | undefined {
    let user = this.#bySocket.get(socket);
    if (user === undefined) {
      user = socket.authorized ? certificateUser(socket) : null;
      this.#bySocket.set(socket, user);
    }
    return user ?? undefined;
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
