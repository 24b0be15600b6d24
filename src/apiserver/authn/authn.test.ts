import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { TokenRequest } from '../../api/kinds/authentication/v1/token-request.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { StatusError } from '../../api/status/status-error.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { seededRandom } from '../../kit/random.ts';
import type { User } from '../request.ts';
import { Item } from '../watch-cache/item.ts';
import { ANONYMOUS, Authenticator } from './authenticator.ts';
import { impersonated } from './impersonation.ts';
import { keySet } from './jwt.ts';
import { reviewSelf, reviewToken } from './reviews.ts';
import type { TokenAuthority } from './service-account-tokens.ts';
import { ownKeys } from './token-authority.ts';
import { completeRequest, issueToken, YEAR } from './token-request.ts';
import { StaticTokens } from './tokens/static-tokens.ts';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const PEM = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'sec1',
  format: 'pem',
});
const HOUR = 3_600_000;

let clock: SteppedClock;
let live: Map<string, Item>;
let tokens: TokenAuthority;
let authenticator: Authenticator;

const put = (kind: string, object: object) => {
  const { metadata } = object as KubeObject;
  const bytes = Buffer.from(JSON.stringify(object));
  live.set(`${kind} ${metadata.namespace ?? ''}/${metadata.name}`, new Item(bytes, object as KubeObject, {}));
};

beforeEach(() => {
  clock = new SteppedClock();
  live = new Map();
  const lookup: TokenAuthority['lookup'] = (kind, namespace, name) =>
    live.get(`${kind} ${namespace}/${name}`);
  tokens = {
    issuers: [ISSUER],
    ...ownKeys({ privateKey: String(PEM) }),
    lifetimes: { extended: YEAR },
    clock,
    random: seededRandom(1),
    lookup,
  };
  authenticator = new Authenticator({
    tokens,
    log: silentLogger,
    before: [new StaticTokens([['letmein', { name: 'alice', groups: [] }]], [ISSUER])],
  });
  put('serviceaccounts', account);
  put('pods', pod);
  put('nodes', { metadata: { name: 'n1', uid: 'u-node' } });
});

const account = { metadata: { namespace: 'ns', name: 'robot', uid: 'u-robot' } };
const pod = {
  metadata: { namespace: 'ns', name: 'p', uid: 'u-pod' },
  spec: { serviceAccountName: 'robot', nodeName: 'n1' },
};
const ask = (spec: object, metadata: object = {}, authority = tokens) => {
  const request = { spec, metadata } as TokenRequest;
  completeRequest(account as KubeObject, request, authenticator.audiences, rfc3339(clock.now()));
  const own = authenticator.audiences;
  return issueToken(authority, own, account as KubeObject, request, warned.push.bind(warned)) as TokenRequest;
};
const warned: string[] = [];
const tokenFor = (spec: object = {}) => ask(spec).status!.token!;
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
const POD = { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p' } };
const status = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return (error as StatusError).status;
  }
  throw new Error('did not throw');
};
/** What is authenticated here is known at once. */
function authenticate(authorization?: string, socket?: TLSSocket, by = authenticator): User {
  const headers = authorization === undefined ? {} : { authorization };
  const user = by.authenticate({ headers, path: '/api' }, socket);
  assert.ok(!(user instanceof Promise));
  return user;
}
const who = (token: string) => authenticate(`Bearer ${token}`);

test('a request without credentials is anonymous; an invalid token is refused', () => {
  assert.equal(authenticate(), ANONYMOUS);
  assert.equal(authenticate('Basic abc'), ANONYMOUS);
  const { code, reason, message } = status(() => who('nonsense'));
  assert.deepEqual([code, reason, message], [401, 'Unauthorized', 'Unauthorized']);
  const allows = (enabled: boolean, ...paths: string[]) =>
    new Authenticator({ tokens, log: silentLogger, anonymous: { enabled, paths } });
  assert.equal(status(() => authenticate(undefined, undefined, allows(false))).code, 401);
  assert.equal(status(() => authenticate(undefined, undefined, allows(true, '/livez'))).code, 401);
  assert.equal(authenticate(undefined, undefined, allows(true, '/livez', '/api')), ANONYMOUS);
});

test('a static token authenticates its user', () =>
  assert.deepEqual(who('letmein'), { name: 'alice', groups: ['system:authenticated'] }));

