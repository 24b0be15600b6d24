// Static bearer tokens (--token-auth-file). A token is found by its digest: how long that takes depends on nothing that a caller
// could vary to come nearer to a token. Called by authenticator.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/authentication/token/tokenfile.
import type { User } from '../../request.ts';
import { digestOf } from './constant-time.ts';
import { type Authenticated, forServer, type TokenAuthenticator } from './token-authenticator.ts';

export class StaticTokens implements TokenAuthenticator {
  readonly #users = new Map<string, User>();
  readonly #audiences: readonly string[];

  /** `audiences` are the API server's. */
  constructor(users: Iterable<readonly [token: string, user: User]>, audiences: readonly string[]) {
    this.#audiences = audiences;
    for (const [token, user] of users) this.#users.set(keyOf(token), user);
  }

  authenticate(token: string, audiences: readonly string[]): Authenticated | undefined {
    const user = this.#users.get(keyOf(token));
    return user && forServer(user, this.#audiences, audiences);
  }
}

const keyOf = (token: string): string => digestOf(token).toString('base64');
