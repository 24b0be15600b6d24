// Random HTTPRoutes and requests: the model's routes decide as the specification does, which is read here once more, by trying every
// match of every rule.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { HTTPRoute, HTTPRouteMatch } from '../../../api/kinds/gateway/v1/http-route.ts';
import { asked, type Request } from '../testing/asked.fake.ts';
import { aGateway, aRoute, compiled, to } from '../testing/objects.fake.ts';

const HOSTS = ['a.test', 'b.a.test', '*.a.test', '*.b.a.test', '*.test', 'c.test'];
const NAMES = [
  'a.test',
  'b.a.test',
  'x.a.test',
  'x.b.a.test',
  'y.x.b.a.test',
  'c.test',
  'd.test',
  'other.example',
];
const PATHS = ['/', '/a', '/a/', '/a/b', '/a/b/c', '/ab', '/b', '/a/b/'];
const METHODS = ['GET', 'POST', 'PUT'] as const;
const SOME = ['x', 'y'];

const valued = fc.uniqueArray(
  fc.record({ name: fc.constantFrom('k1', 'k2', 'k3'), value: fc.constantFrom(...SOME) }),
  {
    selector: ({ name }) => name,
    maxLength: 3,
  },
);

const match: fc.Arbitrary<HTTPRouteMatch> = fc.record(
  {
    path: fc.record({
      type: fc.constantFrom('Exact' as const, 'PathPrefix' as const),
      value: fc.constantFrom(...PATHS),
    }),
    method: fc.constantFrom(...METHODS),
    headers: valued,
    queryParams: valued,
  },
  { requiredKeys: [] },
);

const route = fc.record({
  hostnames: fc.uniqueArray(fc.constantFrom(...HOSTS), { maxLength: 3 }),
  age: fc.integer({ min: 0, max: 2 }),
  rules: fc.array(fc.array(match, { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
});

const request: fc.Arbitrary<Request> = fc.record({
  host: fc.constantFrom(...NAMES),
  path: fc.constantFrom(...PATHS, '/a/x', '/a/b/x', '/z'),
  method: fc.constantFrom(...METHODS),
  headers: fc.dictionary(fc.constantFrom('k1', 'k2', 'k3'), fc.constantFrom(...SOME)),
  queries: fc.dictionary(fc.constantFrom('k1', 'k2', 'k3'), fc.constantFrom(...SOME)),
});

it('the model decides as the specification does', () => {
  const run = (
    given: readonly { hostnames: string[]; age: number; rules: HTTPRouteMatch[][] }[],
    requests: readonly Request[],
  ) => {
    const routes = given.map(({ hostnames, age, rules }, i) =>
      aRoute(
        `r${i}`,
        rules.map((matches, j) => ({ matches, backendRefs: [to(`s${j}`)] })),
        {
          metadata: { creationTimestamp: `2026-01-01T00:00:0${age}Z` },
          hostnames,
        },
      ),
    );
    const { model } = compiled({ gateways: [aGateway()], routes });
    const [entrance] = model.entrances;
    assert.ok(entrance?.protocol === 'http');
    for (const one of requests) {
      const expected = best(routes, one);
      assert.equal(asked(entrance.listeners[0]!.routes, one), expected, JSON.stringify(one));
    }
  };
  fc.assert(
    fc.property(fc.array(route, { maxLength: 5 }), fc.array(request, { minLength: 5, maxLength: 20 }), run),
    {
      numRuns: 1_500,
      seed: 20261130,
    },
  );
});

/** The name of the backend of the best match, found by comparing all of them. */
function best(routes: readonly HTTPRoute[], request: Request): string | undefined {
  let winner: { readonly key: readonly (number | string)[]; readonly name: string } | undefined;
  for (const { metadata, spec } of routes)
    (spec.rules ?? []).forEach(({ matches: given = [] }, j) => {
      const matches = given.length > 0 ? given : [{}];
      matches.forEach((one, k) => {
        if (!isMet(one, request)) return;
        for (const host of spec.hostnames?.length ? spec.hostnames : ['']) {
          if (!isHost(host, request.host)) continue;
          const { type = 'PathPrefix', value = '/' } = one.path ?? {};
          const characters =
            type === 'PathPrefix' && value !== '/' ? value.replace(/\/$/, '').length : value.length;
          const key = [
            host === '' || host.startsWith('*') ? 1 : 0,
            -host.length,
            type === 'Exact' ? 0 : 1,
            -characters,
            one.method ? 0 : 1,
            -(one.headers?.length ?? 0),
            -(one.queryParams?.length ?? 0),
            metadata.creationTimestamp!,
            metadata.name!,
            j,
            k,
          ];
          if (!winner || isBefore(key, winner.key))
            winner = { key, name: `ns_${metadata.name}_HTTPRoute_${j}_0` };
        }
      });
    });
  return winner?.name;
}

function isBefore(a: readonly (number | string)[], b: readonly (number | string)[]): boolean {
  const i = a.findIndex((value, n) => value !== b[n]);
  return i >= 0 && a[i]! < b[i]!;
}

function isHost(host: string, name: string): boolean {
  if (!host.startsWith('*.')) return host === '' || host === name;
  return new RegExp(`^[^.]+(\\.[^.]+)*\\.${host.slice(2).replaceAll('.', '\\.')}$`).test(name);
}

function isMet({ path, method, headers = [], queryParams = [] }: HTTPRouteMatch, request: Request): boolean {
  const { type = 'PathPrefix', value = '/' } = path ?? {};
  const elements = (text: string) => text.split('/').filter(Boolean);
  const wanted = elements(value);
  const isPath =
    type === 'Exact'
      ? request.path === value
      : wanted.every((element, i) => elements(request.path)[i] === element);
  return (
    isPath &&
    (method === undefined || method === request.method) &&
    headers.every((one) => request.headers[one.name] === one.value) &&
    queryParams.every((one) => request.queries[one.name] === one.value)
  );
}
