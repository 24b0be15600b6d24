import assert from 'node:assert/strict';
import { existsSync, utimesSync } from 'node:fs';
import { it, type TestContext } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { systemClock } from '../../kit/clock.ts';
import { MEDIA } from '../manifests/document.ts';
import { parseDigest } from '../names.ts';
import { ask, pushBlob, pushImage, sha256, startTestRegistry, type TestRegistry } from '../registry.fake.ts';
import { collect } from './collect.ts';

const MINUTE = 60_000;
const AGES = { manifest: 10 * MINUTE, blob: 10 * MINUTE, copy: 20 * MINUTE };

async function scene(t: TestContext) {
  const clock = new SteppedClock(systemClock.now());
  const registry = await startTestRegistry(t, { clock });
  const pull = async (name: string, reference: string) =>
    (await registry.ask('GET', `/v2/${name}/manifests/${reference}`)).status;
  return { clock, registry, pull, run: () => collect(registry.storage, AGES) };
}

const contentOf = ({ storage }: TestRegistry, digest: string) => storage.blobs.path(parseDigest(digest)!);

it('what no tag leads to goes when it was not used for a while, and its contents with it', async (t) => {
  const { clock, registry, pull, run } = await scene(t);
  const old = await pushImage(registry, 'app', '1', 'old layer');
  const now = await pushImage(registry, 'app', '1', 'new layer');
  await clock.step(9 * MINUTE);
  assert.deepEqual(await run(), { manifests: 0, blobs: 0, bytes: 0 });
  await clock.step(2 * MINUTE);
  const found = await run();
  assert.deepEqual(
    [found.manifests, found.blobs],
    [1, 2],
    'the manifest and its layer: the config is shared',
  );
  assert.equal(found.bytes, old.manifest.length + 'old layer'.length);
  assert.equal(await pull('app', old.digest), 404);
  assert.equal(await pull('app', '1'), 200);
  assert.ok(existsSync(contentOf(registry, now.layer)));
});

it('what was pulled lately stays, with all that belongs to it', async (t) => {
  const { clock, registry, pull, run } = await scene(t);
  const { digest, layer } = await pushImage(registry, 'app', '', 'a layer');
  await clock.step(8 * MINUTE);
  assert.equal(await pull('app', digest), 200);
  await clock.step(8 * MINUTE);
  await run();
  assert.equal((await registry.ask('GET', `/v2/app/blobs/${layer}`)).status, 200);
});

it('a blob that a client has asked for before it pushes the manifest stays', async (t) => {
  const { clock, registry, run } = await scene(t);
  const { digest } = await pushBlob(registry, 'app', 'layer');
  const forgotten = await pushBlob(registry, 'app', 'another');
  await clock.step(9 * MINUTE);
  assert.equal((await registry.ask('HEAD', `/v2/app/blobs/${digest}`)).status, 200);
  await clock.step(9 * MINUTE);
  assert.equal((await run()).blobs, 1);
  assert.ok(existsSync(contentOf(registry, digest)));
  assert.ok(!existsSync(contentOf(registry, forgotten.digest)));
});

it('a blob of two repositories stays as long as one of them has it', async (t) => {
  const { clock, registry, run } = await scene(t);
  const { layer } = await pushImage(registry, 'a', '1', 'shared');
  await pushImage(registry, 'b', '1', 'shared');
  await registry.ask('DELETE', '/v2/a/manifests/1');
  await clock.step(11 * MINUTE);
  await run();
  assert.equal((await registry.ask('GET', `/v2/b/blobs/${layer}`)).status, 200);
  assert.equal((await registry.ask('GET', `/v2/a/blobs/${layer}`)).status, 404);
});

it('an index keeps its manifests, and a manifest what refers to it', async (t) => {
  const { clock, registry, pull, run } = await scene(t);
  const child = await pushImage(registry, 'app', '', 'child');
  const describe = (digest: string, size: number) => ({ mediaType: MEDIA.manifest, digest, size });
  const put = (reference: string, document: object, type: string) =>
    registry.ask('PUT', `/v2/app/manifests/${reference}`, JSON.stringify(document), { 'Content-Type': type });
  const manifests = [describe(child.digest, child.manifest.length)];
  await put('1', { schemaVersion: 2, mediaType: MEDIA.index, manifests }, MEDIA.index);
  const config = await pushBlob(registry, 'app', '{}');
  const signature = {
    ...{ schemaVersion: 2, mediaType: MEDIA.manifest, config, layers: [] },
    subject: describe(child.digest, child.manifest.length),
  };
  const signed = sha256(JSON.stringify(signature));
  assert.equal((await put(signed, signature, MEDIA.manifest)).status, 201);
  await clock.step(11 * MINUTE);
  assert.equal((await run()).manifests, 0);
  assert.equal(await pull('app', signed), 200);
  await registry.ask('DELETE', '/v2/app/manifests/1');
  await clock.step(11 * MINUTE);
  assert.equal((await run()).manifests, 3);
  const { body } = await registry.ask('GET', `/v2/app/referrers/${child.digest}`);
  assert.deepEqual(JSON.parse(body.toString()).manifests, []);
});

it('a blob that is being read is read to its end', async (t) => {
  const { clock, registry, run } = await scene(t);
  const data = 'x'.repeat(3_000_000);
  const { digest } = await pushBlob(registry, 'app', data);
  const open = (await registry.storage.blobs.open(parseDigest(digest)!))!;
  await clock.step(11 * MINUTE);
  assert.equal((await run()).blobs, 1);
  let read = 0;
  for await (const part of open.stream()) read += part.length;
  assert.equal(read, data.length);
});

it('uploads that nobody goes on with are given up', async (t) => {
  const { clock, registry, run } = await scene(t);
  const { headers } = await registry.ask('POST', '/v2/app/blobs/uploads/');
  await registry.ask('PATCH', headers.location!, 'data');
  assert.equal((await ask(registry.port, 'GET', headers.location!)).status, 204);
  await run();
  assert.equal((await ask(registry.port, 'GET', headers.location!)).status, 204);
  await clock.step(61 * MINUTE);
  await run();
  assert.equal((await ask(registry.port, 'GET', headers.location!)).status, 404);
  assert.doesNotThrow(() => utimesSync(registry.root, 0, 0));
});
