import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { answer, GrpcTestServer, requests } from '../../kit/grpc/server.fake.ts';
import { isCriError } from '../error.ts';
import { connectRuntime } from './connect.ts';

const UNIMPLEMENTED = 12;

/** What a runtime answers, by method; it knows no other. Gives the methods that were called, too. */
async function aRuntime(t: TestContext, answers: Record<string, Buffer>) {
  const directory = mkdtempSync(join(tmpdir(), 'cri-'));
  const called: string[] = [];
  const server = new GrpcTestServer(async (stream, headers) => {
    const [, service = '', method = ''] = String(headers[':path']).split('/');
    called.push(method);
    await Array.fromAsync(requests(stream));
    const found = answers[method];
    if (found) return answer(stream, [found]);
    return answer(stream, [], UNIMPLEMENTED, `unknown service ${service}`);
  });
  const path = join(directory, 'runtime.sock');
  await server.listen(path);
  t.after(async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { endpoint: `unix://${path}`, called };
}

const text = (field: number, value: string) =>
  Buffer.concat([Buffer.of((field << 3) | 2, value.length), Buffer.from(value)]);
const VERSION = Buffer.concat([text(1, '0.1.0'), text(2, 'cri-o'), text(3, '1.37.0'), text(4, 'v1')]);
const NOTHING = Buffer.alloc(0);

test('a runtime without CRI v1 is said to be too old for it', async (t) => {
  const { endpoint } = await aRuntime(t, {});
  await assert.rejects(connectRuntime({ endpoint, clock: systemClock }), (error: Error) => {
    assert.ok(isCriError(error, 'unimplemented'));
    assert.match(error.message, /unknown service runtime\.v1\.RuntimeService/);
    return /too old for CRI v1/.test(error.message);
  });
});

test('images are asked for at the socket of the image service', async (t) => {
  const runtime = await aRuntime(t, { Version: VERSION });
  const images = await aRuntime(t, { ImageFsInfo: NOTHING, ListImages: NOTHING });
  const connected = await connectRuntime({
    ...{ endpoint: runtime.endpoint, imageEndpoint: images.endpoint },
    clock: systemClock,
  });
  t.after(() => connected.runtime.close());
  assert.deepEqual(await connected.runtime.listImages(), []);
  assert.deepEqual(images.called, ['ImageFsInfo', 'ListImages']);
  assert.equal(connected.version.runtimeName, 'cri-o');
  const alone = connectRuntime({ endpoint: runtime.endpoint, clock: systemClock });
  await assert.rejects(alone, /validate CRI v1 image API/);
});

test('who makes cgroups is told by the runtime, or by nobody', async (t) => {
  const driverOf = async (config: Buffer | undefined) => {
    const answers = { Version: VERSION, ImageFsInfo: NOTHING, ...(config && { RuntimeConfig: config }) };
    const { endpoint } = await aRuntime(t, answers);
    const { runtime, cgroupDriver } = await connectRuntime({ endpoint, clock: systemClock });
    runtime.close();
    return cgroupDriver;
  };
  assert.equal(await driverOf(undefined), undefined);
  assert.equal(await driverOf(NOTHING), undefined);
  // An empty message, as 0 is systemd.
  assert.equal(await driverOf(Buffer.of(0x0a, 0)), 'systemd');
  assert.equal(await driverOf(Buffer.of(0x0a, 2, 0x08, 1)), 'cgroupfs');
});
