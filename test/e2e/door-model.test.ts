// What a model of the door says is what HAProxy does: hosts, paths, branches and weights of entrances. One process serves all of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DoorModel } from '../../src/gateway/model/model.ts';
import type { Condition } from '../../src/gateway/model/routes.ts';
import { aBackend, aModel, aRoute, ask, backendsOf, openDoor, type TestDoor } from '../support/door/door.ts';
import { type Echo, type Echoed, startEcho } from '../support/door/echo.ts';

const [ADDRESS, OTHER] = ['127.77.210.1', '127.77.210.2'];
const NAMES = ['a_a', 'b_b', 'c_c', 'd_d', 'e_e'] as const;

let door: TestDoor;
let echoes: readonly Echo[];

const when = (...conditions: Condition[]) => ({ when: conditions });

function model(): DoorModel {
  const backends = backendsOf(...NAMES.map((name, i) => aBackend(name, [echoes[i]!])));
  return aModel({
    backends,
    routes: [aRoute('e_e', { host: 'ingress.test' })],
    entrances: [
      {
        name: 'gw_80',
        protocol: 'http',
        addresses: [OTHER],
        port: 80,
        listeners: [
          {
            host: '',
            routes: [
              aRoute('a_a'),
              aRoute('b_b', { path: '/v2' }),
              aRoute('c_c', { path: '/v2', match: 'exact' }),
              aRoute('d_d', { host: 'x.own.test' }),
            ],
          },
          { host: '**.own.test', routes: [aRoute('b_b', { host: '**.own.test', path: '/b' })] },
          { host: '**.deep.own.test', routes: [aRoute('c_c', { host: '**.deep.own.test' })] },
          { host: 'one.own.test', routes: [aRoute('d_d', { host: 'one.own.test' })] },
          { host: '*.label.test', routes: [aRoute('e_e', { host: '*.label.test' })] },
          {
            host: 'branches.test',
            routes: [
              aRoute(undefined, {
                host: 'branches.test',
                branches: [
                  { ...when({ header: 'version', value: 'two,words "quoted" %' }), to: 'a_a' },
                  { ...when({ header: 'version', value: 'two' }, { method: 'POST' }), to: 'b_b' },
                  { ...when({ query: 'animal', value: 'big whale' }), to: 'c_c' },
                  { ...when({ cookie: 'group', value: '7' }), to: 'd_d' },
                  { ...when({ pathEnd: '/Call' }), to: 'e_e' },
                ],
              }),
            ],
          },
          {
            host: 'weights.test',
            routes: [
              aRoute(
                [
                  { backend: 'a_a', weight: 70 },
                  { backend: 'b_b', weight: 25 },
                  { backend: 'c_c', weight: 5 },
                ],
                { host: 'weights.test' },
              ),
            ],
          },
        ],
      },
      {
        name: 'gw_8080',
        protocol: 'http',
        addresses: [OTHER],
        port: 8080,
        listeners: [{ host: '', routes: [aRoute('e_e', { path: '/only' })] }],
      },
    ],
  });
}

/** Backend of an answer, or its status. */
async function goesTo(host: string, path = '/', more: object = {}): Promise<string | number> {
  const { status, text } = await ask({ address: OTHER, host, path, ...more });
  return status === 200 ? (JSON.parse(text) as Echoed).server : status;
}

/** Host, path, and the backend or status. */
const REQUESTS: readonly [host: string, path: string, to: string | number][] = [
  ['any.test', '/', 'a_a'],
  ['any.test', '/v2', 'c_c'],
  ['any.test', '/v2/', 'b_b'],
  ['any.test', '/v2/x', 'b_b'],
  ['any.test', '/v2x', 'a_a'],
  ['any.test', '/%76%32//x', 'b_b'],
  ['any.test', '/a/../v2', 400],
  ['own.test', '/b', 'a_a'],
  ['x.own.test', '/', 404],
  ['x.own.test', '/b', 'b_b'],
  ['y.x.own.test', '/b', 'b_b'],
  ['deep.own.test', '/b', 'b_b'],
  ['x.deep.own.test', '/b', 'c_c'],
  ['z.y.x.deep.own.test', '/', 'c_c'],
  ['one.own.test', '/', 'd_d'],
  ['ONE.own.test:80', '/', 'd_d'],
  ['x.label.test', '/', 'e_e'],
  ['y.x.label.test', '/', 'a_a'],
  ['ingress.test', '/', 'a_a'],
];

