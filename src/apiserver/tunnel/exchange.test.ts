import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { KeptConnections } from '../../kit/http1/kept-connections.ts';
import type { ProxyCaller } from './caller.ts';
import { exchange } from './exchange.ts';

async function startBackend(t: TestContext) {
  const bodies: string[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    bodies.push(await text(request).catch(() => 'broken off'));
    response.end('fine');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const kept = new KeptConnections(systemClock);
  t.after(() => {
    kept.close();
    server.close();
  });
  const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port, path: '/', kept };
  const ask = async (method: string, body: string, headers: string[]): Promise<string> => {
    const caller: ProxyCaller = {
      ...{ method, url: '/', host: '', headers: [], remoteAddress: undefined },
      hasBody: body !== '',
      body: Readable.from(body === '' ? [] : [Buffer.from(body)]),
      onClose: () => {},
      answer: () => new PassThrough(),
    };
    return text(await exchange(caller, target, headers));
  };
  return { ask, bodies };
}

test('a body that is not as long as was said ends the connection, and is nobody else’s', async (t) => {
  const { ask, bodies } = await startBackend(t);
  assert.equal(await ask('POST', 'four', ['Content-Length', '4']), 'fine');
  assert.equal(await ask('POST', 'chunks', []), 'fine');
  for (const [body, length] of [
    ['four', '60'],
    ['', '60'],
  ] as const)
    await assert.rejects(ask('POST', body, ['content-length', length]), {
      message: `http: ContentLength=60 with Body length ${body.length}`,
    });
  assert.equal(await ask('GET', '', []), 'fine');
  assert.deepEqual(
    bodies.filter((body) => body !== 'broken off'),
    ['four', 'chunks', ''],
  );
});
