import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { systemClock } from '../clock.ts';
import { string } from '../protobuf/codec.ts';
import { message } from '../protobuf/message.ts';
import { testAuthority } from '../x509/authority.fake.ts';
import { GrpcClient, type GrpcClientOptions, type Method } from './client.ts';
import { frame } from './framing.ts';
import { answer, begin, GrpcTestServer, requests, write } from './server.fake.ts';
import { isGrpcError } from './status.ts';

const text = message<{ value: string }>({ value: [1, string] });
const say = (value: string) => text.encode({ value });
const echo: Method<{ value: string }, { value: string }> = {
  path: '/t.T/Echo',
  request: text,
  response: text,
};

describe('GrpcClient', () => {
  let directory: string;
  let server: GrpcTestServer;
  let client: GrpcClient;
  const open = (options: Partial<GrpcClientOptions> = {}) =>
    new GrpcClient({ target: { socket: join(directory, 's') }, clock: systemClock, ...options });

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'grpc-'));
    server = new GrpcTestServer(async (stream) => {
      for await (const body of requests(stream)) answer(stream, [say(`${text.decode(body).value} back`)]);
    });
    await server.listen(join(directory, 's'));
    client = open();
  });
  afterEach(async () => {
    client.close();
    await server.close();
    rmSync(directory, { recursive: true });
  });

  it('reaches a socket whose path is longer than the kernel takes', async () => {
    const far = open({ target: { socket: `${directory}/${'./'.repeat(60)}s` } });
    assert.equal((await far.unary(echo, { value: 'x' })).value, 'x back');
    far.close();
    const nowhere = open({ target: { socket: `${directory}/${'no/'.repeat(60)}s` } });
    await assert.rejects(nowhere.unary(echo, { value: 'x' }), { code: 'unavailable' });
    nowhere.close();
  });

  it('sends a message and its metadata, and returns the answer', async () => {
    client.close();
    client = open({ metadata: { 'containerd-namespace': 'k8s.io' } });
    const seen: unknown[] = [];
    server.handler = (stream, headers) => {
      seen.push(headers[':path'], headers['content-type'], headers.te, headers['grpc-timeout']);
      seen.push(headers['containerd-namespace'], headers.extra);
      answer(stream, [say('there')]);
    };
    const options = { metadata: { extra: 'yes' }, timeout: 5_000 };
    assert.deepEqual(await client.unary(echo, { value: 'hi' }, options), { value: 'there' });
    assert.deepEqual(seen, ['/t.T/Echo', 'application/grpc', 'trailers', '5000m', 'k8s.io', 'yes']);
  });

  it('calls over TCP with TLS and a client certificate', async () => {
    const authority = testAuthority();
    const secure = new GrpcTestServer((stream) => answer(stream, [say('secure')]), {
      ...authority.server(),
      ca: authority.ca,
    });
    const port = await secure.listen(0);
    const tls = { ca: authority.ca, ...authority.client('etcd-client') };
    const known = open({ target: { host: '127.0.0.1', port, tls } });
    assert.deepEqual(await known.unary(echo, { value: '' }), { value: 'secure' });
    known.close();
    const stranger = open({ target: { host: '127.0.0.1', port, tls: { ca: authority.ca } } });
    await assert.rejects(stranger.unary(echo, { value: '' }), (e) => isGrpcError(e, 'unavailable'));
    stranger.close();
    await secure.close();
  });

  describe('streams', () => {
    it('yields messages in order, wherever the bytes are cut', async () => {
      const values = ['a', 'b'.repeat(100_000), 'c'];
      server.handler = (stream) => answer(stream, values.map(say));
      const got = await Array.fromAsync(client.stream(echo, [{ value: '' }]));
      assert.deepEqual(
        got.map(({ value }) => value),
        values,
      );
    });

    it('carries requests and answers at the same time', async () => {
      server.handler = async (stream) => {
        begin(stream);
        for await (const body of requests(stream)) stream.write(frame(say(`${text.decode(body).value}!`)));
        stream.end();
      };
      const asked: string[] = [];
      let next = Promise.withResolvers<string | undefined>();
      async function* questions() {
        for (let value = await next.promise; value !== undefined; value = await next.promise) {
          next = Promise.withResolvers();
          yield { value };
        }
      }
      const answers = client.stream(echo, questions());
      for (const value of ['one', 'two']) {
        const answered = answers.next();
        next.resolve(value);
        asked.push((await answered).value!.value);
      }
      next.resolve(undefined);
      assert.equal((await answers.next()).done, true);
      assert.deepEqual(asked, ['one!', 'two!']);
    });

    it('makes the server wait for a slow reader, without holding up other calls', async () => {
      const chunk = say('x'.repeat(1 << 20));
      let written = 0;
      server.handler = async (stream, headers) => {
        if (headers.quick) return answer(stream, [say('quick')]);
        begin(stream);
        for (; written < 64 && !stream.destroyed; written++) await write(stream, chunk);
        stream.end();
      };
      const slow = client.stream(echo, [{ value: '' }]);
      await slow.next();
      const quick = { metadata: { quick: '1' } };
      for (let i = 0; i < 20; i++) await client.unary(echo, { value: '' }, quick);
      assert.ok(written < 32, `${written} MB were sent to a reader that took one`);
      let rest = 1;
      for await (const _ of slow) rest++;
      assert.equal(rest, 64);
    });

    it('sends requests no faster than the server reads them', async () => {
      let sent = 0;
      async function* many() {
        for (; sent < 64; sent++) yield { value: 'x'.repeat(1 << 20) };
      }
      const go = Promise.withResolvers<void>();
      server.handler = async (stream) => {
        await go.promise;
        let received = 0;
        for await (const _ of requests(stream)) received++;
        answer(stream, [say(String(received))]);
      };
      const answers = client.stream(echo, many());
      const first = answers.next();
      for (let i = 0; i < 20; i++) await systemClock.turn();
      assert.ok(sent < 16, `${sent} MB were queued for a server that read nothing`);
      go.resolve();
      assert.deepEqual((await first).value, { value: '64' });
      await answers.return();
    });

    it('tells the server to stop when the reader leaves the loop', async () => {
      const reset = Promise.withResolvers<number>();
      server.handler = async (stream) => {
        begin(stream);
        stream.write(frame(say('first')));
        stream.once('close', () => reset.resolve(stream.rstCode));
      };
      for await (const _ of client.stream(echo, [{ value: '' }])) break;
      assert.equal(await reset.promise, 8);
    });
  });
});
