// What the policies of a model do to requests and answers, with the real HAProxy. Each test has a path with a backend of its own.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { HeaderChanges, Policy } from '../../src/gateway/model/policy.ts';
import { aBackend, aModel, aRoute, ask, backendsOf, openDoor, type TestDoor } from '../support/door/door.ts';
import { type Echo, type Echoed, startEcho } from '../support/door/echo.ts';
import { eventually } from '../support/eventually.ts';

const [ADDRESS, GATEWAY] = ['127.77.211.1', '127.77.211.2'];
/** Everything that may stand in a value. */
const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))
  .join('')
  .trim();
/** What HAProxy's language and log format would understand. */
const ODD = `%[env(PATH)] "$\{HOME}" \\ %{x}`;
const NAME = "x-!#$%&'*+.^_`|~";

const change = (changes: Partial<HeaderChanges>): HeaderChanges => ({
  set: [],
  add: [],
  remove: [],
  ...changes,
});
const cors = { methods: 'GET, PUT', headers: '*', maxAge: 60, credentials: false, expose: 'X-A, X-B' };

const POLICIES: Readonly<Record<string, Partial<Policy>>> = {
  headers: {
    requestHeaders: change({
      remove: ['X-Gone'],
      set: [
        { name: 'X-Set', value: PRINTABLE },
        { name: NAME, value: 'x' },
      ],
      add: [{ name: 'X-Add', value: 'added' }],
    }),
    responseHeaders: change({
      remove: ['x-from'],
      set: [{ name: 'X-Answer', value: ODD }],
      add: [
        { name: 'X-Long', value: 'l'.repeat(4096) },
        { name: 'X-Long', value: 'second' },
      ],
    }),
  },
  host: { host: 'inner.test' },
  full: { rewrite: { to: '/one' } },
  prefix: { rewrite: { to: '/', keep: { prefix: '/prefix', from: 8 } } },
  odd: { rewrite: { to: "/a%20b$'();" } },
  'to-https': { redirect: { code: 302, scheme: 'https', host: 'example.org' } },
  'to-port': { redirect: { code: 301, port: 8443 } },
  'to-80': { redirect: { code: 303, port: 80 } },
  'to-path': { redirect: { code: 307, path: { to: '/new', keep: { prefix: '/to-path', from: 8 } } } },
  'to-full': { redirect: { code: 308, path: { to: '/full%20path' } } },
  slow: { timeouts: { request: 300 } },
  'slow-try': { timeouts: { server: 300 } },
  patient: {},
  retry: { retry: { attempts: 2, codes: [500, 503] } },
  'retry-slow': { retry: { attempts: 9, codes: [504] }, timeouts: { server: 200, request: 700 } },
  cors: { cors: { ...cors, origins: ['https://a.test', 'https://*.b.test'] } },
  'cors-any': { cors: { ...cors, origins: ['*'], methods: '*', credentials: true } },
  'cors-open': { cors: { ...cors, origins: ['*'] } },
  limited: { limits: { perMinute: 2, burst: 1, header: 'x-user', status: 429 } },
  mirrored: {
    requestHeaders: change({ set: [{ name: 'x-set', value: 'set' }] }),
    rewrite: { to: '/mirrored/on' },
    mirrors: [
      { backend: 'm_all', share: 1, of: 1 },
      { backend: 'm_some', share: 1, of: 4 },
    ],
  },
  closed: { closed: 500 },
  sticky: { affinity: { cookie: 'sticky', secure: false } },
};

let door: TestDoor;
let echo: Echo;
let second: Echo;
let h2c: Echo;
let mirror: Echo;

type More = Omit<Parameters<typeof ask>[0], 'address' | 'path'> & { path?: string };

const asks = (name: string, { path = '', ...more }: More = {}) =>
  ask({ address: GATEWAY, host: 'h.test', path: `/${name}${path}`, ...more });
const echoed = async (name: string, more: More = {}): Promise<Echoed> => {
  const answer = await asks(name, more);
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text) as Echoed;
};

