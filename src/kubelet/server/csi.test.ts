// The drivers of a node as its kubelet's server shows and calls them; who may do so is tested with the server.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { inProcess, served } from '../../csi/caller.ts';
import { getPluginInfo } from '../../csi/messages/identity.ts';
import { nodeGetInfo } from '../../csi/messages/node.ts';
import { callPath, MAX_MESSAGE, resultOf } from '../../csi/over-http.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { CsiMetrics } from '../csi/csi-metrics.ts';
import { ScriptedDriver } from '../csi/driver.fake.ts';
import { CsiDrivers } from '../csi/drivers.ts';
import { servedDrivers } from '../csi/served-calls.ts';
import { serveCsi } from './csi.ts';
import { HttpFailure } from './failure.ts';

const NAME = 'd.example.com';

async function serverOf(t: TestContext) {
  const drivers = new CsiDrivers([], new SteppedClock(), new CsiMetrics());
  const driver = new ScriptedDriver(NAME);
  drivers.add(NAME, '/plugins/d/csi.sock', driver.caller);
  const csi = servedDrivers(drivers);
  const server = createServer((stream, response) => {
    const { pathname, searchParams } = new URL(stream.url ?? '/', 'http://kubelet');
    const path = pathname.replace(/\/$/, '');
    serveCsi({ csi }, { method: stream.method ?? '', path, query: searchParams, stream }, response).catch(
      (error) =>
        response.writeHead(error instanceof HttpFailure ? error.code : 500).end(String(error.message)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const ask = async (path: string, body?: Buffer) => {
    const init = body === undefined ? {} : { method: 'POST', body: new Uint8Array(body) };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
    const contentType = answer.headers.get('content-type') ?? '';
    return { status: answer.status, contentType, body: Buffer.from(await answer.arrayBuffer()) };
  };
  return { drivers, ask };
}

const nothing = Buffer.alloc(0);

describe('drivers behind a kubelet', () => {
  it('are listed', async (t) => {
    const { ask } = await serverOf(t);
    const { status, body } = await ask('/csi/');
    assert.equal(status, 200);
    const driver = { name: NAME, endpoint: '/plugins/d/csi.sock', hasController: true };
    assert.deepEqual(JSON.parse(String(body)), { drivers: [driver] });
  });

  it('answer with their messages', async (t) => {
    const { ask } = await serverOf(t);
    const answer = await ask(`${callPath(NAME, getPluginInfo)}?timeout=1000`, nothing);
    assert.equal(answer.status, 200);
    assert.equal(resultOf(getPluginInfo, answer).name, NAME);
  });

  it('refuse with status 200 and say why', async (t) => {
    const { ask, drivers } = await serverOf(t);
    const refuse = async () => {
      throw new GrpcError('unauthenticated', 'who?');
    };
    drivers.add('other', '', inProcess([served(getPluginInfo, refuse)]));
    const answer = await ask(callPath('other', getPluginInfo), nothing);
    assert.equal(answer.status, 200);
    assert.throws(() => resultOf(getPluginInfo, answer), { code: 'unauthenticated', message: 'who?' });
  });

  it('cannot be asked for another service, by another method, or with a longer message', async (t) => {
    const { ask } = await serverOf(t);
    assert.equal((await ask(callPath(NAME, nodeGetInfo), nothing)).status, 404);
    assert.equal((await ask(callPath('none', getPluginInfo), nothing)).status, 404);
    assert.equal((await ask(callPath(NAME, getPluginInfo))).status, 405);
    assert.equal((await ask('/csi/', nothing)).status, 405);
    const long = Buffer.alloc(MAX_MESSAGE + 1);
    assert.equal((await ask(callPath(NAME, getPluginInfo), long)).status, 413);
  });
});
