// Service account tokens: their claims, and whether a token is valid. A token is valid only while its service account, and
// the pod, secret or node that it is bound to, exist with the same uid. Called by authenticator.ts and token-request.ts.
// Upstream: pkg/serviceaccount/claims.go.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Secret } from '../../api/kinds/core/v1/secret.ts';
import type { ServiceAccount } from '../../api/kinds/core/v1/service-account.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import { andThen, type Eventual } from '../registry/eventual.ts';
import type { User } from '../request.ts';
import type { Item } from '../watch-cache/item.ts';
import { type Claims, claimedKeyId, type VerificationKey, verifySignature } from './jwt.ts';

/** The kinds that tokens can be bound to. */
export interface Bindable {
  readonly serviceaccounts: ServiceAccount;
  readonly pods: Pod;
  readonly secrets: Secret;
  readonly nodes: Node;
}

/** Finds the stored object a token is bound to. */
export type Lookup = <R extends keyof Bindable>(
  resource: R,
  namespace: string,
  name: string,
) => Item<Bindable[R]> | undefined;

export interface Named {
  readonly name: string;
  readonly uid: string;
}

export interface TokenSubject {
  readonly namespace: string;
  readonly account: Named;
  readonly pod?: Named;
  readonly node?: Named;
  readonly secret?: Named;
}

/** Signs tokens, and knows the keys that verify them, as they are now. */
export interface TokenSource {
  readonly sign: (claims: Claims) => Eventual<string>;
  readonly keys: () => readonly VerificationKey[];
  /** Those among them that are published. */
  readonly published: () => readonly VerificationKey[];
  /** Seconds for which they may be kept elsewhere. */
  readonly maxAge: () => number;
  /** Looks for a key that is not among them, if there may be more. Never rejects. */
  readonly find?: (keyId: string) => Promise<void>;
}

/** In seconds. */
export interface TokenLifetimes {
  /** --service-account-max-token-expiration; none if it is left out. */
  readonly max?: number;
  /** Of tokens in volumes that admission adds (--service-account-extend-token-expiration); as long as is asked for if it is left out. */
  readonly extended?: number;
}

export interface TokenAuthority extends TokenSource {
  /** --service-account-issuer: the first issues, tokens of all of them are accepted. */
  readonly issuers: readonly [string, ...string[]];
  readonly lifetimes: TokenLifetimes;
  readonly clock: Clock;
  readonly random: Random;
  readonly lookup: Lookup;
}

interface Private {
  readonly namespace?: string;
  readonly serviceaccount?: Named;
  readonly pod?: Named;
  readonly node?: Named;
  readonly secret?: Named;
}

export interface Validity {
  readonly audiences: readonly string[];
  readonly seconds: number;
  /** Seconds after which the client should have fetched a new token; this one stays valid longer. */
  readonly warnAfter?: number;
}

export function makeToken(
  authority: TokenAuthority,
  subject: TokenSubject,
  validity: Validity,
): Eventual<string> {
  const now = Math.floor(authority.clock.now() / 1000);
  const { namespace, account, pod, node, secret } = subject;
  return authority.sign({
    aud: validity.audiences,
    exp: now + validity.seconds,
    iat: now,
    iss: authority.issuers[0],
    jti: authority.random.uuid(),
    'kubernetes.io': {
      namespace,
      ...(node && { node: { name: node.name, uid: node.uid || undefined } }),
      ...(pod && { pod }),
      ...(secret && { secret }),
      serviceaccount: account,
      ...(validity.warnAfter !== undefined && { warnafter: now + validity.warnAfter }),
    },
    nbf: now,
    sub: `system:serviceaccount:${namespace}:${account.name}`,
  });
}

export interface Verified {
  readonly user: User;
  readonly audiences: readonly string[];
  /** Whether the token is valid now: its key, its times, and the objects it is bound to. */
  readonly holds: () => boolean;
}

/** Undefined if this issuer did not sign the token. The result may be cached, but `holds` must be called on every use. */
export function verifyToken(authority: TokenAuthority, token: string): Eventual<Verified | undefined> {
  const { find, issuers } = authority;
  const wanted = find && claimedKeyId(token, issuers);
  const isKnown = wanted === undefined || authority.keys().some(({ id }) => id === wanted);
  return andThen(isKnown ? undefined : find!(wanted), () => verifiedBy(authority, token));
}

function verifiedBy(authority: TokenAuthority, token: string): Verified | undefined {
  const verified = verifySignature(token, authority.keys());
  if (!verified || !authority.issuers.some((one) => one === verified.claims.iss)) return undefined;
  const { claims, key } = verified;
  const bound = claims['kubernetes.io'] as Private | undefined;
  if (!bound?.namespace || !bound.serviceaccount) return undefined;
  const { aud } = claims;
  return {
    user: userOf(bound.namespace, bound.serviceaccount, bound, claims),
    audiences: Array.isArray(aud) ? aud.map(String) : [String(aud)],
    holds: () => isAccepted(authority, key) && isTimely(authority.clock, claims) && isBound(authority, bound),
  };
}

/** Whether the key that signed a token has not been retired since. */
const isAccepted = (authority: TokenAuthority, key: VerificationKey): boolean =>
  authority.keys().some((one) => one === key || (one.id === key.id && one.publicKey.equals(key.publicKey)));

/** Milliseconds for which a token stays valid after its object's deletionTimestamp, and by which clocks may differ. */
const LEEWAY = 60_000;

function isTimely(clock: Clock, { exp, nbf }: Claims): boolean {
  const now = clock.now() / 1000;
  return typeof exp === 'number' && now < exp && (typeof nbf !== 'number' || now >= nbf - LEEWAY / 1000);
}

function isBound(
  { lookup, clock }: TokenAuthority,
  { namespace, serviceaccount, pod, secret, node }: Private,
): boolean {
  const is = (kind: keyof Bindable, within: string, ref: Named | undefined) => {
    if (ref === undefined) return true;
    const { uid, deletionTimestamp } = lookup(kind, within, ref.name)?.object.metadata ?? {};
    return uid === ref.uid && !(deletionTimestamp && clock.now() > Date.parse(deletionTimestamp) + LEEWAY);
  };
  return (
    is('serviceaccounts', namespace!, serviceaccount) &&
    is('pods', namespace!, pod) &&
    is('secrets', namespace!, secret) &&
    (pod !== undefined || is('nodes', '', node))
  );
}

function userOf(namespace: string, account: Named, { pod, node }: Private, { jti }: Claims): User {
  const key = (name: string) => `authentication.kubernetes.io/${name}`;
  const extra: Record<string, string[]> = {};
  if (typeof jti === 'string') extra[key('credential-id')] = [`JTI=${jti}`];
  if (node) extra[key('node-name')] = [node.name];
  if (node?.uid) extra[key('node-uid')] = [node.uid];
  if (pod) extra[key('pod-name')] = [pod.name];
  if (pod) extra[key('pod-uid')] = [pod.uid];
  return {
    name: `system:serviceaccount:${namespace}:${account.name}`,
    uid: account.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra,
  };
}
