// Bootstrap tokens: Secrets in kube-system with which new nodes begin. What a Secret says of its token, for the authenticator and for
// the controllers that sign with tokens and delete old ones.
// Upstream: staging/src/k8s.io/cluster-bootstrap/{token/api,util/secrets}.
import type { Secret } from '../kinds/core/v1/secret.ts';

export const BOOTSTRAP_TOKEN = 'bootstrap.kubernetes.io/token';
export const TOKEN_NAMESPACE = 'kube-system';
const NAME_PREFIX = 'bootstrap-token-';
const DEFAULT_GROUP = 'system:bootstrappers';

export interface TokenText {
  readonly id: string;
  readonly secret: string;
}

/** Undefined if the text has not the form of a bootstrap token. */
export function bootstrapTokenOf(text: string): TokenText | undefined {
  const [, id, secret] = /^([a-z0-9]{6})\.([a-z0-9]{16})$/.exec(text) ?? [];
  return id && secret ? { id, secret } : undefined;
}

export const secretNameOf = (id: string): string => `${NAME_PREFIX}${id}`;

/** A value of the Secret; empty if there is none. */
export function dataOf({ data }: Secret, key: string): string {
  const value = data && Object.hasOwn(data, key) ? data[key] : undefined;
  return value ? Buffer.from(value, 'base64').toString() : '';
}

/** Milliseconds since the epoch; undefined if it never expires, 0 if its time cannot be read. */
export function expiryOf(secret: Secret): number | undefined {
  const text = dataOf(secret, 'expiration');
  if (!text) return undefined;
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text);
  const time = isTime ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? 0 : time;
}

export const hasExpired = (secret: Secret, now: number): boolean =>
  (expiryOf(secret) ?? Number.POSITIVE_INFINITY) <= now;

export const isBootstrapGroup = (group: string): boolean =>
  /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/.test(group);

/** Sorted; undefined if one of them is not allowed. */
export function groupsOf(secret: Secret): string[] | undefined {
  const extra = dataOf(secret, 'auth-extra-groups');
  const groups = extra ? extra.split(',') : [];
  if (!groups.every(isBootstrapGroup)) return undefined;
  return [...new Set([DEFAULT_GROUP, ...groups])].sort();
}

/** The token of a Secret that may be used so; undefined if it may not, or is not of the right form. */
export function usableToken(
  secret: Secret,
  usage: 'authentication' | 'signing',
  now: number,
): TokenText | undefined {
  const [id, value] = [dataOf(secret, 'token-id'), dataOf(secret, 'token-secret')];
  const isGood =
    secret.type === BOOTSTRAP_TOKEN &&
    id !== '' &&
    value !== '' &&
    secret.metadata.name === secretNameOf(id) &&
    !hasExpired(secret, now) &&
    dataOf(secret, `usage-bootstrap-${usage}`) === 'true';
  return isGood ? { id, secret: value } : undefined;
}
