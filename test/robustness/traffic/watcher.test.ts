// What watchers of a round do with answers that are no events: nothing that a server says may end the whole run.
import assert from 'node:assert/strict';
import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import { afterEach, describe, it } from 'node:test';
import { testAuthority } from '../../../src/kit/x509/authority.fake.ts';
import { eventually } from '../../support/eventually.ts';
import { Connection } from './connection.ts';
import { configMaps } from './resources.ts';
import { startWatcher, type Watcher } from './watcher.ts';

describe('a watcher', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  /** `answer` is called with the number of the request. */
  async function watcherOf(answer: (stream: ServerHttp2Stream, request: number) => void): Promise<Watcher> {
    const authority = testAuthority();
    const server = createSecureServer(authority.server());
    let requests = 0;
    server.on('stream', (stream) => answer(stream, ++requests));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
    ends.push(() => server.close());
    const { port } = server.address() as { port: number };
    const { ca } = authority;
    const client = authority.client('client');
    const connection = new Connection(() => ({ host: '127.0.0.1', port }), {
      ca: Buffer.from(ca),
      cert: Buffer.from(client.cert),
      key: Buffer.from(client.key),
    });
    return startWatcher({ client: 'w', connection, resource: configMaps, namespace: 'n', from: 1 });
  }

  const event = (value: string) => {
    const metadata = {
      name: 'c',
      uid: 'u',
      resourceVersion: '2',
      annotations: { 'robustness.test/value': value },
    };
    return `${JSON.stringify({ type: 'ADDED', object: { metadata } })}\n`;
  };

  it('asks again after an answer that is no stream of events', async () => {
    const watcher = await watcherOf((stream, request) => {
      stream.respond({ ':status': request === 1 ? 429 : 200 });
      stream.end(request === 1 ? 'Too many requests, please try again later.\n' : event('v'));
    });
    await eventually('the event is seen', () => watcher.saw('v'));
    await watcher.stop();
  });

  it('says at its end what it could not read', async () => {
    const watcher = await watcherOf((stream) => {
      stream.respond({ ':status': 200 });
      stream.write(`${event('v')}{"type":"ERROR","object":{"code":500}}\n`);
    });
    await eventually('the event is seen', () => watcher.saw('v'));
    await assert.rejects(watcher.stop(), /a watch ended with {"code":500}/);
  });
});
