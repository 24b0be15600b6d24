// What is not made again, and what is.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { atOnce } from '../../kit/clock.ts';
import { type Compiled, Compiler } from './compile.ts';
import { PoolAddresses } from './listeners/addresses.ts';
import { aGateway, aRoute, aService, aWorld, compiled, POOL, to } from './testing/objects.fake.ts';
import type { GatewayWorld } from './world.ts';

const routes = ['a', 'b'].map((name) =>
  aRoute(name, [{ backendRefs: [to(name)] }], { hostnames: [`${name}.test`] }),
);

/** A world whose look-ups find the same objects each time. */
function lasting(): GatewayWorld {
  const world = aWorld({ gateways: [aGateway()], routes });
  const slices = new Map(['a', 'b'].map((name) => [name, world.slices('ns', name)]));
  return { ...world, slices: (_, name) => slices.get(name)! };
}

function listener({ model }: Compiled) {
  const [entrance] = model.entrances;
  assert.ok(entrance?.protocol === 'http');
  return entrance.listeners[0]!;
}

describe('what was compiled', () => {
  it('is the same as long as nothing changes, also after a new status', () => {
    const compiler = new Compiler(new PoolAddresses(POOL));
    const world = lasting();
    const first = atOnce(compiler.compile(world));
    const status = { parents: [] };
    const next = atOnce(
      compiler.compile({ ...world, routes: routes.map((route) => ({ ...route, status })) }),
    );
    assert.equal(next.routes[0]!.planned, first.routes[0]!.planned);
    assert.equal(listener(next).routes, listener(first).routes);
  });

  it('changes for the route of a Service or an endpoint that changed, and for no other', () => {
    const changes: readonly ((world: GatewayWorld) => Partial<GatewayWorld>)[] = [
      (world) => ({ service: (ns, name) => (name === 'a' ? aService('a', 'ns') : world.service(ns, name)) }),
      (world) => ({ slices: (ns, name) => (name === 'a' ? [] : world.slices(ns, name)) }),
      () => ({
        routes: [{ ...routes[0]!, metadata: { ...routes[0]!.metadata, generation: 2 } }, routes[1]!],
      }),
    ];
    for (const change of changes) {
      const compiler = new Compiler(new PoolAddresses(POOL));
      const world = lasting();
      const first = atOnce(compiler.compile(world));
      const next = atOnce(compiler.compile({ ...world, ...change(world) }));
      assert.notEqual(next.routes[0]!.planned, first.routes[0]!.planned, String(change));
      assert.equal(next.routes[1]!.planned, first.routes[1]!.planned);
      const routeOf = (one: typeof first, host: string) =>
        listener(one).routes.find((route) => route.host === host);
      assert.equal(routeOf(next, 'b.test'), routeOf(first, 'b.test'));
    }
  });

  it('follows a listener, a grant and labels of a namespace', () => {
    const compiler = new Compiler(new PoolAddresses(POOL));
    const selector = { matchLabels: { team: 'blue' } };
    const from = aGateway('gw', [{ allowedRoutes: { namespaces: { from: 'Selector', selector } } }]);
    const away = aRoute('r', [{}], {
      metadata: { namespace: 'away' },
      parentRefs: [{ name: 'gw', namespace: 'ns' }],
    });
    const attached = (team: string, gateway = from) => {
      const given = { gateways: [gateway], routes: [away], namespaces: { away: { team } } };
      return atOnce(compiler.compile(aWorld(given))).routes[0]!.parents[0]!.notAccepted?.reason;
    };
    assert.deepEqual(
      [attached('red'), attached('blue'), attached('red')],
      ['NotAllowedByListeners', undefined, 'NotAllowedByListeners'],
    );
    const open = aGateway('gw', [{ allowedRoutes: { namespaces: { from: 'All' } } }], {
      metadata: { generation: 2 },
    });
    assert.equal(attached('red', open), undefined);
  });
});

describe('routes with more backends than there is room for', () => {
  it('are refused, the newest first', () => {
    const many = Array.from({ length: 40 }, (_, i) =>
      aRoute(
        `r${i}`,
        Array.from({ length: 16 }, () => ({
          backendRefs: Array.from({ length: 16 }, (__, k) => to(`s${k}`)),
        })),
        { metadata: { creationTimestamp: `2026-01-01T00:00:${10 + i}Z` } },
      ),
    );
    const { routes: told, model } = compiled({ routes: many });
    const served = told
      .filter(({ parents }) => !parents[0]!.notAccepted)
      .map(({ route }) => route.metadata.name);
    assert.deepEqual(
      served,
      Array.from({ length: 20 }, (_, i) => `r${i}`),
    );
    assert.equal(model.backends.size, 20 * 16 * 16);
  });
});

describe('routes with more matches than there is room for', () => {
  it('are refused, the newest first, and the others served', () => {
    const header = (i: number) => ({ headers: [{ name: 'x', value: `v${i}` }] });
    const many = (name: string, age: number) =>
      aRoute(name, [{ matches: Array.from({ length: 64 }, (_, i) => header(i)), backendRefs: [to('s')] }], {
        metadata: { creationTimestamp: `2026-01-01T00:00:0${age}Z` },
        hostnames: Array.from({ length: 16 }, (_, i) => `${name}-${i}.test`),
      });
    // Below 120 paths each of which has all matches of the shorter one.
    const wide = aRoute(
      'wide',
      [
        {
          matches: Array.from({ length: 60 }, (_, i) => ({ path: { value: `/p${i}` }, ...header(0) })),
          backendRefs: [to('s')],
        },
      ],
      {
        metadata: { creationTimestamp: '2026-01-01T00:00:01Z' },
      },
    );
    const young = Array.from({ length: 40 }, (_, i) => many(`r${i}`, 2));
    const { routes: told, model } = compiled({ routes: [...young, wide] });
    const refused = told
      .filter(({ parents }) => parents[0]!.notAccepted)
      .map(({ route }) => route.metadata.name);
    assert.ok(refused.length > 0 && refused.length < told.length, `${refused.length} of ${told.length}`);
    assert.ok(!refused.includes('wide'));
    assert.ok(model.entrances.length > 0);
  });
});
