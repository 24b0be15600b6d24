import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { systemClock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { systemRandom } from '../../kit/random.ts';
import { serveRegistry } from '../http/serve.ts';
import { MEDIA } from '../manifests/document.ts';
import { ask, sha256, temporary } from '../registry.fake.ts';
import { Storage } from '../storage/storage.ts';
import { parseRegistries } from '../upstream/registries-file.ts';
import { RegistryCopies, TAG_LIFE } from './copies.ts';

const LAYER = 'a layer '.repeat(100_000);

interface Upstream {
  readonly host: string;
  /** Requests since the last look. */
  take(): string[];
  /** Layer of the image team/app:1. */
  layer: string;
  /** What comes in place of a blob. */
  corrupt?: string;
  password?: string;
  /** Answers with this to everything. */
  broken?: number;
  /** Credentials come by a token server. */
  tokens?: boolean;
}

async function startUpstream(t: TestContext): Promise<Upstream> {
  let requests: string[] = [];
  const upstream = { layer: LAYER } as Upstream & { host: string };
  const server = http.createServer((request, response) => {
    const { url = '', headers, method } = request;
    requests.push(`${method} ${url}`);
    const basic = `Basic ${Buffer.from(`u:${upstream.password}`).toString('base64')}`;
    const send = (status: number, body: string, more: http.OutgoingHttpHeaders = {}) => {
      const { authorization } = headers;
      const isOpen = upstream.password === undefined;
      if (upstream.broken) return void response.writeHead(upstream.broken).end();
      if (url.startsWith('/token'))
        return void response.end(JSON.stringify({ token: authorization === basic ? 'good' : 'bad' }));
      const wanted = upstream.tokens ? 'Bearer good' : basic;
      const challenge = upstream.tokens
        ? `Bearer realm="http://${upstream.host}/token",service="test",scope="repository:team/app:pull"`
        : 'Basic realm="test"';
      if (!isOpen && authorization !== wanted)
        return void response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
      response.writeHead(status, { 'Content-Length': Buffer.byteLength(body), ...more });
      response.end(method === 'HEAD' ? undefined : body);
    };
    const { layer } = upstream;
    const described = (data: string) => ({ mediaType: 'a/b', digest: sha256(data), size: data.length });
    const manifest = JSON.stringify({
      ...{ schemaVersion: 2, mediaType: MEDIA.manifest },
      ...{ config: described('{}'), layers: [described(layer)] },
    });
    const digest = sha256(manifest);
    if (url === '/v2/team/app/manifests/1' || url === `/v2/team/app/manifests/${digest}`)
      send(200, manifest, { 'Content-Type': MEDIA.manifest, 'Docker-Content-Digest': digest });
    else if (url === `/v2/team/app/blobs/${sha256(layer)}`) send(200, upstream.corrupt ?? layer);
    else send(404, '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  upstream.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const take = () => {
    const taken = requests;
    requests = [];
    return taken;
  };
  return Object.assign(upstream, { take });
}

async function scene(t: TestContext) {
  const upstream = await startUpstream(t);
  const clock = new SteppedClock(systemClock.now());
  const root = temporary(t);
  const storage = new Storage({ root, clock, random: systemRandom });
  await storage.prepare();
  const given = { auth: '' };
  const registries = async () =>
    parseRegistries(
      `mirrors: {reg.example: {endpoint: ["http://${upstream.host}"]}}\nconfigs: {"${upstream.host}": {${given.auth}}}`,
      '/',
    );
  const tools = { storage, registries, key: 'key', clock, log: silentLogger };
  const copies = new RegistryCopies(tools);
  const options = { storage, copies, log: silentLogger, prune: async () => ({}) };
  const server = http.createServer((request, response) => serveRegistry(options, 'node', request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const get = (rest: string, method = 'GET', host = 'reg.example') =>
    ask(port, method, `/v2/team/app/${rest}?ns=${host}`);
  return { upstream, clock, root, given, get, storage };
}

const blob = (data: string) => `blobs/${sha256(data)}`;

describe('an image of another registry', () => {
  it('is fetched once, and served while its registry is away', async (t) => {
    const { upstream, clock, get } = await scene(t);
    const tagged = await get('manifests/1');
    assert.equal(tagged.status, 200);
    const both = await Promise.all([get(blob(LAYER)), get(blob(LAYER))]);
    assert.deepEqual(
      both.map(({ body }) => body.toString() === LAYER),
      [true, true],
    );
    assert.equal(upstream.take().filter((line) => line.includes('/blobs/')).length, 1);
    await clock.step(TAG_LIFE + 1);
    upstream.broken = 503;
    const digest = tagged.headers['docker-content-digest'];
    for (const reference of ['manifests/1', `manifests/${digest}`, blob(LAYER)])
      assert.equal((await get(reference)).status, 200, reference);
    assert.equal((await get('manifests/2')).status, 502);
  });

  it('is the one that its tag stands for now, after a minute', async (t) => {
    const { upstream, clock, get } = await scene(t);
    const before = (await get('manifests/1')).headers['docker-content-digest'];
    upstream.layer = 'another layer';
    upstream.take();
    assert.equal((await get('manifests/1')).headers['docker-content-digest'], before);
    assert.deepEqual(upstream.take(), []);
    await clock.step(TAG_LIFE + 1);
    const now = await get('manifests/1', 'HEAD');
    assert.notEqual(now.headers['docker-content-digest'], before);
    assert.deepEqual(
      upstream.take().map((line) => line.split(' ')[0]),
      ['HEAD', 'GET'],
    );
    await clock.step(TAG_LIFE + 1);
    await get('manifests/1', 'HEAD');
    assert.deepEqual(upstream.take(), ['HEAD /v2/team/app/manifests/1'], 'an unchanged one costs one HEAD');
  });

  it('with another digest than it was asked for is neither kept nor taken for whole', async (t) => {
    const { upstream, get, root, storage } = await scene(t);
    for (const corrupt of [`${LAYER.slice(1)}!`, LAYER.slice(1), `${LAYER}!`]) {
      upstream.corrupt = corrupt;
      const got = await get(blob(LAYER)).catch(() => undefined);
      assert.notEqual(got?.body.toString(), LAYER);
      assert.ok(
        (got?.body.length ?? 0) < LAYER.length || got?.headers['content-length'] !== `${LAYER.length}`,
      );
    }
    assert.deepEqual(readdirSync(join(root, 'drafts')), []);
    assert.deepEqual(readdirSync(storage.blobs.directory), []);
    delete upstream.corrupt;
    assert.equal((await get(blob(LAYER))).body.toString(), LAYER);
  });

  it('is fetched with the credentials of the file, by Basic or a token, and with none where there are none', async (t) => {
    const { upstream, given, get } = await scene(t);
    upstream.password = 'geheim';
    assert.equal((await get('manifests/1')).status, 404, 'so that the node asks the registry itself');
    given.auth = 'auth: {username: u, password: geheim}';
    assert.equal((await get('manifests/1')).status, 200);
    upstream.tokens = true;
    upstream.take();
    assert.equal((await get(blob(LAYER))).status, 200);
    assert.ok(upstream.take().some((line) => /^GET \/token\?service=test&scope=repository/.test(line)));
  });

  it('that was fetched with credentials is not served when they are others', async (t) => {
    const { upstream, given, get, root } = await scene(t);
    upstream.password = 'geheim';
    given.auth = 'auth: {username: u, password: geheim}';
    const { headers } = await get('manifests/1');
    const digest = headers['docker-content-digest'];
    assert.equal((await get(blob(LAYER))).status, 200);
    for (const auth of ['', 'auth: {username: u, password: other}']) {
      given.auth = auth;
      for (const rest of ['manifests/1', `manifests/${digest}`, blob(LAYER)])
        assert.equal((await get(rest)).status, 404, rest);
    }
    const names = readdirSync(join(root, 'copies'), { recursive: true }).join();
    assert.ok(!names.includes('geheim') && !names.includes('other'));
  });

  it('of a registry that the file does not name is not fetched, and nothing is pushed there', async (t) => {
    const { upstream, get, root } = await scene(t);
    for (const host of ['other.example', '../etc', upstream.host.replace('127', '127.x')])
      assert.equal((await get('manifests/1', 'GET', host)).status, 404);
    assert.equal((await get('manifests/1', 'PUT')).status, 405);
    assert.equal((await get('manifests/1', 'PUT', 'localhost:5000')).status, 403);
    assert.deepEqual(upstream.take(), []);
    assert.ok(!existsSync(join(root, 'copies')));
  });
});
