// Servers that answer whatever they like: the API server goes on, within its limits of time and memory.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, it } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import type { Body } from '../../sim/api-calls.ts';
import { GROUP, ROOT, type Scene, startScene, until } from './remote-server.fake.ts';

let scene: Scene;
const WIDGETS = `${ROOT}/namespaces/default/widgets`;
const MiB = 1024 * 1024;

before(async () => {
  scene = await startScene();
});
after(() => scene.stop());

/** Writes for as long as somebody reads. */
function endless(response: ServerResponse, count: (bytes: number) => void = () => {}): void {
  const block = Buffer.alloc(64 * 1024, ' ');
  const more = () => {
    while (!response.destroyed) {
      count(block.length);
      if (!response.write(block)) return void response.once('drain', more);
    }
  };
  more();
}

const discovered = async () => {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const { items } = JSON.parse((await scene.ask('/apis', { headers: { accept } })).body);
  return items.find(({ metadata }: Body) => metadata.name === GROUP)?.versions[0];
};

it('endless documents are read up to their limits; the version is stale until there is a good one', async () => {
  let sent = 0;
  const count = (bytes: number) => {
    sent += bytes;
  };
  const list = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const good = {
    items: [{ metadata: { name: GROUP }, versions: [{ version: 'v1', resources: [{ resource: 'as' }] }] }],
  };
  let asked = 0;
  scene.answers.set('/apis', (_, response) => {
    response.writeHead(200, { 'content-type': list });
    if (asked++ === 0) endless(response, count);
    else response.end(JSON.stringify(good));
  });
  for (const path of ['/openapi/v2', '/openapi/v3'])
    scene.answers.set(path, (_, response) => endless(response, count));
  await scene.register();
  const version = await until(async () => {
    const found = await discovered();
    return found?.freshness === 'Current' && found;
  });
  assert.ok(asked >= 2);
  assert.equal(version.resources[0].resource, 'as');
  await until(() => sent > 2 * MiB);
  assert.ok(sent < 32 * MiB, `${sent} bytes`);
  assert.ok((await scene.ask('/openapi/v2')).body.startsWith('{'));
});

it('headers that are too long are no answer', async () => {
  scene.answers.set(WIDGETS, (_, response) => void response.writeHead(200, { a: 'x'.repeat(MiB) }).end());
  const { status, body } = await scene.ask(WIDGETS);
  assert.equal(status, 503);
  assert.match(body, /^error trying to reach service: net\/http: .* exceeded the limit/);
});

it('a switch of protocols that was not asked for is no answer', async () => {
  scene.answers.set(WIDGETS, (request) => {
    request.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  });
  const { status, body } = await scene.ask(WIDGETS);
  assert.equal(status, 503);
  assert.match(body, /backend tried to switch protocol "x"/);
});

it('an answer that breaks off is broken off', async () => {
  scene.answers.set(WIDGETS, (request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    void systemClock.turn().then(() => request.socket.destroy());
  });
  await assert.rejects(scene.ask(WIDGETS), /aborted|ECONNRESET/);
});

it('an endless answer is too long for a caller in the process, and ends with it', async () => {
  const closed = new Promise((resolve) =>
    scene.answers.set(WIDGETS, (_, response) => {
      response.on('close', resolve);
      endless(response);
    }),
  );
  await assert.rejects(
    scene.call('GET', WIDGETS),
    /the answer of another server is longer than 4194304 bytes/,
  );
  await closed;
});

it('the server answers everybody else meanwhile', async () => {
  assert.equal((await scene.ask('/readyz')).status, 200);
});
