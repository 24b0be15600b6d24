import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import type { RoutePolicySpec } from '../../../api/kinds/gateway/v1alpha1/route-policy.ts';
import type { Policy } from '../../model/policy.ts';
import { routePolicyStatus } from '../statuses/route-status.ts';
import { aGateway, aRoute, aRoutePolicy, compiled, type Given, to } from '../testing/objects.fake.ts';
import { keysOf } from './key-set.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwkOf = (pair: typeof rsa, more: object = {}) => ({
  ...pair.publicKey.export({ format: 'jwk' }),
  ...more,
});
const setOf = (...keys: object[]) => JSON.stringify({ keys });

const route = aRoute('web', [
  { name: 'first', matches: [{ path: { type: 'PathPrefix', value: '/first' } }], backendRefs: [to('a')] },
  { name: 'second', matches: [{ path: { type: 'PathPrefix', value: '/second' } }], backendRefs: [to('b')] },
]);

const gateway = (sectionName?: string) => ({
  kind: 'Gateway' as const,
  name: 'gw',
  ...(sectionName && { sectionName }),
});
const ofRoute = (sectionName?: string) => ({
  kind: 'HTTPRoute' as const,
  name: 'web',
  ...(sectionName && { sectionName }),
});

/** The policies of the backends for rule `first` and `second` at the listener `http`. */
function policiesOf(given: Given): [Policy, Policy] {
  const { model } = compiled({ routes: [route], ...given });
  const found = ['_0_0', '_1_0'].map((rule) =>
    [...model.backends.values()].find(({ name }) => name.startsWith(`ns_web_HTTPRoute${rule}`)),
  );
  return [found[0]!.policy, found[1]!.policy];
}

const limit = (requestsPerSecond: number): Omit<RoutePolicySpec, 'targetRefs'> => ({
  rateLimit: { requestsPerSecond, burst: 1 },
});
const perSecond = ({ limits }: Policy) => limits?.perSecond;

const accepted = (given: Given) =>
  compiled({ routes: [route], ...given }).routePolicies.map(({ policy, targets }) => [
    policy.metadata.name,
    ...targets.map(({ accepted: { status, reason } }) => `${status} ${reason}`),
  ]);

describe('a RoutePolicy', () => {
  it('holds for all rules of a route, for one of them, for a listener or for a Gateway; the most specific has its way', () => {
    const policies = [
      aRoutePolicy('gateway', gateway(), limit(1)),
      aRoutePolicy('listener', gateway('http'), limit(2)),
      aRoutePolicy('route', ofRoute(), limit(3)),
      aRoutePolicy('rule', ofRoute('second'), limit(4)),
    ];
    const seen = policies.map((_, i) =>
      policiesOf({ routePolicies: policies.slice(0, i + 1) }).map(perSecond),
    );
    assert.deepEqual(seen, [
      [1, 1],
      [2, 2],
      [3, 3],
      [3, 4],
    ]);
    assert.deepEqual(policiesOf({}).map(perSecond), [undefined, undefined]);
  });

  it('leaves other parts to less specific ones', () => {
    const [first] = policiesOf({
      routePolicies: [
        aRoutePolicy('gateway', gateway(), { ...limit(1), maxRequestBytes: 100 }),
        aRoutePolicy('route', ofRoute(), limit(3)),
      ],
    });
    assert.deepEqual([first.limits?.perSecond, first.bodyLimit], [3, 100]);
  });

  it('holds at its own listener only', () => {
    const { model } = compiled({
      gateways: [aGateway('gw', [{}, { name: 'other', port: 81 }])],
      routes: [route],
      routePolicies: [aRoutePolicy('p', gateway('other'), limit(1))],
    });
    const limits = [...model.backends.values()].map(({ policy }) => policy.limits?.perSecond);
    assert.deepEqual(limits.sort(), [1, 1, undefined, undefined]);
  });

  it('of another namespace has no effect', () => {
    const other = aRoutePolicy('p', ofRoute(), limit(1), { namespace: 'other' });
    assert.deepEqual(policiesOf({ routePolicies: [other] }).map(perSecond), [undefined, undefined]);
    assert.deepEqual(accepted({ routePolicies: [other] }), [['p', 'False TargetNotFound']]);
  });

  it('of a listener or a rule that is not there is told so', () => {
    const routePolicies = [
      aRoutePolicy('listener', gateway('none'), limit(1)),
      aRoutePolicy('rule', ofRoute('none'), limit(1)),
    ];
    assert.deepEqual(accepted({ routePolicies }), [
      ['listener', 'False TargetNotFound'],
      ['rule', 'False TargetNotFound'],
    ]);
  });

  it('gives way to an older one of the same target', () => {
    const policies = [
      aRoutePolicy('new', ofRoute(), limit(1), { creationTimestamp: '2026-02-01T00:00:00Z' }),
      aRoutePolicy('old', ofRoute(), limit(2)),
    ];
    assert.deepEqual(policiesOf({ routePolicies: policies }).map(perSecond), [2, 2]);
    assert.deepEqual(accepted({ routePolicies: policies }), [
      ['old', 'True Accepted'],
      ['new', 'False Conflicted'],
    ]);
  });

  it('tells each target in its status, and keeps the time of what stays', () => {
    const policy = aRoutePolicy('p', ofRoute('first'), limit(1));
    const [one] = compiled({ routes: [route], routePolicies: [policy] }).routePolicies;
    const status = routePolicyStatus(one!, '2026-01-02T00:00:00Z');
    assert.deepEqual(status.ancestors[0]?.ancestorRef, {
      ...{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'web', namespace: 'ns' },
      sectionName: 'first',
    });
    assert.equal(status.ancestors[0]?.conditions[0]?.status, 'True');
    const again = routePolicyStatus({ ...one!, policy: { ...policy, status } }, '2026-01-03T00:00:00Z');
    assert.deepEqual(again, status);
  });
});

