// From the annotations of an Ingress to the policy of its backends. Pure; called by ../compile.ts. Names and defaults are those of
// ingress-nginx's documentation; docs/ingress.md lists them.
import {
  isAuthority,
  isCidr,
  isLocation,
  isOrigin,
  isPlainValue,
  isRealm,
  isToken,
  isTokenList,
} from '../../model/alphabets.ts';
import type { Affinity, Cors, Limits, Policy, User } from '../../model/policy.ts';
import { type AskedService, askedOf } from './asked.ts';
import { type Annotations, Refusal, refused } from './read.ts';

export interface PolicyInput {
  readonly annotations: Annotations;
  /** The host of the route has a certificate in this Ingress. */
  readonly tls: boolean;
  /** The users in a Secret of the Ingress's namespace. */
  readonly users: (secret: string) => readonly User[] | string;
  /** Name of the backend for a Service that is asked. */
  readonly asked: (service: AskedService) => string;
}

/** Throws a Refusal. */
export function policyOf({ annotations, tls, users, asked }: PolicyInput): Policy {
  const policy: Mutable<Policy> = { protocol: protocolOf(annotations) };
  const redirect = redirectOf(annotations);
  if (redirect) policy.redirect = redirect;
  const wanted = annotations.flag('ssl-redirect') ?? true;
  if (annotations.flag('force-ssl-redirect') || (wanted && tls)) policy.redirectToTls = true;
  const timeouts = timeoutsOf(annotations);
  if (timeouts) policy.timeouts = timeouts;
  const bodyLimit = annotations.bytes('proxy-body-size');
  if (bodyLimit) policy.bodyLimit = bodyLimit;
  const host = annotations.checked('upstream-vhost', isAuthority);
  if (host) policy.host = host;
  const allow =
    annotations.list('whitelist-source-range', isCidr) ?? annotations.list('allowlist-source-range', isCidr);
  if (allow?.length) policy.allow = allow;
  const deny = annotations.list('denylist-source-range', isCidr);
  if (deny?.length) policy.deny = deny;
  const limits = limitsOf(annotations);
  if (limits) policy.limits = limits;
  const cors = corsOf(annotations);
  if (cors) policy.cors = cors;
  const affinity = affinityOf(annotations);
  if (affinity) policy.affinity = affinity;
  const other = askedOf(annotations, asked);
  return { ...policy, ...authOf(annotations, users), ...(other && { asked: other }) };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const PROTOCOLS: Readonly<Record<string, Policy['protocol']>> = {
  HTTP: 'http',
  HTTPS: 'https',
  GRPC: 'grpc',
  GRPCS: 'grpcs',
};

function protocolOf(annotations: Annotations): Policy['protocol'] {
  const text = annotations.text('backend-protocol') ?? 'HTTP';
  if (!Object.hasOwn(PROTOCOLS, text)) throw refused('backend-protocol', text);
  return PROTOCOLS[text]!;
}

function redirectOf(annotations: Annotations): Policy['redirect'] {
  const temporal = annotations.checked('temporal-redirect', isLocation);
  const permanent = annotations.checked('permanent-redirect', isLocation);
  const code = annotations.number('permanent-redirect-code', 308) ?? 301;
  if (![301, 302, 303, 307, 308].includes(code)) throw refused('permanent-redirect-code', String(code));
  if (temporal) return { code: 302, location: temporal };
  return permanent ? { code, location: permanent } : undefined;
}

function timeoutsOf(annotations: Annotations): Policy['timeouts'] {
  const connect = annotations.seconds('proxy-connect-timeout');
  const read = annotations.seconds('proxy-read-timeout') ?? 0;
  const server = Math.max(read, annotations.seconds('proxy-send-timeout') ?? 0);
  if (!connect && !server) return undefined;
  return { ...(connect && { connect: 1_000 * connect }), ...(server && { server: 1_000 * server }) };
}

const MOST = 1_000_000;

function limitsOf(annotations: Annotations): Limits | undefined {
  const perSecond = annotations.number('limit-rps', MOST);
  const perMinute = annotations.number('limit-rpm', MOST);
  const connections = annotations.number('limit-connections', MOST);
  const burst = annotations.number('limit-burst-multiplier', 100) || 5;
  if (!perSecond && !perMinute && !connections) return undefined;
  return {
    ...(perSecond && { perSecond }),
    ...(perMinute && { perMinute }),
    ...(connections && { connections }),
    burst,
  };
}

const CORS_METHODS = 'GET, PUT, POST, DELETE, PATCH, OPTIONS';
const CORS_HEADERS =
  'DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization';

function corsOf(annotations: Annotations): Cors | undefined {
  const enabled = annotations.flag('enable-cors');
  const origins = annotations.list('cors-allow-origin', (text) => text === '*' || isOrigin(text)) ?? ['*'];
  const expose = annotations.checked('cors-expose-headers', isTokenList);
  const cors = {
    origins: origins.includes('*') ? ['*'] : origins,
    methods: annotations.checked('cors-allow-methods', isTokenList) ?? CORS_METHODS,
    headers: annotations.checked('cors-allow-headers', isTokenList) ?? CORS_HEADERS,
    ...(expose && { expose }),
    credentials: annotations.flag('cors-allow-credentials') ?? true,
    maxAge: annotations.number('cors-max-age', 100_000_000) ?? 1_728_000,
  };
  return enabled ? cors : undefined;
}

function affinityOf(annotations: Annotations): Affinity | undefined {
  const kind = annotations.checked('affinity', (text) => text === 'cookie');
  const cookie = annotations.checked('session-cookie-name', isToken) ?? 'INGRESSCOOKIE';
  const expires = annotations.number('session-cookie-expires', 1_000_000_000);
  const maxAge = annotations.number('session-cookie-max-age', 1_000_000_000) ?? expires;
  const sameSite = annotations.checked('session-cookie-samesite', (text) => isSameSite(text));
  const secure = annotations.flag('session-cookie-secure') ?? false;
  if (!kind) return undefined;
  return { cookie, ...(maxAge && { maxAge }), ...(isSameSite(sameSite) && { sameSite }), secure };
}

const isSameSite = (text: string | undefined): text is 'None' | 'Lax' | 'Strict' =>
  text === 'None' || text === 'Lax' || text === 'Strict';

/** Annotations that ask somebody else whether a request may pass. They are not done: what they protect stays closed. */
const GUARDS = ['auth-tls-secret', 'enable-global-auth', 'satisfy', 'enable-modsecurity'];

function authOf(
  annotations: Annotations,
  users: PolicyInput['users'],
): Pick<Policy, 'auth' | 'closed'> | undefined {
  for (const guard of GUARDS) {
    const value = annotations.text(guard);
    if (value && value !== 'false' && value !== 'all') throw refused(guard, value);
  }
  const type = annotations.text('auth-type');
  const secret = annotations.text('auth-secret');
  const realm = annotations.checked('auth-realm', isRealm) ?? 'Authentication required';
  const form = annotations.text('auth-secret-type') ?? 'auth-file';
  if (!type) {
    if (secret) throw new Refusal('annotation auth-secret without auth-type: nothing would be asked for');
    return undefined;
  }
  if (type !== 'basic') throw refused('auth-type', type);
  if (form !== 'auth-file') throw refused('auth-secret-type', form);
  if (!secret || !isPlainValue(secret)) throw refused('auth-secret', secret ?? '');
  const found = users(secret);
  if (typeof found === 'string') throw new Refusal(found);
  return { auth: { users: found, realm } };
}
