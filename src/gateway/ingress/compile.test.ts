import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import { lookUp } from '../haproxy/config/look-ups/look-up.fake.ts';
import { compile } from './compile.ts';
import { anIngress, aWorld, type PathOf } from './world.fake.ts';

/** The Service to which a request goes; undefined when to none. */
function goesTo(ingresses: readonly Ingress[], host: string, path: string): string | undefined {
  return lookUp(compile(aWorld(ingresses)).model, host, path)?.split('_')[2];
}

/** Of the documentation of Ingress: paths of one Ingress, what is asked for, and the Service that answers. */
const PATHS: readonly [paths: readonly PathOf[], asked: string, answers: string | undefined][] = [
  [[['/', 'Prefix', 'a']], '/any/thing', 'a'],
  [[['/foo', 'Exact', 'a']], '/foo', 'a'],
  [[['/foo', 'Exact', 'a']], '/bar', undefined],
  [[['/foo', 'Exact', 'a']], '/foo/', undefined],
  [[['/foo/', 'Exact', 'a']], '/foo', undefined],
  [[['/foo', 'Prefix', 'a']], '/foo', 'a'],
  [[['/foo', 'Prefix', 'a']], '/foo/', 'a'],
  [[['/foo/', 'Prefix', 'a']], '/foo', 'a'],
  [[['/foo/', 'Prefix', 'a']], '/foo/', 'a'],
  [[['/aaa/bb', 'Prefix', 'a']], '/aaa/bbb', undefined],
  [[['/aaa/bbb', 'Prefix', 'a']], '/aaa/bbb/ccc', 'a'],
  [[['/aaa/bbb', 'Prefix', 'a']], '/aaa/bbbxyz', undefined],
  [[['/aaa/bbb/', 'Prefix', 'a']], '/aaa/bbb', 'a'],
  [
    [
      ['/', 'Prefix', 'a'],
      ['/aaa', 'Prefix', 'b'],
    ],
    '/aaa/ccc',
    'b',
  ],
  [
    [
      ['/', 'Prefix', 'a'],
      ['/aaa', 'Prefix', 'b'],
      ['/aaa/bbb', 'Prefix', 'c'],
    ],
    '/aaa/bbb',
    'c',
  ],
  [
    [
      ['/', 'Prefix', 'a'],
      ['/aaa', 'Prefix', 'b'],
    ],
    '/ccc',
    'a',
  ],
  [[['/aaa', 'Prefix', 'a']], '/ccc', undefined],
  [
    [
      ['/foo', 'Prefix', 'a'],
      ['/foo', 'Exact', 'b'],
    ],
    '/foo',
    'b',
  ],
  [
    [
      ['/foo', 'Prefix', 'a'],
      ['/foo', 'Exact', 'b'],
    ],
    '/foo/x',
    'a',
  ],
  [[['/foo', 'ImplementationSpecific', 'a']], '/foo/x', 'a'],
  [[['', 'ImplementationSpecific', 'a']], '/x', 'a'],
  [[['/Foo', 'Prefix', 'a']], '/foo', undefined],
  // However it is written, a path leads to the same route.
  [
    [
      ['/', 'Prefix', 'a'],
      ['/admin', 'Prefix', 'b'],
    ],
    '/%61dmin',
    'b',
  ],
  [
    [
      ['/', 'Prefix', 'a'],
      ['/admin', 'Prefix', 'b'],
    ],
    '//admin',
    'b',
  ],
  [[['/a%62c', 'Prefix', 'a']], '/abc', 'a'],
];

/** Hosts of Ingresses, the host that is asked for, and the one that answers. */
const HOSTS: readonly [hosts: readonly string[], asked: string, answers: string | undefined][] = [
  [['a.test'], 'a.test', 'a.test'],
  [['a.test'], 'A.Test:8080', 'a.test'],
  [['a.test'], 'b.test', undefined],
  [['*.foo.test'], 'bar.foo.test', '*.foo.test'],
  [['*.foo.test'], 'baz.bar.foo.test', undefined],
  [['*.foo.test'], 'foo.test', undefined],
  [['*.foo.test', 'bar.foo.test'], 'bar.foo.test', 'bar.foo.test'],
  [['', 'a.test'], 'b.test', ''],
  [['', 'a.test'], 'a.test', 'a.test'],
];

