import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HTTPRouteFilter } from '../../../api/kinds/gateway/v1/http-filters.ts';
import type { HTTPRouteRule } from '../../../api/kinds/gateway/v1/http-route.ts';
import type { Policy } from '../../model/policy.ts';
import { asked } from '../testing/asked.fake.ts';
import { aGrpcRoute, aRoute, aService, compiled, type Given, to } from '../testing/objects.fake.ts';

/** The policy of the only backend of a rule. */
function policyOf(rule: HTTPRouteRule, given: Given = {}): Policy {
  const { model } = compiled({ ...given, routes: [aRoute('r', [rule])] });
  const [backend] = model.backends.values();
  return backend!.policy;
}

const withFilters = (filters: readonly HTTPRouteFilter[], rule: HTTPRouteRule = {}): Policy =>
  policyOf({ filters: [...filters], backendRefs: [to('s')], ...rule });

const rewrite = (prefix: string, replacement: string) => {
  const path = { type: 'ReplacePrefixMatch' as const, replacePrefixMatch: replacement };
  return withFilters([{ type: 'URLRewrite', urlRewrite: { path } }], {
    matches: [{ path: { value: prefix } }],
  }).rewrite;
};

/** What becomes of a path, as the model says. */
function rewritten(path: string, to: Policy['rewrite']): string {
  return to!.keep ? to!.to + path.slice(to!.keep.from) : to!.to;
}

describe('filters', () => {
  it('replace the prefix that was matched, by elements', () => {
    for (const [path, prefix, replacement, expected] of [
      ['/foo/bar', '/foo', '/xyz', '/xyz/bar'],
      ['/foo/bar', '/foo', '/xyz/', '/xyz/bar'],
      ['/foo/bar', '/foo/', '/xyz', '/xyz/bar'],
      ['/foo', '/foo', '/xyz', '/xyz'],
      ['/foo/', '/foo', '/xyz', '/xyz/'],
      ['/foo/bar', '/foo', '', '/bar'],
      ['/foo/bar', '/foo', '/', '/bar'],
      ['/foo/', '/foo', '/', '/'],
      ['/foo', '/foo', '/', '/'],
      ['/bar', '/', '/xyz', '/xyz/bar'],
    ] as const)
      assert.equal(
        rewritten(path, rewrite(prefix, replacement)),
        expected,
        `${path} ${prefix} ${replacement}`,
      );
  });

  it('change headers of the rule, then those of the backendRef', () => {
    const set = (name: string, value: string): HTTPRouteFilter => ({
      type: 'RequestHeaderModifier',
      requestHeaderModifier: { set: [{ name, value }] },
    });
    const rule: HTTPRouteRule = {
      filters: [
        set('X-A', 'rule'),
        { type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['X-R'] } },
      ],
      backendRefs: [{ ...to('s'), filters: [set('x-a', 'own')] }],
    };
    const { requestHeaders, responseHeaders } = policyOf(rule);
    assert.deepEqual(requestHeaders?.set, [{ name: 'x-a', value: 'own' }]);
    assert.deepEqual(responseHeaders?.remove, ['X-R']);
  });

  it('redirect without a backend', () => {
    const requestRedirect = { hostname: 'b.test', port: 8443, statusCode: 308 };
    const { redirect } = policyOf({ filters: [{ type: 'RequestRedirect', requestRedirect }] });
    assert.deepEqual(redirect, { code: 308, host: 'b.test', port: 8443 });
  });

  it('send copies of a share of requests', () => {
    const mirror = (name: string, more: object): HTTPRouteFilter => ({
      type: 'RequestMirror',
      requestMirror: { backendRef: to(name), ...more },
    });
    const filters = [
      mirror('m', {}),
      mirror('n', { percent: 20 }),
      mirror('o', { fraction: { numerator: 1, denominator: 3 } }),
      mirror('p', { percent: 0 }),
    ];
    const { model } = compiled({ routes: [aRoute('r', [{ filters, backendRefs: [to('s')] }])] });
    const policy = model.backends.get('ns_r_HTTPRoute_0_0')!.policy;
    assert.deepEqual(
      policy.mirrors?.map(({ share, of }) => [share, of]),
      [
        [1, 1],
        [20, 100],
        [1, 3],
      ],
    );
    for (const { backend } of policy.mirrors!) assert.equal(model.backends.get(backend)?.endpoints.length, 1);
  });

  it('allow pages of other origins', () => {
    const cors = {
      allowOrigins: ['https://*.a.test'],
      allowMethods: ['GET', 'POST'],
      allowCredentials: true,
      maxAge: 60,
    };
    assert.deepEqual(withFilters([{ type: 'CORS', cors }]).cors, {
      origins: ['https://*.a.test'],
      methods: 'GET, POST',
      headers: '',
      credentials: true,
      maxAge: 60,
    });
  });

  it('that cannot be done close the rule, and are told', () => {
    const changes = (name: string, value = 'v'): HTTPRouteFilter => ({
      type: 'RequestHeaderModifier',
      requestHeaderModifier: { set: [{ name, value }] },
    });
    const hostname = 'a b';
    for (const filter of [
      { type: 'ExtensionRef', extensionRef: { group: 'x', kind: 'Y', name: 'z' } },
      changes('Content-Length'),
      changes('transfer-encoding'),
      changes('X\r\nY'),
      changes('X', 'a\nb'),
      { type: 'URLRewrite', urlRewrite: { hostname } },
      { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/a b' } } },
      { type: 'CORS', cors: { allowOrigins: ['https://a b'] } },
    ] as HTTPRouteFilter[]) {
      const { routes, model } = compiled({
        routes: [aRoute('r', [{ filters: [filter], backendRefs: [to('s')] }])],
      });
      assert.deepEqual(
        [...model.backends.values()].map(({ policy }) => policy),
        [{ protocol: 'http', closed: 500 }],
        JSON.stringify(filter),
      );
      assert.match(routes[0]!.planned.partial!.message, /requests get 500/);
    }
  });
});

