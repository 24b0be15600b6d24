import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { type TestCertificate, testAuthority } from '../../kit/x509/authority.fake.ts';
import type { KubeletAttributes } from './attributes.ts';
import { fakeBackend } from './backend.fake.ts';
import { type KubeletServer, startKubeletServer } from './server.ts';
import { type FakeRuntime, startFakeRuntime } from './streaming/runtime.fake.ts';

const authority = testAuthority();
const apiServer = authority.client('kube-apiserver', ['system:masters']);
const stranger = authority.client('stranger', ['guests', 'others']);

interface CallOptions {
  as?: TestCertificate;
  token?: string;
  method?: string;
  agent?: Agent;
  headers?: Record<string, string>;
}

describe('the kubelet server', () => {
  let runtime: FakeRuntime;
  let server: KubeletServer;
  const asked: KubeletAttributes[] = [];
  /** Milliseconds by which the server's clock is ahead. */
  let ahead = 0;
  const folder = mkdtempSync(join(tmpdir(), 'kubelet-server-'));
  const log = join(folder, '0.log');

  before(async () => {
    writeFileSync(log, '2026-01-02T03:04:05Z stdout F hello\n2026-01-02T03:04:06Z stderr F world\n');
    runtime = await startFakeRuntime();
    server = await startKubeletServer({
      backend: { ...fakeBackend(runtime, log), logDirectory: folder },
      clock: { ...systemClock, now: () => systemClock.now() + ahead },
      log: silentLogger,
      addresses: ['127.0.0.1'],
      port: 0,
      tls: { ...authority.server(), clientCa: authority.ca },
      authorize: async (attributes) => {
        asked.push(attributes);
        return attributes.user.name === 'kube-apiserver' || attributes.user.groups.includes('scrapers');
      },
      authenticateToken: async (token) =>
        token === 'good' ? { name: 'prometheus', groups: ['scrapers'] } : undefined,
    });
  });

  after(async () => {
    await server.close();
    await runtime.close();
    rmSync(folder, { recursive: true });
  });

  async function call(
    path: string,
    options: CallOptions = { as: apiServer },
  ): Promise<{ code: number; body: string; type: string }> {
    return new Promise((resolve, reject) => {
      const asking = request(
        {
          host: '127.0.0.1',
          port: server.port,
          path,
          method: options.method ?? 'GET',
          ca: authority.ca,
          ...options.as,
          agent: options.agent ?? false,
          headers: { ...options.headers, ...(options.token && { authorization: `Bearer ${options.token}` }) },
        },
        async (response) =>
          resolve({
            code: response.statusCode ?? 0,
            body: await text(response),
            type: response.headers['content-type'] ?? '',
          }),
      );
      asking.on('error', reject);
      asking.end();
    });
  }

  it('turns away callers it does not know', async () => {
    assert.deepEqual((await call('/healthz', {})).code, 401);
    assert.deepEqual((await call('/healthz', { token: 'bad' })).code, 401);
    const other = testAuthority().client('kube-apiserver', ['system:masters']);
    assert.equal((await call('/healthz', { as: other })).body, 'Unauthorized');
  });

  it('refuses a client certificate that has expired, on an open connection too', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    assert.equal((await call('/healthz', { as: apiServer, agent })).code, 200);
    ahead = 100 * 365 * 86_400_000;
    assert.equal((await call('/healthz', { as: apiServer, agent })).code, 401);
    ahead = 0;
    assert.equal((await call('/healthz', { as: apiServer, agent })).code, 200);
    agent.destroy();
  });

  it('asks whether a known caller may, finest name first', async () => {
    asked.length = 0;
    const { code, body } = await call('/pods', { as: stranger });
    assert.equal(code, 403);
    assert.equal(body, 'Forbidden (user=stranger, verb=get, resource=nodes, subresource(s)=[pods proxy])\n');
    assert.deepEqual(asked[0]?.user.groups, ['guests', 'others', 'system:authenticated']);
    assert.deepEqual(
      asked.map((attributes) => attributes.subresource),
      ['pods', 'proxy'],
    );
  });

  it('asks nothing of the kubelet for callers it does not know or who may not, whatever the path', async () => {
    const paths = [
      '/',
      '/pods',
      '/runningpods/',
      '/healthz',
      '/configz',
      '/metrics',
      '/stats/summary',
      '/logs/',
      '/nothing',
    ];
    const pod = 'default/web/app';
    const more = ['containerLogs', 'run', 'exec', 'attach', 'portForward', 'checkpoint'].map(
      (word) => `/${word}/${pod}`,
    );
    for (const path of [...paths, ...more, '/debug/pprof/', '/debug/flags/v', '//x', '/%', '/logs/%'])
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
        assert.equal((await call(path, { method })).code, 401, `${method} ${path}`);
        assert.equal((await call(path, { method, as: stranger })).code, 403, `${method} ${path}`);
      }
  });

  it('takes each path by the methods that it has only', async () => {
    for (const path of [
      '/pods',
      '/runningpods/',
      '/logs/0.log',
      '/containerLogs/default/web/app',
      '/stats/summary',
    ])
      for (const method of ['POST', 'PUT', 'DELETE', 'HEAD'])
        assert.equal((await call(path, { as: apiServer, method })).code, 405, `${method} ${path}`);
    assert.equal((await call('/run/default/web/app?cmd=x')).code, 405);
    assert.equal((await call('/exec/default/web/app', { as: apiServer, method: 'PUT' })).code, 405);
  });

  it('ignores an Upgrade header where nothing upgrades', async () => {
    const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1' };
    assert.equal((await call('/healthz', { as: apiServer, headers })).body, 'ok');
    assert.equal((await call('/pods', { as: apiServer, method: 'DELETE', headers })).code, 405);
  });

  it('serves no profiles, flags or old command paths', async () => {
    for (const path of [
      '/debug/pprof/',
      '/debug/pprof/heap',
      '/debug/flags/v',
      '/spec/',
      '/checkpoint/default/web/app',
    ])
      assert.ok([404, 405].includes((await call(path)).code), path);
  });

  it('answers paths that are none, without words of the machine', async () => {
    for (const path of [
      '//',
      '//host/pods',
      '/%',
      '/%ff',
      '/pods%00',
      '/containerLogs/%/%',
      '/a b'.replace(' ', '%20'),
    ])
      assert.deepEqual((await call(path)).body, (await call('/nothing')).body, path);
    assert.deepEqual((await call('/logs/%')).body, 'invalid URL escape');
  });

  it('knows a pod by its uid, where the path has one', async () => {
    const run = (uid: string) =>
      call(`/run/default/web/${uid}/app?cmd=a+b`, { as: apiServer, method: 'POST' });
    assert.equal((await run('uid-1')).code, 200);
    assert.deepEqual([(await run('uid-0')).code, (await run('uid-0')).body], [404, 'pod does not exist']);
  });

  it('knows the owners of bearer tokens', async () => {
    assert.equal((await call('/metrics/resource', { token: 'good' })).body, 'resource 1\n');
  });

  it('serves health, pods, metrics, stats and configuration', async () => {
    assert.equal((await call('/healthz')).body, 'ok');
    assert.equal(JSON.parse((await call('/pods')).body).items[0].metadata.name, 'web');
    assert.match((await call('/metrics')).type, /^text\/plain; version=0\.0\.4/);
    assert.deepEqual(JSON.parse((await call('/stats/summary?only_cpu_and_memory=true')).body), {
      node: { only: true },
    });
    assert.deepEqual(JSON.parse((await call('/configz')).body), { kubeletconfig: {} });
    assert.match((await call('/statusz')).body, /^status as/);
    assert.equal((await call('/metrics/cadvisor')).code, 404);
    assert.equal((await call('/nothing')).code, 404);
  });

  it('serves container logs', async () => {
    assert.equal((await call('/containerLogs/default/web/app')).body, 'hello\nworld\n');
    assert.equal((await call('/containerLogs/default/web/app?tailLines=1')).body, 'world\n');
  });

  it('says why there is no log', async () => {
    assert.deepEqual(await call('/containerLogs/default/none/app'), {
      code: 404,
      body: 'pod "none" does not exist',
      type: 'text/plain; charset=utf-8',
    });
    assert.equal(
      (await call('/containerLogs/default/web/nope')).body,
      'container "nope" not found in pod "web"',
    );
    const waiting = await call('/containerLogs/default/web/waiting');
    assert.equal(waiting.code, 400);
    assert.equal(waiting.body, 'container "waiting" in pod "web" is waiting to start: ContainerCreating');
  });

  it('serves files of the log folder, and nothing outside it', async () => {
    assert.match((await call('/logs/')).body, /<a href="0.log">/);
    assert.match((await call('/logs/0.log')).body, /stdout F hello/);
    assert.equal((await call('/logs/..%2f..%2fetc/passwd')).code, 404);
  });

  it('runs commands', async () => {
    const post = { as: apiServer, method: 'POST' };
    assert.equal((await call('/run/default/web/app?cmd=ls+-l', post)).body, 'ls|-l');
    assert.match((await call('/run/default/web/app?cmd=false', post)).body, /^command exited with 1/);
  });

  it('wants an upgrade for exec', async () => {
    const plain = await call('/exec/default/web/app?command=ls&output=1');
    assert.deepEqual([plain.code, plain.body], [500, 'Upgrade request required']);
  });
});