test('a service account token authenticates its account, with the bound objects in extra', () => {
  const token = tokenFor(POD);
  const user = who(token);
  assert.deepEqual(user, {
    name: 'system:serviceaccount:ns:robot',
    uid: 'u-robot',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:ns', 'system:authenticated'],
    extra: {
      'authentication.kubernetes.io/credential-id': [`JTI=${claimsOf(token).jti}`],
      'authentication.kubernetes.io/node-name': ['n1'],
      'authentication.kubernetes.io/node-uid': ['u-node'],
      'authentication.kubernetes.io/pod-name': ['p'],
      'authentication.kubernetes.io/pod-uid': ['u-pod'],
    },
  });
  assert.equal(who(token), user);
});

test('a token has upstream’s claims', () => {
  const { jti, ...claims } = claimsOf(tokenFor(POD));
  const now = clock.now() / 1000;
  assert.ok(jti);
  assert.deepEqual(claims, {
    aud: [ISSUER],
    exp: now + 3600,
    iat: now,
    iss: ISSUER,
    'kubernetes.io': {
      namespace: 'ns',
      node: { name: 'n1', uid: 'u-node' },
      pod: { name: 'p', uid: 'u-pod' },
      serviceaccount: { name: 'robot', uid: 'u-robot' },
    },
    nbf: now,
    sub: 'system:serviceaccount:ns:robot',
  });
});

test('a token is invalid once it has expired, its pod is replaced or its account is deleted', async () => {
  const short = tokenFor({ expirationSeconds: 600 });
  const bound = tokenFor(POD);
  const plain = tokenFor();
  who(short);
  await clock.step(601_000);
  assert.equal(status(() => who(short)).code, 401);
  put('pods', { ...pod, metadata: { ...pod.metadata, uid: 'u-another' } });
  assert.equal(status(() => who(bound)).code, 401);
  assert.equal(who(plain).name, 'system:serviceaccount:ns:robot');
  const deletionTimestamp = new Date(clock.now()).toISOString();
  put('serviceaccounts', { metadata: { ...account.metadata, deletionTimestamp } });
  who(plain);
  await clock.step(61_000);
  assert.equal(status(() => who(plain)).code, 401);
});

test('a connection whose token has become invalid is refused until it sends a valid one', () => {
  const socket = { authorized: false, getPeerCertificate: () => ({}) as object } as TLSSocket;
  const over = (token: string) => authenticate(`Bearer ${token}`, socket).name;
  const [bound, free] = [tokenFor(POD), tokenFor()];
  assert.equal(over(bound), 'system:serviceaccount:ns:robot');
  assert.equal(over(bound), 'system:serviceaccount:ns:robot');
  live.delete('pods ns/p');
  assert.equal(status(() => over(bound)).code, 401);
  assert.equal(over('letmein'), 'alice');
  assert.equal(over(free), 'system:serviceaccount:ns:robot');
  assert.equal(authenticate(undefined, socket), ANONYMOUS);
});

test('a token for another audience or with a changed payload is refused', async () => {
  const token = tokenFor({ audiences: ['vault'] });
  assert.equal(status(() => who(token)).code, 401);
  assert.deepEqual((await authenticator.token(token, ['vault', 'x']))?.audiences, ['vault']);
  assert.equal(await authenticator.token('letmein', ['vault']), undefined);
  const [head, , signature] = tokenFor().split('.');
  const forged = Buffer.from(JSON.stringify({ ...claimsOf(token), sub: 'root' })).toString('base64url');
  assert.equal(status(() => who(`${head}.${forged}.${signature}`)).code, 401);
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  assert.equal(status(() => who(`${none}.${forged}.`)).code, 401);
});

test('a token signed with another key is refused', () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const pem = String(other.export({ type: 'sec1', format: 'pem' }));
  const foreign: TokenAuthority = { ...tokens, ...ownKeys({ privateKey: pem }) };
  const { token } = ask({}, {}, foreign).status!;
  assert.equal(status(() => who(token!)).code, 401);
  assert.equal(keySet(tokens.keys()).keys[0]!.alg, 'ES256');
});

test("a token for a pod's volume is valid for a year and has the claim warnafter", async () => {
  const answer = ask({ ...POD, expirationSeconds: 3607 });
  const claims = claimsOf(answer.status!.token!);
  assert.equal(claims.exp - claims.iat, 365 * 24 * 3600);
  assert.equal(claims['kubernetes.io'].warnafter - claims.iat, 3607);
  assert.equal(Date.parse(answer.status!.expirationTimestamp!), clock.now() + 3_607_000);
  await clock.step(30 * 24 * HOUR);
  who(answer.status!.token!);
});

