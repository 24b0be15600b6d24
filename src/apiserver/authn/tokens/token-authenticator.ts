// The interface of what authenticates bearer tokens besides service accounts. Asked by authenticator.ts, in order.
// Upstream: staging/src/k8s.io/apiserver/pkg/authentication/authenticator.
import type { Eventual } from '../../registry/eventual.ts';
import type { User } from '../../request.ts';

export interface Authenticated {
  readonly user: User;
  /** Those of the token among the audiences that were asked for. */
  readonly audiences: readonly string[];
}

/** Why a token is not valid, or why that cannot be found out. */
export class TokenError extends Error {
  /** For the log: the message without anything that the token says. */
  readonly shown: string;

  constructor(shown: string, detail = '') {
    super(shown + detail);
    this.shown = shown;
  }
}

export interface TokenAuthenticator {
  /** Undefined if the token is not of its kind, or unknown. Throws or rejects with a
   *  TokenError if it is not valid, or if that cannot be found out. */
  authenticate(token: string, audiences: readonly string[]): Eventual<Authenticated | undefined>;
}

/** Of tokens that are for the API server, whatever audience they are asked for. */
export function forServer(
  user: User,
  own: readonly string[],
  wanted: readonly string[],
): Authenticated | undefined {
  const audiences = own.filter((one) => wanted.includes(one));
  return audiences.length > 0 ? { user: withGroup(user), audiences } : undefined;
}

const EVERYBODY = 'system:authenticated';
const NOBODY = 'system:unauthenticated';

/** Who is authenticated is in a group that says so. */
export const withGroup = (user: User): User =>
  user.groups.includes(EVERYBODY) || user.groups.includes(NOBODY) || user.name === 'system:anonymous'
    ? user
    : { ...user, groups: [...user.groups, EVERYBODY] };