describe('a model of the door', () => {
  before(async () => {
    [door, echoes] = await Promise.all([
      openDoor(ADDRESS),
      Promise.all(NAMES.map((name) => startEcho(name))),
    ]);
    await door.proxies.apply(model());
  });
  after(async () => {
    await door?.stop();
    for (const echo of echoes ?? []) echo.close();
  });

  test('a request is for the most specific listener, host and path', async () => {
    for (const [host, path, to] of REQUESTS) assert.equal(await goesTo(host, path), to, `${host}${path}`);
  });

  test('entrances of one address differ by port; Ingresses are apart from both', async () => {
    assert.equal(await goesTo('any.test', '/only', { port: 8080 }), 'e_e');
    assert.equal(await goesTo('any.test', '/', { port: 8080 }), 404);
    assert.equal(await goesTo('ingress.test', '/', { address: ADDRESS }), 'e_e');
    assert.equal(await goesTo('any.test', '/', { address: ADDRESS }), 404);
  });

  test('the first branch of which all conditions hold decides; without one there is no route', async () => {
    const to = (path: string, more: object) => goesTo('branches.test', path, more);
    assert.equal(await to('/', { headers: { version: 'two,words "quoted" %' } }), 'a_a');
    assert.equal(await to('/', { headers: { version: ['two', 'words "quoted" %'] } }), 'a_a');
    assert.equal(await to('/', { headers: { version: 'two' }, method: 'POST' }), 'b_b');
    assert.equal(await to('/', { headers: { version: 'two' } }), 404);
    assert.equal(await to('/?x=1&animal=big+whale', {}), 'c_c');
    assert.equal(await to('/?animal=big%20whale', { headers: { cookie: 'group=7' } }), 'c_c');
    assert.equal(await to('/?ANIMAL=big%20whale', { headers: { cookie: 'a=b; group=7' } }), 'd_d');
    assert.equal(await to('/', { headers: { cookie: 'group=77' } }), 404);
    assert.equal(await to('/any.Service/Call', {}), 'e_e');
    assert.equal(await to('/any.Service/Calls', {}), 404);
  });

  test('backends get their weights’ shares of requests', async () => {
    const counts = new Map<string | number, number>();
    for (let i = 0; i < 400; i++) {
      const name = await goesTo('weights.test');
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    for (const [name, share] of [
      ['a_a', 280],
      ['b_b', 100],
      ['c_c', 20],
    ] as const)
      assert.ok(Math.abs(counts.get(name)! - share) <= 8, `${name}: ${counts.get(name)} of ${share}`);
  });

  test('clients of gRPC are told of a missing route in their own way', async () => {
    const { status, headers } = await ask({
      address: OTHER,
      host: 'branches.test',
      method: 'POST',
      headers: { 'content-type': 'application/grpc' },
    });
    assert.deepEqual(
      [status, headers['grpc-status'], headers['content-type']],
      [200, '12', 'application/grpc'],
    );
  });

  test('an entrance at an address that the machine does not have harms no other', async () => {
    const far = {
      name: 'far_80',
      protocol: 'http',
      addresses: ['203.0.113.7'],
      port: 80,
      listeners: [],
    } as const;
    const before = model();
    await door.proxies.apply({ ...before, entrances: [...before.entrances, far] });
    assert.equal(await goesTo('any.test'), 'a_a');
    await door.proxies.apply(before);
    assert.equal(await goesTo('any.test'), 'a_a');
  });
});