test('a token is never valid for longer than the configuration allows, and the client is warned', async () => {
  warned.length = 0;
  const limited = { ...tokens, lifetimes: { max: 7200, extended: 5000 } };
  const { spec, status } = ask({ expirationSeconds: 9000 }, {}, limited);
  assert.equal(spec?.expirationSeconds, 7200);
  assert.equal(Date.parse(status!.expirationTimestamp!), clock.now() + 7_200_000);
  const claims = claimsOf(status!.token!);
  assert.deepEqual([claims.exp - claims.iat, claims['kubernetes.io'].warnafter], [7200, undefined]);
  assert.deepEqual(warned, ['requested expiration of 9000 seconds shortened to 7200 seconds']);
  const volume = claimsOf(ask({ ...POD, expirationSeconds: 3607 }, {}, limited).status!.token!);
  assert.deepEqual([volume.exp - volume.iat, volume['kubernetes.io'].warnafter - volume.iat], [5000, 3607]);
  const short = { ...tokens, lifetimes: {} };
  const exact = claimsOf(ask({ ...POD, expirationSeconds: 3607 }, {}, short).status!.token!);
  assert.deepEqual([exact.exp - exact.iat, exact['kubernetes.io'].warnafter], [3607, undefined]);
});

test('an invalid TokenRequest is refused', () => {
  assert.match(
    status(() => ask({ expirationSeconds: 5 })).message!,
    /spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes$/,
  );
  const bind = (ref: object) => status(() => ask({ boundObjectRef: ref }));
  assert.equal(bind({ kind: 'Pod', apiVersion: 'v1', name: 'x' }).message, 'pods "x" not found');
  assert.equal(bind({ kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'old' }).code, 409);
  assert.match(
    bind({ kind: 'Job', apiVersion: 'batch/v1', name: 'j' }).message!,
    /type batch\/v1, Kind=Job$/,
  );
  assert.match(
    status(() => ask({}, { name: 'other' })).message!,
    /metadata.name: Invalid value: "other": must match the service account name if specified$/,
  );
  assert.equal(status(() => ask({}, { uid: 'older' })).code, 409);
  put('pods', { ...pod, spec: { serviceAccountName: 'other' } });
  assert.match(bind({ kind: 'Pod', apiVersion: 'v1', name: 'p' }).message!, /different serviceaccount name/);
});

test('a TokenReview returns the user of a token, or that it is invalid', async () => {
  const { authenticated, user, audiences } = await reviewToken(authenticator, { token: tokenFor() });
  assert.deepEqual(
    [authenticated, user!.username, audiences],
    [true, 'system:serviceaccount:ns:robot', [ISSUER]],
  );
  assert.deepEqual(await reviewToken(authenticator, { token: 'x' }), {
    user: {},
    error: 'invalid bearer token',
  });
  assert.equal(reviewSelf(ANONYMOUS).userInfo!.username, 'system:anonymous');
});

test('impersonation needs the verb impersonate for each value', async () => {
  const asked: string[] = [];
  const authorizer = {
    authorize: (_: unknown, { resource, subresource, name, group }: Record<string, unknown>) => {
      asked.push(`${group}/${resource}/${subresource} ${name}`);
      return { allowed: name !== 'root', reason: '' };
    },
  };
  const eve = { name: 'eve', groups: [] };
  const play = (headers: Record<string, string | string[]>) =>
    impersonated(headers, eve, authorizer as never);
  assert.equal(play({}), eve);
  assert.deepEqual(
    play({ 'impersonate-user': 'bob', 'impersonate-group': 'a, b', 'impersonate-extra-scopes%2fx': 'y' }),
    { name: 'bob', groups: ['a', 'b', 'system:authenticated'], extra: { 'scopes/x': ['y'] } },
  );
  assert.deepEqual(asked, [
    '/users/ bob',
    '/groups/ a',
    '/groups/ b',
    'authentication.k8s.io/userextras/scopes/x y',
  ]);
  assert.deepEqual((await play({ 'impersonate-user': 'system:serviceaccount:ns:robot' })).groups, [
    'system:serviceaccounts',
    'system:serviceaccounts:ns',
    'system:authenticated',
  ]);
  assert.equal(
    status(() => play({ 'impersonate-user': 'root' })).message,
    'users "root" is forbidden: User "eve" cannot impersonate resource "users" in API group "" at the cluster scope',
  );
  assert.equal(status(() => play({ 'impersonate-group': 'x' })).code, 400);
});

test('a cached token is authenticated in microseconds', () => {
  const token = tokenFor(POD);
  const start = process.cpuUsage().user;
  for (let i = 0; i < 20_000; i++) who(token);
  const micros = (process.cpuUsage().user - start) / 20_000;
  assert.ok(micros < 20, `${micros} µs`);
});
