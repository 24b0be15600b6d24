// Verifies a token of an issuer: audience, times, algorithm, then the signature by the provider's keys. Called by issuer.ts and
// distributed-claims.ts. Upstream: github.com/coreos/go-oidc (verify.go).
import type { Clock } from '../../../kit/clock.ts';
import type { Eventual } from '../../registry/eventual.ts';
import { TokenError } from '../tokens/token-authenticator.ts';
import { type Claims, isSignedBy, type ReadToken } from './json-web-token.ts';
import type { Provider } from './provider.ts';

export interface Terms {
  /** One of them must be the token's. */
  readonly audiences: readonly string[];
  readonly algorithms: readonly string[];
  readonly clock: Clock;
  /** What errors begin with. */
  readonly during: string;
}

/** Seconds by which the issuer's clock may be ahead, as upstream. */
const LEEWAY = 60;

/** When it expires, in seconds since the epoch. Throws or rejects with a TokenError if it is not valid. */
export function verify(token: ReadToken, provider: Provider, terms: Terms): Eventual<number> {
  const expires = checkTerms(token, terms);
  if (isSignedBy(token, provider.keys)) return expires;
  const failed = (why: string) => new TokenError(`${terms.during}: failed to verify signature: ${why}`);
  return provider.newestKeys().then(
    (keys) => {
      if (!isSignedBy(token, keys)) throw failed('failed to verify id token signature');
      return expires;
    },
    (error) => {
      throw failed(error instanceof Error ? error.message : String(error));
    },
  );
}

/** When it expires. These checks come before that of the signature, as upstream: they cost less. */
function checkTerms({ claims, algorithm }: ReadToken, terms: Terms): number {
  const { audiences, algorithms, clock, during } = terms;
  const failure = (why: string, detail?: string) => new TokenError(`${during}: ${why}`, detail);
  const own = audiencesOf(claims);
  if (!audiences.some((one) => own.includes(one)))
    throw failure(`oidc: expected audience in ${listed(audiences)}`, ` got ${listed(own)}`);
  const now = clock.now() / 1000;
  const { exp, nbf } = claims;
  if (typeof exp !== 'number' || exp < now)
    throw failure(`oidc: token is expired (Token Expiry: ${shownTime(exp)})`);
  if (typeof nbf === 'number' && now + LEEWAY < nbf)
    throw failure(`oidc: current time ${shownTime(now)} before the nbf (not before) time: ${shownTime(nbf)}`);
  if (!algorithms.includes(algorithm))
    throw failure(
      `oidc: id token signed with unsupported algorithm, expected ${listed(algorithms)}`,
      ` got ${JSON.stringify(algorithm.slice(0, 20))}`,
    );
  return exp;
}

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