const partsOf = (spec: Omit<RoutePolicySpec, 'targetRefs'>, given: Given = {}) =>
  policiesOf({ routePolicies: [aRoutePolicy('p', ofRoute(), spec)], ...given })[0];

const jwks = (text: string): Given => ({
  configMaps: {
    'ns/keys': {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'keys', namespace: 'ns' },
      data: { 'jwks.json': text },
    },
  },
});

const users: Given = {
  secrets: {
    'ns/users': {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'users', namespace: 'ns' },
      data: { auth: Buffer.from(`ali:$5$salt$${'a'.repeat(43)}`).toString('base64') },
    },
  },
};

const jwt = {
  issuer: 'https://issuer.test',
  keys: { kind: 'ConfigMap' as const, name: 'keys', key: 'jwks.json' },
};

describe('its parts', () => {
  it('limit requests by address or header, with 429', () => {
    const { limits } = partsOf({ rateLimit: { requestsPerMinute: 5, burst: 2, header: 'X-User' } });
    assert.deepEqual(limits, { perMinute: 5, burst: 2, header: 'X-User', status: 429 });
  });

  it('ask for tokens signed by the keys of a ConfigMap', () => {
    const policy = partsOf(
      {
        jwt: {
          ...jwt,
          audiences: ['web'],
          claimHeaders: [{ claim: 'sub', header: 'X-User' }],
          forwardToken: false,
        },
      },
      jwks(setOf(jwkOf(rsa, { kid: 'k1' }))),
    ).jwt!;
    assert.deepEqual(
      [
        policy.issuer,
        policy.audiences,
        policy.forward,
        policy.keys.map(({ id, algorithm }) => [id, algorithm]),
      ],
      ['https://issuer.test', ['web'], false, [['k1', 'RS256']]],
    );
  });

  it('ask another Service, whose endpoints are followed', () => {
    const routePolicies = [
      aRoutePolicy('p', ofRoute(), { externalAuth: { serviceName: 'auth', port: 80, path: '/verify/' } }),
    ];
    const { model } = compiled({ routes: [route], routePolicies });
    const [backend] = [...model.backends.values()].filter(({ name }) => name === 'ns_p_RoutePolicy');
    assert.deepEqual(backend?.endpoints, [{ ip: '10.1.0.1', port: 8080 }]);
    assert.deepEqual(policiesOf({ routePolicies })[0].asked, {
      ...{ backend: 'ns_p_RoutePolicy', path: '/verify', send: [], receive: [] },
    });
  });

  it('add no backend where there is no target, and no more than 1,000', () => {
    const externalAuth = { serviceName: 'auth', port: 80 };
    const names = ({ model }: ReturnType<typeof compiled>) =>
      [...model.backends.keys()].filter((name) => name.endsWith('_RoutePolicy'));
    const stray = aRoutePolicy('p', { kind: 'HTTPRoute', name: 'none' }, { externalAuth });
    assert.deepEqual(names(compiled({ routes: [route], routePolicies: [stray] })), []);
    const many = Array.from({ length: 1_001 }, (_, i) => `r${String(i).padStart(4, '0')}`);
    const all = compiled({
      routes: many.map((name) => aRoute(name, [])),
      routePolicies: many.map((name) => aRoutePolicy(name, { kind: 'HTTPRoute', name }, { externalAuth })),
    });
    assert.equal(names(all).length, 1_000);
    assert.equal(all.routePolicies.at(-1)?.targets[0]?.accepted.reason, 'Invalid');
    // Of which another namespace has its share, whoever came first.
    const one = aRoutePolicy('young', { kind: 'HTTPRoute', name: 'young' }, { externalAuth });
    const metadata = { name: 'young', namespace: 'other', creationTimestamp: '2026-12-01T00:00:00Z' };
    const shared = compiled({
      gateways: [aGateway('gw', [{ allowedRoutes: { namespaces: { from: 'All' } } }])],
      routes: [
        ...many.map((name) => aRoute(name, [])),
        aRoute('young', [], { metadata, parentRefs: [{ name: 'gw', namespace: 'ns' }] }),
      ],
      routePolicies: [
        ...many.map((name) => aRoutePolicy(name, { kind: 'HTTPRoute', name }, { externalAuth })),
        { ...one, metadata: { ...one.metadata, ...metadata } },
      ],
    });
    assert.ok(names(shared).includes('other_young_RoutePolicy'));
    assert.equal(names(shared).length, 1_000);
  });

  it('keep clients at an endpoint, and try again', () => {
    const policy = partsOf({
      sessionCookie: { name: 'sid', secure: true },
      retries: { attempts: 2, codes: [503] },
    });
    assert.deepEqual(
      [policy.affinity, policy.retry],
      [
        { cookie: 'sid', secure: true },
        { attempts: 2, codes: [503] },
      ],
    );
  });

  it('let clients in by address', () => {
    const policy = partsOf({ clientAddresses: { allow: ['10.0.0.0/8'], deny: ['10.1.2.3'] } });
    assert.deepEqual([policy.allow, policy.deny], [['10.0.0.0/8'], ['10.1.2.3']]);
  });
});

