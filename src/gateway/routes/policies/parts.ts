// What one RoutePolicy says, for the model. Pure. With what cannot be done its requests get 503: served without it, they would lack the
// protection that was asked for.
import { createHash } from 'node:crypto';
import type { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import type { Secret } from '../../../api/kinds/core/v1/secret.ts';
import type {
  ExternalAuth,
  JwtAuth,
  KeySource,
  RateLimit,
  RoutePolicy,
} from '../../../api/kinds/gateway/v1alpha1/route-policy.ts';
import { own } from '../../../kit/own.ts';
import { absence } from '../../absence.ts';
import { usersOf } from '../../basic-auth.ts';
import {
  isCidr,
  isFraming,
  isHeaderName,
  isLocation,
  isPlainValue,
  isRealm,
  isTargetPath,
  isToken,
} from '../../model/alphabets.ts';
import type { Asked, Jwt, JwtKey, Limits, Policy } from '../../model/policy.ts';
import type { Backend } from '../../model/routes.ts';
import { resolveBackend } from '../backends/resolve.ts';
import { type Fault, shown } from '../verdict.ts';
import type { Lookups } from '../world.ts';
import { keysOf } from './key-set.ts';

/** By the field of the RoutePolicy. */
export interface Parts {
  readonly basicAuth?: Pick<Policy, 'auth'>;
  readonly clientAddresses?: Pick<Policy, 'allow' | 'deny'>;
  readonly externalAuth?: Pick<Policy, 'asked'>;
  readonly jwt?: Pick<Policy, 'jwt'>;
  readonly maxRequestBytes?: Pick<Policy, 'bodyLimit'>;
  readonly rateLimit?: Pick<Policy, 'limits'>;
  readonly retries?: Pick<Policy, 'retry'>;
  readonly sessionCookie?: Pick<Policy, 'affinity'>;
  readonly closed?: Pick<Policy, 'closed'>;
}

export interface PolicyPlan {
  readonly parts: Parts;
  /** Of the parts. Security: users choose these, and what one of them says must not become what another one said. */
  readonly digest: string;
  /** That `externalAuth` asks. */
  readonly backend?: Backend;
  readonly fault?: Fault;
}

class Unusable extends Error {}

const digestOf = (parts: Parts): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

export function planPolicy(policy: Readonly<RoutePolicy>, world: Lookups): PolicyPlan {
  const { spec, metadata } = policy;
  const namespace = metadata.namespace!;
  try {
    const asked = spec.externalAuth && askedOf(policy, spec.externalAuth, world);
    const { allow, deny } = spec.clientAddresses ?? {};
    const cookie = spec.sessionCookie;
    const parts: Parts = {
      ...(spec.basicAuth && { basicAuth: { auth: basicAuthOf(namespace, spec.basicAuth, world) } }),
      ...(spec.clientAddresses && {
        clientAddresses: {
          ...(allow?.length && { allow: checked(allow, isCidr) }),
          ...(deny?.length && { deny: checked(deny, isCidr) }),
        },
      }),
      ...(asked && { externalAuth: { asked: asked.asked } }),
      ...(spec.jwt && { jwt: { jwt: jwtOf(namespace, spec.jwt, world) } }),
      ...(spec.maxRequestBytes && { maxRequestBytes: { bodyLimit: spec.maxRequestBytes } }),
      ...(spec.rateLimit && { rateLimit: { limits: limitsOf(spec.rateLimit) } }),
      ...(spec.retries && {
        retries: { retry: { attempts: spec.retries.attempts, codes: spec.retries.codes ?? [] } },
      }),
      ...(cookie && {
        sessionCookie: {
          affinity: {
            cookie: one(cookie.name, isToken),
            ...(cookie.maxAgeSeconds && { maxAge: cookie.maxAgeSeconds }),
            ...(cookie.sameSite && { sameSite: cookie.sameSite }),
            secure: cookie.secure ?? false,
          },
        },
      }),
    };
    return { parts, digest: digestOf(parts), ...(asked && { backend: asked.backend }) };
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return closedPlan(error.message);
  }
}

export function closedPlan(why: string): PolicyPlan {
  const parts: Parts = { closed: { closed: 503 } };
  const fault = { reason: 'Invalid', message: `requests get 503: ${why}` };
  return { parts, digest: digestOf(parts), fault };
}

function one(text: string, isAllowed: (text: string) => boolean): string {
  if (!isAllowed(text)) throw new Unusable(`${shown(text)} is not supported`);
  return text;
}

/** A header that a backend may be given by a token or another server. */
const isSettable = (name: string): boolean => isHeaderName(name) && !isFraming(name);

const checked = (texts: readonly string[], isAllowed: (text: string) => boolean): string[] =>
  texts.map((text) => one(text, isAllowed));

function limitsOf({ burst = 1, header, ...rest }: RateLimit): Limits {
  const { requestsPerSecond, requestsPerMinute, connections } = rest;
  return {
    ...(requestsPerSecond && { perSecond: requestsPerSecond }),
    ...(requestsPerMinute && { perMinute: requestsPerMinute }),
    ...(connections && { connections }),
    burst,
    ...(header && { header: one(header, isToken) }),
    status: 429,
  };
}

function basicAuthOf(
  namespace: string,
  { secretName, realm = 'Authentication required' }: NonNullable<RoutePolicy['spec']['basicAuth']>,
  world: Lookups,
): Policy['auth'] {
  const users = usersOf(`${secretName} of basicAuth`, world.secret(namespace, secretName));
  if (typeof users === 'string') throw new Unusable(users);
  return { users, realm: one(realm, isRealm) };
}

function jwtOf(namespace: string, jwt: JwtAuth, world: Lookups): Jwt {
  const keys = jwtKeys(namespace, jwt, world);
  return {
    issuer: one(jwt.issuer, isPlainValue),
    audiences: checked(jwt.audiences ?? [], isPlainValue),
    keys,
    required: (jwt.requiredClaims ?? []).map(({ claim, values }) => ({
      claim: one(claim, isToken),
      values: checked(values, isPlainValue),
    })),
    headers: (jwt.claimHeaders ?? []).map(({ claim, header }) => ({
      claim: one(claim, isToken),
      header: one(header, isSettable),
    })),
    forward: jwt.forwardToken ?? true,
  };
}

function jwtKeys(namespace: string, { keys, keysURL }: JwtAuth, world: Lookups): readonly JwtKey[] {
  const found =
    keysURL === undefined ? keys && keysFrom(namespace, keys, world) : world.remoteKeys(namespace, keysURL);
  if (typeof found === 'object') return found;
  throw new Unusable(`${found ?? 'there are no keys'}: ${keysURL ?? keys?.name}`);
}

const keySets = new WeakMap<Readonly<ConfigMap> | Readonly<Secret>, Map<string, ReturnType<typeof keysOf>>>();

/** Parsed once for each state of the object. */
function keysFrom(
  namespace: string,
  { kind = 'ConfigMap', name, key = 'jwks.json' }: KeySource,
  world: Lookups,
): ReturnType<typeof keysOf> {
  const object = kind === 'Secret' ? world.secret(namespace, name) : world.configMap(namespace, name);
  const absent = absence(`the ${kind} with keys`, object);
  if (absent !== undefined || !object) return absent ?? '';
  const text = own(object.data ?? {}, key);
  if (typeof text !== 'string') return `the ${kind} has no key ${shown(key)}`;
  const known = keySets.get(object) ?? new Map<string, ReturnType<typeof keysOf>>();
  keySets.set(object, known);
  const keys = known.get(key) ?? keysOf(kind === 'Secret' ? Buffer.from(text, 'base64').toString() : text);
  known.set(key, keys);
  return keys;
}

function askedOf(
  policy: Readonly<RoutePolicy>,
  { serviceName, port, path = '', requestHeaders = [], responseHeaders = [], signInURL }: ExternalAuth,
  world: Lookups,
): { readonly asked: Asked; readonly backend: Backend } {
  const { namespace, name } = policy.metadata;
  const from = { kind: 'HTTPRoute' as const, metadata: policy.metadata };
  const found = resolveBackend(from, { name: serviceName, port }, world);
  if ('reason' in found) throw new Unusable(found.message);
  const backend = {
    name: `${namespace}_${name}_RoutePolicy`,
    policy: found.spoken,
    endpoints: found.endpoints,
  };
  const asked = {
    backend: backend.name,
    path: path && one(path.replace(/\/$/, ''), (text) => text === '' || isTargetPath(text)),
    send: checked(requestHeaders, isHeaderName),
    receive: checked(responseHeaders, isSettable),
    ...(signInURL && { signIn: one(signInURL, isLocation) }),
  };
  return { asked, backend };
}
