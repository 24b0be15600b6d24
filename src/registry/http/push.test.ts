import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LIMITS } from '../limits.ts';
import { MEDIA } from '../manifests/document.ts';
import { pushBlob, pushImage, sha256, startTestRegistry, until } from '../registry.fake.ts';

const uploadsIn = (root: string) => readdirSync(join(root, 'uploads'));

describe('a push', () => {
  it('is pulled as it was pushed, by tag and digest, whole and in part', async (t) => {
    const registry = await startTestRegistry(t);
    const { digest, manifest, layer } = await pushImage(registry, 'team/app', '1.0', 'layer data');
    for (const reference of ['1.0', digest]) {
      const got = await registry.ask('GET', `/v2/team/app/manifests/${reference}`);
      assert.equal(got.body.toString(), manifest);
      assert.equal(got.headers['content-type'], MEDIA.manifest);
      assert.equal(got.headers['docker-content-digest'], digest);
    }
    const part = await registry.ask('GET', `/v2/team/app/blobs/${layer}`, '', { Range: 'bytes=6-' });
    assert.deepEqual([part.status, part.body.toString()], [206, 'data']);
    const head = await registry.ask('HEAD', `/v2/team/app/blobs/${layer}`);
    assert.deepEqual([head.status, head.headers['content-length']], [200, '10']);
    const other = await registry.ask('GET', `/v2/other/blobs/${layer}`);
    assert.equal(other.status, 404, 'a blob is pulled from the repositories that have it');
  });

  it('goes on after the connection and the process ended in the middle', async (t) => {
    const first = await startTestRegistry(t);
    const begun = await first.ask('POST', '/v2/app/blobs/uploads/');
    const location = begun.headers.location!;
    const socket = connect(first.port, '127.0.0.1');
    const head = `PATCH ${location} HTTP/1.1\r\nHost: 127.0.0.1:${first.port}\r\nContent-Length: 100\r\n\r\n`;
    socket.write(`${head}hello `);
    await until(async () => (await first.ask('GET', location)).headers.range === '0-5');
    socket.destroy();
    const second = await startTestRegistry(t, { root: first.root });
    const { status, headers } = await second.ask('GET', location);
    assert.deepEqual([status, headers.range], [204, '0-5']);
    const wrong = await second.ask('PATCH', location, 'world', { 'Content-Range': '7-11' });
    assert.equal(wrong.status, 416);
    const more = await second.ask('PATCH', location, 'world', { 'Content-Range': '6-10' });
    assert.equal(more.status, 202);
    const digest = sha256('hello world');
    assert.equal((await second.ask('PUT', `${location}?digest=${digest}`)).status, 201);
    assert.equal((await second.ask('GET', `/v2/app/blobs/${digest}`)).body.toString(), 'hello world');
    assert.deepEqual(uploadsIn(first.root), []);
  });

  it('with another digest is refused, and nothing of it is left', async (t) => {
    const registry = await startTestRegistry(t);
    const digest = sha256('something else');
    const { status, body } = await registry.ask('POST', `/v2/app/blobs/uploads/?digest=${digest}`, 'data');
    assert.equal(status, 400);
    assert.match(body.toString(), /DIGEST_INVALID/);
    assert.equal((await registry.ask('HEAD', `/v2/app/blobs/${digest}`)).status, 404);
    assert.deepEqual(uploadsIn(registry.root), []);
  });

  it('that says it is too large is refused before it is sent; so is one too many', async (t) => {
    const registry = await startTestRegistry(t);
    const begun = await registry.ask('POST', '/v2/app/blobs/uploads/');
    const socket = connect(registry.port, '127.0.0.1');
    t.after(() => socket.destroy());
    let answer = '';
    socket.on('data', (part) => {
      answer += part;
    });
    const length = LIMITS.blob + 1;
    socket.write(
      `PATCH ${begun.headers.location} HTTP/1.1\r\nHost: 127.0.0.1:${registry.port}\r\nContent-Length: ${length}\r\n\r\n`,
    );
    await until(async () => answer.startsWith('HTTP/1.1 413 '));
    for (let i = 1; i < LIMITS.uploads; i++) await registry.storage.uploads.begin('app');
    assert.equal((await registry.ask('POST', '/v2/app/blobs/uploads/')).status, 429);
  });

  it('of a manifest waits for what it names, and is limited', async (t) => {
    const registry = await startTestRegistry(t);
    const config = { mediaType: 'application/json', digest: sha256('absent'), size: 6 };
    const manifest = { schemaVersion: 2, mediaType: MEDIA.manifest, config, layers: [] };
    const put = (body: string) =>
      registry.ask('PUT', '/v2/app/manifests/1', body, { 'Content-Type': MEDIA.manifest });
    const missing = await put(JSON.stringify(manifest));
    assert.deepEqual([missing.status, missing.body.includes('MANIFEST_BLOB_UNKNOWN')], [404, true]);
    assert.equal((await put('{')).status, 400);
    assert.equal((await put('x'.repeat(LIMITS.manifest + 1))).status, 413);
    const many = { ...manifest, layers: Array.from({ length: LIMITS.references + 1 }, () => config) };
    assert.equal((await put(JSON.stringify(many))).status, 400);
    assert.equal((await registry.ask('GET', '/v2/app/tags/list')).status, 404);
  });

  it('is taken from another repository without being sent again', async (t) => {
    const registry = await startTestRegistry(t);
    const { digest } = await pushBlob(registry, 'a', 'shared');
    const mounted = await registry.ask('POST', `/v2/b/blobs/uploads/?mount=${digest}&from=a`);
    assert.equal(mounted.status, 201);
    assert.equal((await registry.ask('GET', `/v2/b/blobs/${digest}`)).body.toString(), 'shared');
    const unknown = await registry.ask('POST', `/v2/b/blobs/uploads/?mount=${digest}&from=c`);
    assert.equal(unknown.status, 202, 'then it is sent as any other');
  });
});