const UNUSABLE: readonly [title: string, spec: Omit<RoutePolicySpec, 'targetRefs'>, given?: Given][] = [
  ['a Secret that is not there', { basicAuth: { secretName: 'none', realm: 'r' } }],
  ['keys that are not there', { jwt }],
  ['a key set without keys', { jwt }, jwks('{"keys":[]}')],
  ['a key set of shared secrets', { jwt }, jwks(setOf({ kty: 'oct', k: 'AAAA', alg: 'HS256' }))],
  ['an issuer of other characters', { jwt: { ...jwt, issuer: 'a b"' } }, jwks(setOf(jwkOf(rsa)))],
  ['a Service without that port', { externalAuth: { serviceName: 'auth', port: 99 } }],
  ['an address that is none', { clientAddresses: { allow: ['10.0.0.0/8 }'] } }],
  ['a header with other characters', { rateLimit: { connections: 1, burst: 1, header: "X'" } }],
  ['a realm with other characters', { basicAuth: { secretName: 'users', realm: 'a" b' } }, users],
  [
    'a claim in a header that says how a message ends',
    { jwt: { ...jwt, claimHeaders: [{ claim: 'sub', header: 'Transfer-Encoding' }] } },
    jwks(setOf(jwkOf(rsa))),
  ],
  [
    'an answer that says how long the request is',
    { externalAuth: { serviceName: 'auth', port: 80, responseHeaders: ['content-length'] } },
  ],
  ['a cookie with other characters', { sessionCookie: { name: 'a b', secure: false } }],
];

describe('what cannot be done', () => {
  for (const [title, spec, given = {}] of UNUSABLE)
    it(`closes the routes: ${title}`, () => {
      const routePolicies = [aRoutePolicy('p', ofRoute(), spec)];
      assert.equal(policiesOf({ routePolicies, ...given })[0].closed, 503);
      assert.deepEqual(accepted({ routePolicies, ...given }), [['p', 'False Invalid']]);
    });
});

describe('a key set', () => {
  const algorithms = (text: string) => {
    const keys = keysOf(text);
    return typeof keys === 'string' ? keys : keys.map(({ algorithm }) => algorithm);
  };

  it('has keys for signatures of RSA and of elliptic curves', () => {
    const text = setOf(
      jwkOf(rsa, { alg: 'RS512' }),
      jwkOf(ec as never),
      jwkOf(rsa, { use: 'enc' }),
      jwkOf(rsa, { alg: 'PS256' }),
    );
    assert.deepEqual(algorithms(text), ['RS512', 'ES256']);
  });

  it('of private keys gives public ones', () => {
    const keys = keysOf(setOf(rsa.privateKey.export({ format: 'jwk' })));
    assert.match((keys as readonly { pem: string }[])[0]!.pem, /^-----BEGIN PUBLIC KEY-----/);
  });

  it('that is too large, or something else, is refused', () => {
    const texts = [
      ' '.repeat(70_000),
      'x',
      'null',
      '[]',
      '{"keys":{}}',
      setOf(null as never, { kty: 'RSA', n: 1 }, { kty: 'EC', crv: '__proto__' }),
    ];
    for (const text of texts) assert.equal(typeof keysOf(text), 'string', text.slice(0, 40));
  });
});