describe('a backend', () => {
  const port = (appProtocol?: string) => ({
    service: (namespace: string, name: string) =>
      aService(name, namespace, { ports: [{ name: 'http', port: 80, ...(appProtocol && { appProtocol }) }] }),
  });

  it('is spoken to as its Service says', () => {
    const protocol = (appProtocol?: string) =>
      policyOf({ backendRefs: [to('s')] }, port(appProtocol)).protocol;
    assert.deepEqual(
      [undefined, 'http', 'kubernetes.io/h2c', 'kubernetes.io/ws', 'kubernetes.io/wss'].map(protocol),
      ['http', 'http', 'h2c', 'http', 'https'],
    );
  });

  it('has the limits of time of its rule', () => {
    const timeouts = (given: HTTPRouteRule['timeouts']) =>
      policyOf({ backendRefs: [to('s')], timeouts: given }).timeouts;
    assert.deepEqual(timeouts({ request: '1m30s', backendRequest: '500ms' }), {
      request: 90_000,
      server: 500,
    });
    assert.deepEqual(timeouts({ request: '10s' }), { request: 10_000, server: 10_000 });
    assert.deepEqual(timeouts({ request: '0s' }), { server: 86_400_000 });
  });

  it('of a GRPCRoute is called by paths: service and method, a service, a method of any service', () => {
    const rules = [
      { matches: [{ method: { method: 'C' } }], backendRefs: [to('method')] },
      { matches: [{ method: { service: 'a.B' } }], backendRefs: [to('service')] },
      { matches: [{ method: { service: 'a.B', method: 'C' } }], backendRefs: [to('both')] },
    ];
    const { model } = compiled({ routes: [aGrpcRoute('g', rules)] });
    const [entrance] = model.entrances;
    assert.ok(entrance?.protocol === 'http');
    const call = (path: string) =>
      asked(entrance.listeners[0]!.routes, {
        host: 'a.test',
        path,
        method: 'POST',
        headers: {},
        queries: {},
      });
    assert.deepEqual(['/a.B/C', '/a.B/D', '/x.Y/C', '/x.Y/D'].map(call), [
      'ns_g_GRPCRoute_2_0',
      'ns_g_GRPCRoute_1_0',
      'ns_g_GRPCRoute_0_0',
      undefined,
    ]);
    assert.equal([...model.backends.values()][0]!.policy.protocol, 'grpc');
  });

  it('of a GRPCRoute with a regular expression for the method is not called', () => {
    const rules = [
      {
        matches: [{ method: { type: 'RegularExpression' as const, service: 'a.*' } }],
        backendRefs: [to('s')],
      },
    ];
    const [route] = compiled({ routes: [aGrpcRoute('g', rules)] }).routes;
    assert.equal(route!.parents[0]!.notAccepted?.reason, 'UnsupportedValue');
  });
});
