import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import type { WebSocket } from 'ws';
import { type Clock, systemClock } from '../../kit/clock.ts';
import { systemRandom } from '../../kit/random.ts';
import { Codes } from './codes.ts';
import { type BrowserSession, type DashboardScene, dashboardScene, PROTOCOL } from './scene.fake.ts';

let scene: DashboardScene;
let session: BrowserSession;
before(async () => {
  scene = await dashboardScene();
  session = await scene.logIn({ code: await scene.code({ as: scene.server.certificates.superAdmin }) });
});
after(() => scene.stop());

const HEADERS = { 'x-tiphys-dashboard': 'none' };
const watch = (socket: WebSocket, id: number, path: string) =>
  socket.send(JSON.stringify({ id, watch: path, accept: 'application/json' }));

/** Texts, and binary messages without their ids. */
function heard(socket: WebSocket): string[] {
  const messages: string[] = [];
  socket.on('message', (data: Buffer, isBinary) =>
    messages.push(isBinary ? data.subarray(4).toString() : data.toString()),
  );
  return messages;
}

async function until(socket: WebSocket, holds: () => boolean): Promise<void> {
  while (!holds()) await once(socket, 'message');
}

describe('budgets of the dashboard', () => {
  it('are 9 KiB for a login', async () => {
    const long = await scene.ask('/dashboard/session', {
      body: { token: 'x'.repeat(8193) },
      headers: HEADERS,
    });
    assert.equal(long.status, 413);
    const body = { token: 'x', more: 'y'.repeat(20_000) };
    assert.equal((await scene.ask('/dashboard/session', { body, headers: HEADERS })).status, 413);
    assert.equal((await scene.ask('/dashboard/session', { body: '[1', headers: HEADERS })).status, 400);
    assert.equal((await scene.ask('/dashboard/session', { body: 'null', headers: HEADERS })).status, 400);
  });

  it('are twenty codes of a user, and a thousand in all', () => {
    const clock: Clock = systemClock;
    const codes = new Codes<number>(clock, systemRandom);
    const first = codes.make('eve', 0);
    const own = Array.from({ length: 20 }, (_, i) => codes.make('eve', i + 1));
    assert.equal(codes.take(first), undefined);
    assert.equal(codes.take(own[0]!), 1);
    for (let i = 0; i < 1500; i++) codes.make(`user-${i}`, i);
    assert.equal(codes.size, 1000);
  });

  it('are 64 watches of a page, and 16 KiB for what it asks', async () => {
    const many = await scene.socket(session, '/dashboard/streams');
    for (let id = 0; id < 65; id++) watch(many, id, '/api/v1/namespaces');
    assert.equal((await once(many, 'close'))[0], 1008);
    const long = await scene.socket(session, '/dashboard/streams');
    long.on('error', () => {});
    watch(long, 1, `/api/v1/pods?${'x'.repeat(17_000)}`);
    assert.equal((await once(long, 'close'))[0], 1009);
    for (const text of ['[', '7', '{"id":-1,"end":true}', '{"id":1,"watch":"/version"}', '{"id":1}']) {
      const socket = await scene.socket(session, '/dashboard/streams');
      socket.send(text);
      assert.equal((await once(socket, 'close'))[0], 1008, text);
    }
  });
});

describe('the WebSocket of a page', () => {
  it('is for the page itself only', async () => {
    const opened = (headers: Record<string, string>, one = session) =>
      scene.socket(one, '/dashboard/streams', { headers }).then(
        (socket) => {
          socket.terminate();
          return 'open';
        },
        (error: Error) => error.message,
      );
    assert.equal(await opened({ origin: 'https://evil.example' }), '403');
    assert.equal(await opened({ origin: '' }), '403');
    assert.equal(await opened({ 'sec-fetch-site': 'same-site' }), '403');
    assert.equal(await opened({}, { ...session, key: 'wrong' }), '401');
    assert.equal(await opened({}, { ...session, cookie: '' }), '401');
    assert.equal(await opened({}), 'open');
  });

  it('is also needed for exec and logs', async () => {
    const path = '/dashboard/api/api/v1/namespaces/default/pods/web/exec?command=sh';
    const protocols = ['v5.channel.k8s.io'];
    const headers = { origin: 'https://evil.example' };
    await assert.rejects(scene.socket(session, path, { protocols, headers }), /^Error: 403/);
    await assert.rejects(scene.socket({ ...session, key: 'x' }, path, { protocols }), /^Error: 401/);
    await assert.rejects(scene.socket(session, path, { protocols }), /^Error: 404/);
  });

  it('carries watches side by side, and says why one is refused', async () => {
    const socket = await scene.socket(session, '/dashboard/streams');
    assert.equal(socket.protocol, PROTOCOL);
    const messages = heard(socket);
    watch(socket, 1, '/api/v1/namespaces');
    watch(socket, 2, '/api/v1/nonsense');
    watch(socket, 3, '/api/v1/namespaces/default/pods/web/proxy/');
    await until(socket, () => messages.length >= 3);
    assert.ok(messages.some((text) => text.startsWith('{"type":"ADDED"') && text.includes('kube-system')));
    assert.ok(messages.some((text) => text.startsWith('{"id":2,"ended":true,"code":404')));
    assert.ok(messages.some((text) => text.startsWith('{"id":3,"ended":true,"code":403')));
    const { superAdmin } = scene.server.certificates;
    await scene.ask('/api/v1/namespaces', { as: superAdmin, body: { metadata: { name: 'later' } } });
    await until(socket, () => messages.some((text) => text.includes('"later"')));
    socket.send('{"id":1,"end":true}');
    await until(socket, () => messages.some((text) => text === '{"id":1,"ended":true}'));
    socket.terminate();
  });

  it('sends nothing of what is no watch, however large it is', async () => {
    const { superAdmin } = scene.server.certificates;
    const path = '/api/v1/namespaces/default/configmaps';
    const body = { metadata: { name: 'large' }, data: { key: 'x'.repeat(200_000) } };
    await scene.ask(path, { as: superAdmin, body });
    const socket = await scene.socket(session, '/dashboard/streams');
    const messages = heard(socket);
    watch(socket, 1, `${path}/large`);
    await until(socket, () => messages.length > 0);
    assert.deepEqual(messages, ['{"id":1,"ended":true,"code":400}']);
    socket.terminate();
  });

  it('is closed when the session is over', async () => {
    const { superAdmin } = scene.server.certificates;
    const accounts = '/api/v1/namespaces/default/serviceaccounts';
    await scene.ask(accounts, { as: superAdmin, body: { metadata: { name: 'gone' } } });
    const asked = await scene.ask(`${accounts}/gone/token`, { as: superAdmin, body: { spec: {} } });
    const socket = await scene.socket(
      await scene.logIn({ token: asked.json.status.token }),
      '/dashboard/streams',
    );
    await scene.ask(`${accounts}/gone`, { as: superAdmin, method: 'DELETE' });
    const messages = heard(socket);
    watch(socket, 1, '/api/v1/namespaces');
    await until(socket, () => messages.some((text) => text === '{"id":1,"ended":true,"code":401}'));
    scene.tick();
    assert.equal((await once(socket, 'close'))[0], 4401);
  });
});