describe('the routes of Ingresses', () => {
  for (const [paths, asked, answers] of PATHS)
    it(`${asked} with ${paths.map(([path, type]) => `${type} ${path}`).join(', ')} goes to ${answers}`, () =>
      assert.equal(goesTo([anIngress('i', 'h.test', paths)], 'h.test', asked), answers));

  for (const [hosts, asked, answers] of HOSTS)
    it(`host ${asked} with ${hosts.map((host) => host || 'any')} is that of ${answers}`, () => {
      const all = hosts.map((host, i) => anIngress(`i${i}`, host, [['/', 'Prefix', `s${i}`]]));
      const service = goesTo(all, asked, '/');
      assert.equal(service && hosts[Number(service.slice(1))], answers);
    });

  it('a host that has a route of its own does not fall back to the routes of every host', () => {
    const all = [
      anIngress('any', '', [['/', 'Prefix', 'a']]),
      anIngress('own', 'h.test', [['/x', 'Prefix', 'b']]),
    ];
    assert.equal(goesTo(all, 'h.test', '/y'), undefined);
  });

  it('a default backend takes what no rule matches, of its hosts or of all', () => {
    const to = { defaultBackend: { service: { name: 'd', port: { number: 80 } } } };
    const all = [
      anIngress('own', 'h.test', [['/x', 'Prefix', 'a']], to),
      anIngress('any', '', [], { ...to, rules: [] }),
    ];
    assert.deepEqual([goesTo(all, 'h.test', '/y'), goesTo(all, 'h.test', '/x')], ['d', 'a']);
    assert.equal(goesTo(all, 'other.test', '/y'), 'd');
  });

  it('of two Ingresses with one path the older has it, and the other is told', () => {
    const older = anIngress('z', 'h.test', [['/', 'Prefix', 'a']]);
    older.metadata.creationTimestamp = '2026-01-01T00:00:00Z';
    const newer = anIngress('a', 'h.test', [['/', 'Prefix', 'b']]);
    newer.metadata.creationTimestamp = '2026-01-02T00:00:00Z';
    const { problems } = compile(aWorld([newer, older]));
    assert.equal(goesTo([newer, older], 'h.test', '/'), 'a');
    assert.deepEqual(
      problems.map(({ ingress, reason }) => [ingress.metadata.name, reason]),
      [['a', 'Conflict']],
    );
  });

  it('a backend that is a resource is refused; the other paths of its Ingress are served', () => {
    const mixed = anIngress('i', 'h.test', [['/', 'Prefix', 'a']]);
    mixed.spec!.rules![0]!.http!.paths.push({
      path: '/r',
      pathType: 'Exact',
      backend: { resource: { kind: 'Bucket', name: 'b' } },
    });
    const { problems } = compile(aWorld([mixed]));
    assert.deepEqual(
      problems.map(({ reason }) => reason),
      ['BackendNotServed'],
    );
    assert.equal(goesTo([mixed], 'h.test', '/'), 'a');
  });

  it('endpoints on the machine’s own loopback are not used', () => {
    const world = aWorld([anIngress('i', 'h.test', [['/', 'Prefix', 'a']])]);
    const [slice] = world.slices('ns', 'a');
    const addresses = ['127.0.0.1', '169.254.169.254', '10.1.0.2'];
    const endpoints = addresses.map((address) => ({ addresses: [address] }));
    const { model } = compile({ ...world, slices: () => [{ ...slice!, endpoints }] });
    const [backend] = [...model.backends.values()];
    assert.deepEqual(backend!.endpoints, [{ ip: '10.1.0.2', port: 8080 }]);
  });
});

describe('an isolated cluster', () => {
  it('is not led out of by endpoints that a user writes', () => {
    const world = aWorld([anIngress('i', 'h.test', [['/', 'Prefix', 'a']])]);
    const { model } = compile({ ...world, reaches: (ip) => ip.startsWith('10.2.') });
    assert.deepEqual([...model.backends.values()][0]!.endpoints, []);
  });
});

describe('canaries', () => {
  const main = anIngress('main', 'h.test', [['/', 'Prefix', 'a']], { annotations: { 'limit-rps': '5' } });
  const canary = (annotations: Record<string, string>) =>
    anIngress('canary', 'h.test', [['/', 'Prefix', 'b']], {
      annotations: { canary: 'true', ...annotations },
    });

  it('decide by header, then cookie, then weight, and have the policy of the Ingress that they accompany', () => {
    const by = { 'canary-weight': '20', 'canary-by-cookie': 'c', 'canary-by-header': 'X-C' };
    const { model } = compile(aWorld([main, canary(by)]));
    const [route] = model.routes;
    assert.deepEqual(
      route!.branches.map(({ when, to }) => [Object.values(when[0]!).join(' '), String(to).includes('_b_')]),
      [
        ['X-C always', true],
        ['X-C never', false],
        ['c always', true],
        ['c never', false],
        ['20 100', true],
      ],
    );
    assert.equal(model.backends.get(route!.branches[0]!.to as string)!.policy.limits?.perSecond, 5);
  });

  it('have no effect alone', () => {
    const { model, problems } = compile(aWorld([canary({ 'canary-weight': '20' })]));
    assert.deepEqual([model.routes.length, problems.map(({ reason }) => reason)], [0, ['Conflict']]);
  });
});
