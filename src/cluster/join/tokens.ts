// Bootstrap tokens as `tiphys token` makes, lists and deletes them: their text, their Secrets and what is allowed in them. Pure.
// Upstream: cmd/kubeadm/app/apis/bootstraptoken/v1/utils.go.

import type { Secret } from '../../api/kinds/core/v1/secret.ts';
import {
  BOOTSTRAP_TOKEN,
  bootstrapTokenOf,
  dataOf,
  isBootstrapGroup,
  secretNameOf,
  TOKEN_NAMESPACE,
  type TokenText,
} from '../../api/tokens/bootstrap-token.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import { UserError } from '../progress.ts';

export const DEFAULT_GROUP = 'system:bootstrappers:kubeadm:default-node-token';
export const DEFAULT_TTL = '24h0m0s';
const USAGES = ['signing', 'authentication'];
const USAGE_PREFIX = 'usage-bootstrap-';
const TOKEN_FORM = '\\A([a-z0-9]{6})\\.([a-z0-9]{16})\\z';
const ID_FORM = '\\A([a-z0-9]{6})\\z';
const CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

export interface TokenOptions {
  /** Milliseconds; 0: it never expires. */
  readonly ttl: number;
  readonly usages: readonly string[];
  readonly groups: readonly string[];
  readonly description: string;
}

/** What a Secret says of its token. */
export interface BootstrapToken {
  readonly token: string;
  readonly description?: string;
  /** RFC 3339. */
  readonly expires?: string;
  readonly usages?: readonly string[];
  readonly groups?: readonly string[];
}

export const textOf = ({ id, secret }: TokenText): string => `${id}.${secret}`;

export function newToken(random: Random): TokenText {
  return { id: letters(random, 6), secret: letters(random, 16) };
}

/** Each character is as likely as any other: bytes beyond the last whole run of characters are thrown away. */
function letters(random: Random, length: number): string {
  const fair = 256 - (256 % CHARACTERS.length);
  let text = '';
  while (text.length < length)
    for (const byte of random.bytes(length))
      if (byte < fair && text.length < length) text += CHARACTERS[byte % CHARACTERS.length];
  return text;
}

/** Throws a UserError for a text that is no token; the text may be secret and is not shown. */
export function tokenOf(text: string): TokenText {
  const token = bootstrapTokenOf(text);
  if (!token) throw new UserError(`the bootstrap token was not of the form "${TOKEN_FORM}"`);
  return token;
}

/** The id in a token, or an id alone. */
export function tokenIdOf(text: string): string {
  if (/^[a-z0-9]{6}$/.test(text)) return text;
  const token = bootstrapTokenOf(text);
  if (!token) throw new UserError(`given token didn't match pattern "${ID_FORM}" or "${TOKEN_FORM}"`);
  return token.id;
}

/** Throws a UserError in upstream's words. */
export function checkTokenOptions({ usages, groups }: TokenOptions): void {
  const wrong = [...new Set(usages.filter((usage) => !USAGES.includes(usage)))].sort();
  if (wrong.length > 0)
    throw new UserError(
      `invalid bootstrap token usage string: ${wrong.join()}, valid usage options: ${USAGES.join()}`,
    );
  if (groups.length > 0 && !usages.includes('authentication'))
    throw new UserError('token groups cannot be specified unless --usages includes "authentication"');
  const stranger = groups.find((group) => !isBootstrapGroup(group));
  if (stranger !== undefined)
    throw new UserError(
      `bootstrap group "${stranger}" is invalid (must match \\Asystem:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]\\z)`,
    );
}

export function tokenSecret({ id, secret }: TokenText, options: TokenOptions, now: number): Secret {
  const { ttl, usages, groups, description } = options;
  const text: Record<string, string> = {
    'token-id': id,
    'token-secret': secret,
    ...(description && { description }),
    ...(ttl > 0 && { expiration: rfc3339(now + ttl) }),
    ...Object.fromEntries(usages.map((usage) => [USAGE_PREFIX + usage, 'true'])),
    ...(groups.length > 0 && { 'auth-extra-groups': groups.join() }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretNameOf(id), namespace: TOKEN_NAMESPACE },
    type: BOOTSTRAP_TOKEN,
    data: Object.fromEntries(
      Object.entries(text).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    ),
  };
}

/** Throws in upstream's words when the Secret holds no token. */
export function tokenOfSecret(secret: Readonly<Secret>): BootstrapToken {
  const { name = '' } = secret.metadata;
  const id = dataOf(secret, 'token-id');
  if (!id) throw new Error(`bootstrap Token Secret has no token-id data: ${name}`);
  if (name !== secretNameOf(id))
    throw new Error(
      `bootstrap token name is not of the form 'bootstrap-token-(token-id)'. Actual: "${name}". Expected: "${secretNameOf(id)}"`,
    );
  const value = dataOf(secret, 'token-secret');
  if (!value) throw new Error(`bootstrap Token Secret has no token-secret data: ${name}`);
  if (!bootstrapTokenOf(`${id}.${value}`))
    throw new Error(
      `bootstrap Token Secret is invalid and couldn't be parsed: the bootstrap token was not of the form "${TOKEN_FORM}"`,
    );
  const [description, expires, extra] = ['description', 'expiration', 'auth-extra-groups'].map((key) =>
    dataOf(secret, key),
  );
  const usages = Object.keys(secret.data ?? {})
    .filter((key) => key.startsWith(USAGE_PREFIX) && dataOf(secret, key) === 'true')
    .map((key) => key.slice(USAGE_PREFIX.length))
    .sort();
  return {
    token: `${id}.${value}`,
    ...(description && { description }),
    ...(expires && { expires }),
    ...(usages.length > 0 && { usages }),
    ...(extra && { groups: extra.split(',') }),
  };
}

/** How long from now, in one unit, as upstream's ShortHumanDuration. */
export function shortDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h`;
  return hours < 24 * 365 ? `${Math.floor(hours / 24)}d` : `${Math.floor(hours / 24 / 365)}y`;
}
