import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ingress } from '../../../kinds/networking/v1/ingress.ts';
import { IngressClass } from '../../../kinds/networking/v1/ingress-class.ts';
import { created, statusUpdated, updated } from '../checks.fake.ts';

const web = { service: { name: 'web', port: { number: 80 } } };
const ingress = (spec: object = {}, more: object = {}) => ({
  ...more,
  spec: { defaultBackend: web, ...spec },
});
const path = (changes: object) => ({ path: '/a', pathType: 'Prefix', backend: web, ...changes });
const rule = (changes: object, host = 'a.b') => ({ rules: [{ host, http: { paths: [path(changes)] } }] });

test('hosts, paths and backends of an ingress are checked', () => {
  const at = 'spec.rules[0].http.paths[0]';
  const cases: [object, string[]][] = [
    [rule({}), []],
    [rule({ backend: { service: { name: '1web', port: { name: 'http' } } } }), []],
    [
      rule({ pathType: undefined, path: 'a' }),
      [`${at}.pathType: Required value: pathType must be specified`],
    ],
    [
      rule({ pathType: 'Regex' }),
      [
        `${at}.pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"`,
      ],
    ],
    [rule({ path: '/a/../b' }), [`${at}.path: Invalid value: "/a/../b": must not contain '/../'`]],
    [rule({ backend: {} }), [`${at}.backend: Invalid value: "": resource or service backend is required`]],
    [
      rule({ backend: { resource: { kind: '', name: 'a/b' } } }),
      [
        `${at}.backend.resource.kind: Required value`,
        `${at}.backend.resource.name: Invalid value: "a/b": may not contain '/'`,
      ],
    ],
    [
      rule({}, '10.0.0.1'),
      ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
    ],
    [{ tls: [{ hosts: ['10.0.0.1'] }] }, []],
  ];
  for (const [spec, errors] of cases) assert.deepEqual(created(Ingress, ingress(spec)), errors);
  assert.match(
    created(Ingress, ingress({ tls: [{ secretName: 'A' }] }))[0]!,
    /^spec\.tls\[0\]\.secretName: Invalid value: "A": a lowercase RFC 1123 subdomain/,
  );
});

test('the class annotation of a new ingress agrees with its class', () => {
  const metadata = { annotations: { 'kubernetes.io/ingress.class': 'a' } };
  assert.deepEqual(created(Ingress, ingress({ ingressClassName: 'a' }, { metadata })), []);
  const other = ingress({ ingressClassName: 'b' }, { metadata });
  assert.deepEqual(created(Ingress, other), [
    'annotations.kubernetes.io/ingress.class: Invalid value: "a": must match `ingressClassName` when both are specified',
  ]);
  assert.deepEqual(updated(Ingress, other, other), []);
});

test('an ingress keeps names of secrets, and rules of wildcard hosts, that were once allowed', () => {
  const secret = ingress({ tls: [{ secretName: 'A' }] });
  assert.deepEqual(updated(Ingress, ingress({ tls: [{ secretName: 'B' }] }), secret), []);
  const wild = ingress(rule({ path: 'a' }, '*.a.b'));
  assert.deepEqual(updated(Ingress, wild, wild), []);
  assert.equal(updated(Ingress, wild, ingress()).length, 1);
});

test('the load balancer of an ingress has addresses and names', () => {
  const at = (...points: object[]) => ingress({}, { status: { loadBalancer: { ingress: points } } });
  assert.deepEqual(statusUpdated(Ingress, at({ ip: '10.0.0.1' }, { hostname: 'a.b' }), at()), []);
  assert.deepEqual(statusUpdated(Ingress, at({ ip: '010.0.0.1' }, { hostname: '10.0.0.1' }), at()), [
    'status.loadBalancer.ingress[0].ip: Invalid value: "010.0.0.1": must not have leading 0s',
    'status.loadBalancer.ingress[1].hostname: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
  ]);
  const old = at({ ip: '010.0.0.1' });
  assert.deepEqual(statusUpdated(Ingress, old, old), []);
});

test('a class has a controller, which is fixed, and parameters in a scope', () => {
  const ingressClass = (controller: string, parameters?: object) => ({ spec: { controller, parameters } });
  const named = { kind: 'K', name: 'n' };
  const cases: [string, object | undefined, string[]][] = [
    ['a.b/c', undefined, []],
    ['', undefined, ['spec.controller: Required value']],
    [
      'a.b',
      undefined,
      ['spec.controller: Invalid value: "a.b": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
    [
      'a.b/c d',
      undefined,
      [
        `spec.controller: Invalid value: "c d": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`,
      ],
    ],
    ['a.b/c', named, ['spec.parameters.scope: Required value']],
    [
      'a.b/c',
      { ...named, scope: 'All' },
      ['spec.parameters.scope: Unsupported value: "All": supported values: "Cluster", "Namespace"'],
    ],
    [
      'a.b/c',
      { ...named, scope: 'Cluster', namespace: 'd' },
      ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
    ],
  ];
  for (const [controller, parameters, errors] of cases)
    assert.deepEqual(created(IngressClass, ingressClass(controller, parameters)), errors);
  assert.deepEqual(updated(IngressClass, ingressClass('a.b/d'), ingressClass('a.b/c')), [
    'spec.controller: Invalid value: "a.b/d": field is immutable',
  ]);
});
