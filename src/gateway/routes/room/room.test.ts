// What one namespace writes takes no room of others.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HTTPRouteRule } from '../../../api/kinds/gateway/v1/http-route.ts';
import { Compiler } from '../compile.ts';
import { PoolAddresses } from '../listeners/addresses.ts';
import { aGateway, aRoute, aWorld, compiled, POOL, to } from '../testing/objects.fake.ts';
import { MOST } from './usage.ts';

const all = { allowedRoutes: { namespaces: { from: 'All' as const } } };
const gateways = [aGateway('gw', [all])];
const inNamespace = (
  namespace: string,
  name: string,
  rules: HTTPRouteRule[],
  hostnames = [`${name}.${namespace}.test`],
  minute = 0,
) =>
  aRoute(name, rules, {
    metadata: {
      namespace,
      creationTimestamp: `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`,
    },
    parentRefs: [{ name: 'gw', namespace: 'ns' }],
    hostnames,
  });
const header = (value: string) => ({ headers: [{ name: 'x', value }] });
const refusedOf = ({ routes }: ReturnType<typeof compiled>, namespace: string) =>
  routes
    .filter(({ route, parents }) => route.metadata.namespace === namespace && parents[0]!.notAccepted)
    .map(({ route, parents }) => `${route.metadata.name}: ${parents[0]!.notAccepted!.message}`);

const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Each match is tried below each path: of few objects many branches. */
const square = (namespace: string, count: number, minute: number) =>
  many(count, (i) =>
    inNamespace(
      namespace,
      `r${i}`,
      [
        {
          matches: many(32, (k) => ({ path: { value: `/${i}/${k}` } })),
          backendRefs: [to('s')],
        },
        { matches: many(32, (k) => header(`${i}-${k}`)), backendRefs: [to('s')] },
      ],
      [`${namespace}.test`],
      minute,
    ),
  );

describe('a namespace', () => {
  const victims = many(200, (i) =>
    inNamespace('victim', `v${i}`, [{ backendRefs: [to('s')] }], undefined, 5),
  );

  it('with matches that multiply is refused what is beyond its share, older than the others or not; theirs are served', () => {
    for (const minute of [0, 9]) {
      const started = process.cpuUsage();
      const found = compiled({ gateways, routes: [...square('greedy', 40, minute), ...victims] });
      assert.deepEqual(refusedOf(found, 'victim'), []);
      const refused = refusedOf(found, 'greedy');
      assert.ok(refused.length >= 20 && refused.length < 40, String(refused.length));
      assert.match(
        refused[0]!,
        /^r\d+: the routes of namespace greedy have more (matches|tries of matches) than its share/,
      );
      const { user, system } = process.cpuUsage(started);
      assert.ok(user + system < 4_000_000, `${(user + system) / 1_000} ms`);
    }
  });

  it('shares with several that do the same', () => {
    const greedy = many(4, (i) => square(`greedy${i}`, 20, i)).flat();
    const found = compiled({ gateways, routes: [...greedy, ...victims] });
    assert.deepEqual(refusedOf(found, 'victim'), []);
    for (const i of many(4, (n) => n)) {
      const refused = refusedOf(found, `greedy${i}`).length;
      assert.ok(refused >= 5 && refused < 20, `${i}: ${refused}`);
    }
  });

  it('with more backends than its share is refused the newest of its routes', () => {
    const rules = many(16, () => ({ backendRefs: many(16, (k) => to(`s${k}`)) }));
    const greedy = many(40, (i) => inNamespace('greedy', `r${i}`, rules, undefined, i));
    const found = compiled({ gateways, routes: [...greedy, ...victims] });
    assert.deepEqual(refusedOf(found, 'victim'), []);
    assert.match(refusedOf(found, 'greedy')[0]!, /^r20: .* more backends than its share of 8000/);
    assert.ok(found.model.backends.size <= MOST.backends);
  });

  it('with texts beyond its share is refused the newest of its routes', () => {
    const long = (i: number) => ({
      matches: many(60, (k) => ({ path: { value: `/${k}` }, ...header(`${i}-${'x'.repeat(4_000)}`) })),
      backendRefs: [to('s')],
    });
    const greedy = many(60, (i) => inNamespace('greedy', `r${i}`, [long(i)], undefined, i % 60));
    const found = compiled({ gateways, routes: [...greedy, ...victims] });
    assert.deepEqual(refusedOf(found, 'victim'), []);
    assert.match(refusedOf(found, 'greedy')[0]!, /more bytes of configuration than its share/);
  });

  it('with room that nobody else wants has all of it', () => {
    const found = compiled({ gateways, routes: square('greedy', 6, 0) });
    assert.deepEqual(refusedOf(found, 'greedy'), []);
  });
});

it('a route that is too large is refused alone', () => {
  const set = many(16, (i) => ({ name: `X-${i}`, value: 'v'.repeat(4_000) }));
  const filter = { type: 'RequestHeaderModifier' as const, requestHeaderModifier: { set } };
  const large = inNamespace(
    'greedy',
    'large',
    many(16, () => ({ filters: [filter], backendRefs: [to('s')] })),
  );
  const small = inNamespace('greedy', 'small', [{ backendRefs: [to('s')] }]);
  const found = compiled({ gateways, routes: [large, small] });
  assert.deepEqual(refusedOf(found, 'greedy'), [
    'large: the route has more than 524288 bytes of configuration',
  ]);
});

it('no step of the work with matches that multiply holds the event loop for long', () => {
  const steps = new Compiler(new PoolAddresses(POOL)).compile(
    aWorld({ gateways, routes: square('greedy', 80, 0) }),
  );
  const longest: number[] = [];
  for (let before = process.cpuUsage(); !steps.next().done; before = process.cpuUsage()) {
    const { user, system } = process.cpuUsage(before);
    longest.push(user + system);
  }
  // The collector of garbage may take its turn in any.
  const [, , third] = longest.sort((a, b) => b - a);
  assert.ok(third! < 30_000, `${third} µs`);
});
