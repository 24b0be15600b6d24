import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants, createServer, type ServerHttp2Stream } from 'node:http2';

import net, { type AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { nextTurn, systemClock } from '../../kit/clock.ts';
import { RestClient } from '../rest/rest-client.ts';
import { HttpsTransport } from './https-transport.ts';

describe('HttpsTransport', () => {
  // Clear-text HTTP/2: what is tested here is framing and reconnecting, not TLS.
  const server = createServer();
  const watches: ServerHttp2Stream[] = [];
  let transport: HttpsTransport;
  let transportUrl: string;

  before(async () => {
    server.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      const path = String(headers[':path']);
      if (path.includes('watch=true')) {
        watches.push(stream);
        stream.respond({ ':status': 200 });
        stream.write('{"type":"ADDED","object":{"metadata":{"name":"a"}}}\n{"type":"MODI');
        void nextTurn().then(() => stream.write('FIED","object":{"metadata":{"name":"b"}}}\n'));
      } else if (path.endsWith('/gone')) {
        stream.respond({ ':status': 404 });
        stream.end(JSON.stringify({ kind: 'Status', reason: 'NotFound', message: 'not here', code: 404 }));
      } else {
        stream.respond({ ':status': 200 });
        stream.end(
          JSON.stringify({ metadata: { name: 'x' }, data: { token: headers.authorization ?? '', path } }),
        );
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    transportUrl = `http://127.0.0.1:${port}`;
    transport = new HttpsTransport({ server: transportUrl, token: 't', clock: systemClock });
  });
  after(() => {
    transport.close();
    server.close();
  });

  it('sends the token and the path of the kind, and returns the parsed object', async () => {
    const client = new RestClient({ transport, fieldManager: 'me' });
    const got = await client.get(ConfigMap, 'x', 'ns');
    assert.deepEqual(got.data, { token: 'Bearer t', path: '/api/v1/namespaces/ns/configmaps/x' });
  });

  it('throws a StatusError for a failed response', async () => {
    const client = new RestClient({ transport });
    await assert.rejects(client.get(ConfigMap, 'gone', 'ns'), isNotFound);
  });

  it('splits a watch into lines wherever the bytes are cut, and ends when aborted', async () => {
    const client = new RestClient({ transport });
    const abort = new AbortController();
    const seen: string[] = [];
    for await (const frame of await client.watch(ConfigMap, {}, abort.signal)) {
      seen.push(`${frame.type} ${(frame.object as ConfigMap).metadata.name}`);
      if (seen.length === 2) abort.abort();
    }
    assert.deepEqual(seen, ['ADDED a', 'MODIFIED b']);
  });

  it('dials again after a connection was lost', async () => {
    const client = new RestClient({ transport });
    await client.get(ConfigMap, 'x', 'ns');
    transport.close();
    assert.equal((await client.get(ConfigMap, 'x', 'ns')).metadata.name, 'x');
  });

  it('dials another connection when every stream that the server allows is taken', async () => {
    const limited = createServer({ settings: { maxConcurrentStreams: 3 } });
    let connections = 0;
    limited.on('session', () => connections++);
    limited.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      stream.respond({ ':status': 200 });
      if (String(headers[':path']).includes('watch=true')) stream.write('{"type":"ADDED","object":{}}\n');
      else stream.end('{"metadata":{"name":"x"}}');
    });
    await new Promise<void>((resolve) => limited.listen(0, '127.0.0.1', resolve));
    const { port } = limited.address() as AddressInfo;
    const crowded = new HttpsTransport({ server: `http://127.0.0.1:${port}`, clock: systemClock });
    const client = new RestClient({ transport: crowded });
    const stop = new AbortController();
    for (let i = 0; i < 8; i++) {
      const frames = await client.watch(ConfigMap, {}, stop.signal);
      assert.equal((await frames[Symbol.asyncIterator]().next()).value.type, 'ADDED');
    }
    assert.equal((await client.get(ConfigMap, 'x', 'ns')).metadata.name, 'x');
    assert.equal(connections, 3);
    stop.abort();
    crowded.close();
    limited.close();
  });

  it('fails no more than the requests when a connection is given up just before it stands', async () => {
    const stepped = new SteppedClock();
    const tooLate = (_ms: number, fn: () => void) => {
      void Promise.resolve().then(fn);
      return { cancel() {} };
    };
    const clock = { after: tooLate, every: (ms: number, fn: () => void) => stepped.every(ms, fn) };
    const hasty = new HttpsTransport({ server: transportUrl, clock });
    await assert.rejects(hasty.request({ method: 'GET', path: '/' }), /i\/o timeout/);
    hasty.close();
  });

  it('gives up a request that takes too long, and tells the server', async () => {
    const clock = new SteppedClock();
    const silent = createServer();
    const arrived = Promise.withResolvers<ServerHttp2Stream>();
    silent.on('stream', (stream) => {
      stream.on('error', () => {});
      arrived.resolve(stream);
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const slow = new HttpsTransport({ server: `http://127.0.0.1:${port}`, clock });
    const client = new RestClient({ transport: slow, clock, timeoutMs: 5_000 });
    const late = assert.rejects(client.get(ConfigMap, 'x', 'ns'), /no answer within 5000 ms/);
    const stream = await arrived.promise;
    const closed = once(stream, 'close');
    await clock.step(5_000);
    await late;
    await closed;
    assert.equal(stream.rstCode, constants.NGHTTP2_CANCEL);
    slow.close();
    silent.close();
  });

  it('ends what is under way on a connection that is lost, also when it gets nothing new any more', async () => {
    const clock = new SteppedClock();
    // As a machine without power: it says nothing to what it gets.
    const arrived = Promise.withResolvers<net.Socket>();
    const mute = net.createServer((socket) => socket.once('data', () => arrived.resolve(socket)));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const away = new HttpsTransport({ server: `http://127.0.0.1:${port}`, clock });
    const lost = assert.rejects(away.request({ method: 'POST', path: '/' }), /connection lost/);
    const socket = await arrived.promise;
    away.close();
    for (let i = 0; i < 50; i++) await clock.step(1_000);
    await lost;
    socket.destroy();
    mute.close();
  });
});