describe('policies of a model of the door', () => {
  before(async () => {
    [door, echo, second, h2c, mirror] = await Promise.all([
      openDoor(ADDRESS),
      startEcho('echo'),
      startEcho('second'),
      startEcho('h2c', 'h2c'),
      startEcho('mirror'),
    ]);
    const backends = Object.entries(POLICIES).map(([name, policy]) =>
      aBackend(`p_${name}`, name === 'sticky' ? [echo, second] : [echo], policy),
    );
    backends.push(
      aBackend('p_h2c', [h2c], { protocol: 'h2c' }),
      aBackend('p_grpc', [], { protocol: 'grpc' }),
      aBackend('m_all', [mirror], { mirrors: [{ backend: 'p_mirrored', share: 1, of: 1 }] }),
      aBackend('m_some', [second]),
    );
    const routes = backends.map(({ name }) => aRoute(name, { path: `/${name.slice(2)}` }));
    const place = { addresses: [GATEWAY], protocol: 'http' } as const;
    await door.proxies.apply(
      aModel({
        backends: backendsOf(...backends),
        entrances: [80, 8080].map((port) => ({
          ...place,
          name: `gw_${port}`,
          port,
          listeners: [{ host: '', routes }],
        })),
      }),
    );
  });
  after(async () => {
    await door?.stop();
    for (const one of [echo, second, h2c, mirror]) one?.close();
  });

  test('headers are removed, set and added, whatever characters they have', async () => {
    const headers = { 'x-gone': '1', 'x-set': 'before', 'x-add': 'first' };
    const answer = await asks('headers', { headers, path: '?header=x-from=backend' });
    const { headers: seen } = JSON.parse(answer.text) as Echoed;
    assert.equal(seen['x-gone'], undefined);
    assert.equal(seen['x-set'], PRINTABLE);
    assert.equal(seen[NAME], 'x');
    assert.equal(seen['x-add'], 'first, added');
    assert.equal(answer.headers['x-from'], undefined);
    assert.equal(answer.headers['x-answer'], ODD);
    assert.equal(answer.headers['x-long'], `${'l'.repeat(4096)}, second`);
  });

  test('hosts and paths are rewritten, queries stay', async () => {
    assert.equal((await echoed('host')).headers.host, 'inner.test');
    assert.equal((await echoed('full', { path: '/two?q=1' })).url, '/one?q=1');
    assert.equal((await echoed('prefix', { path: '/one%2Ftwo?q' })).url, '/one%2Ftwo?q');
    assert.equal((await echoed('prefix')).url, '/');
    assert.equal((await echoed('odd')).url, "/a%20b$'();");
  });

  test('redirects name what they change, and no default port', async () => {
    const location = async (name: string, more: More = {}) => {
      const { status, headers } = await asks(name, more);
      return `${status} ${headers.location}`;
    };
    assert.equal(await location('to-https', { path: '/x?q=1' }), '302 https://example.org/to-https/x?q=1');
    assert.equal(await location('to-https', { port: 8080 }), '302 https://example.org/to-https');
    assert.equal(await location('to-port', { host: 'h.test:80' }), '301 http://h.test:8443/to-port');
    assert.equal(await location('to-80', { port: 8080, host: 'h.test:8080' }), '303 http://h.test/to-80');
    assert.equal(await location('to-path', { path: '/x' }), '307 http://h.test/new/x');
    assert.equal(await location('to-path', { port: 8080 }), '307 http://h.test:8080/new');
    assert.equal(await location('to-full', { path: '/x' }), '308 http://h.test/full%20path');
  });

  test('what takes too long is answered with 504', async () => {
    const status = async (name: string) => (await asks(name, { path: '?delay=1000' })).status;
    assert.deepEqual(
      await Promise.all([status('slow'), status('slow-try'), status('patient')]),
      [504, 504, 200],
    );
    assert.equal((await asks('slow')).status, 200);
  });

  test('tries are repeated as often as the policy says, and after the statuses that it names', async () => {
    const status = async (path: string, more: More = {}) => (await asks('retry', { path, ...more })).status;
    assert.equal(await status('?status=503&fail=2&n=1'), 200);
    assert.equal(await status('?status=503&fail=3&n=2'), 503);
    assert.equal(await status('?status=502&fail=1&n=3'), 502);
    assert.equal(await status('?status=500&fail=1&n=4', { method: 'POST', body: 'x' }), 200);
  });

  test('what a client sends in the headers with which the door speaks to itself has no effect', async () => {
    const headers = { 'x-door-to': 'p_closed', 'x-door-method': 'DELETE' };
    assert.equal((await echoed('retry-slow', { headers })).method, 'GET');
  });

  test('all tries together have one time-out', async () => {
    const before = echo.asked.length;
    const started = performance.now();
    assert.equal((await asks('retry-slow', { path: '?delay=1000' })).status, 504);
    const took = performance.now() - started;
    assert.ok(took > 600 && took < 1_500, `${took} ms`);
    assert.ok(echo.asked.length - before >= 2, 'no other try');
  });

  test('what a browser asks before a request is answered at the door', async () => {
    const preflight = async (name: string, origin: string) => {
      const headers = {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'x-one, x-two',
      };
      const answer = await asks(name, { method: 'OPTIONS', headers });
      assert.equal(answer.status, 204);
      const of = (key: string) => answer.headers[`access-control-${key}`];
      return [of('allow-origin'), of('allow-methods'), of('allow-headers'), of('allow-credentials')];
    };
    assert.deepEqual(await preflight('cors', 'https://a.test'), [
      'https://a.test',
      'GET, PUT',
      '*',
      undefined,
    ]);
    assert.equal((await preflight('cors', 'https://y.x.b.test'))[0], 'https://y.x.b.test');
    assert.equal((await preflight('cors', 'http://a.test'))[0], undefined);
    assert.deepEqual(await preflight('cors-open', 'http://x.test'), ['*', 'GET, PUT', '*', undefined]);
    assert.deepEqual(await preflight('cors-any', 'http://x.test'), [
      'http://x.test',
      'PUT',
      'x-one, x-two',
      'true',
    ]);
    assert.ok(!echo.asked.some(({ method }) => method === 'OPTIONS'));
  });

  test('answers name the origin that may read them; other OPTIONS reach the backend', async () => {
    const origin = 'https://x.b.test';
    const { headers } = await asks('cors', { headers: { origin } });
    assert.equal(headers['access-control-allow-origin'], origin);
    assert.equal(headers['access-control-expose-headers'], 'X-A, X-B');
    assert.equal((await asks('cors')).headers['access-control-allow-origin'], undefined);
    assert.equal((await echoed('cors', { method: 'OPTIONS', headers: { origin } })).method, 'OPTIONS');
  });

  test('requests are counted by a header, and refused with a time after which to come back', async () => {
    const as = (user: string) => asks('limited', { headers: { 'x-user': user } });
    assert.deepEqual([(await as('a')).status, (await as('a')).status], [200, 200]);
    const { status, headers } = await as('a');
    assert.deepEqual([status, headers['retry-after']], [429, '60']);
    assert.equal((await as('b')).status, 200);
    // Who leaves the header out is counted by address.
    const without = [await asks('limited'), await asks('limited'), await asks('limited')];
    assert.deepEqual(
      without.map((one) => one.status),
      [200, 200, 429],
    );
  });

  test('a backend that may not be reached answers with the status that says why', async () =>
    assert.equal((await asks('closed')).status, 500));

  test('requests are sent to mirrors as they are to the backend, and nobody waits for those', async () => {
    const ask = (i: number) => asks('mirrored', { path: `?delay=5&i=${i}`, method: 'PATCH', body: `b${i}` });
    const all = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(i)));
    assert.ok(all.every(({ status }) => status === 200));
    await eventually('all of them', () => mirror.asked.length === 40);
    const first = mirror.asked.find(({ url }) => url === '/mirrored/on?delay=5&i=7')!;
    assert.deepEqual(
      [first.method, first.body, first.headers['x-set'], first.headers.host],
      ['PATCH', 'b7', 'set', 'h.test'],
    );
    assert.ok(Object.keys(first.headers).every((name) => !name.startsWith('x-door')));
    const some = second.asked.filter(({ url }) => url.startsWith('/mirrored')).length;
    assert.ok(some >= 8 && some <= 12, `${some} of 40`);
    assert.equal((await asks('mirrored', { method: 'POST', body: 'x'.repeat(40_000) })).status, 200);
    assert.equal(mirror.asked.length, 40);
  });

  test('a session stays with its backend', async () => {
    const first = await asks('sticky');
    const cookie = String(first.headers['set-cookie']).split(';')[0]!;
    const { server } = JSON.parse(first.text) as Echoed;
    for (let i = 0; i < 4; i++)
      assert.equal((await echoed('sticky', { headers: { cookie } })).server, server);
  });

  test('backends are spoken to in HTTP/2 without TLS; one of gRPC that is not there is unavailable', async () => {
    assert.equal((await echoed('h2c')).version, '2.0');
    const { status, headers } = await asks('grpc', {
      method: 'POST',
      headers: { 'content-type': 'application/grpc' },
    });
    assert.deepEqual([status, headers['grpc-status']], [503, '14']);
  });

  test('a WebSocket passes', async () => {
    const socket = connect(80, GATEWAY);
    socket.write(
      'GET /patient HTTP/1.1\r\nHost: h.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    let text = '';
    for await (const part of socket) text += String(part);
    assert.match(text, /^HTTP\/1.1 101 /);
    assert.match(text, /hello$/);
  });
});