describe('names', () => {
  it('lead to nothing outside of the registry', async (t) => {
    const registry = await startTestRegistry(t);
    const { digest } = await pushBlob(registry, 'app', 'data');
    for (const name of [
      '../app',
      'app/../app',
      '%2e%2e/app',
      'app%2f..%2fapp',
      'App',
      '_tags',
      'a//b',
      '/etc',
    ])
      for (const rest of [`blobs/${digest}`, 'manifests/1', 'tags/list']) {
        const { status } = await registry.ask('GET', `/v2/${name}/${rest}`);
        assert.ok(status === 404 || status === 400, `${name}/${rest}: ${status}`);
      }
    for (const reference of ['..', '%2e%2e%2f%2e%2e', '.hidden', 'a'.repeat(129), 'sha256:../../x'])
      assert.notEqual((await registry.ask('PUT', `/v2/app/manifests/${reference}`, '{}')).status, 201);
    assert.equal((await registry.ask('POST', '/v2/../x/blobs/uploads/')).status, 404);
    assert.ok(!existsSync(join(registry.root, '..', 'app')));
    assert.deepEqual(readdirSync(join(registry.root, 'repositories')), ['app']);
  });

  it('of tags and repositories are listed in pages', async (t) => {
    const registry = await startTestRegistry(t);
    for (const tag of ['b', 'a', 'C']) await pushImage(registry, 'team/app', tag, tag);
    await pushImage(registry, 'team', '1', 'x');
    const first = await registry.ask('GET', '/v2/team/app/tags/list?n=2');
    assert.deepEqual(JSON.parse(first.body.toString()), { name: 'team/app', tags: ['C', 'a'] });
    assert.equal(first.headers.link, '</v2/team/app/tags/list?n=2&last=a>; rel="next"');
    const second = await registry.ask('GET', '/v2/team/app/tags/list?n=2&last=a');
    assert.deepEqual(JSON.parse(second.body.toString()).tags, ['b']);
    const catalog = await registry.ask('GET', '/v2/_catalog');
    assert.deepEqual(JSON.parse(catalog.body.toString()), { repositories: ['team', 'team/app'] });
  });
});

it('a tag is deleted alone, a manifest with its tags', async (t) => {
  const registry = await startTestRegistry(t);
  const { digest } = await pushImage(registry, 'app', '1', 'x');
  await pushImage(registry, 'app', '2', 'x');
  assert.equal((await registry.ask('DELETE', '/v2/app/manifests/1')).status, 202);
  assert.equal((await registry.ask('GET', '/v2/app/manifests/1')).status, 404);
  assert.equal((await registry.ask('GET', `/v2/app/manifests/${digest}`)).status, 200);
  assert.equal((await registry.ask('DELETE', `/v2/app/manifests/${digest}`)).status, 202);
  assert.equal((await registry.ask('GET', '/v2/app/manifests/2')).status, 404);
});
