import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerHttp2Stream } from 'node:http2';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { SteppedClock } from '../clock.fake.ts';
import { systemClock } from '../clock.ts';
import { string } from '../protobuf/codec.ts';
import { message } from '../protobuf/message.ts';
import { GrpcClient, type GrpcClientOptions, type Method } from './client.ts';
import { frame } from './framing.ts';
import { answer, begin, GrpcTestServer } from './server.fake.ts';
import { type GrpcCode, isGrpcError } from './status.ts';

const text = message<{ value: string }>({ value: [1, string] });
const say = (value: string) => text.encode({ value });
const echo: Method<{ value: string }, { value: string }> = {
  path: '/t.T/Echo',
  request: text,
  response: text,
};
const failsWith = (code: GrpcCode, words?: RegExp) => (error: unknown) =>
  isGrpcError(error, code) && (!words || words.test(error.message));

describe('a failing gRPC call', () => {
  let directory: string;
  let socket: string;
  let server: GrpcTestServer;
  let client: GrpcClient;
  let clock: SteppedClock;
  const open = (options: Partial<GrpcClientOptions> = {}) => {
    client?.close();
    client = new GrpcClient({ target: { socket }, clock: systemClock, ...options });
  };
  const call = (options = {}) => client.unary(echo, { value: '' }, options);
  /** The stream of the next call, once the server has it. */
  const arrival = () =>
    new Promise<ServerHttp2Stream>((resolve) => {
      server.handler = (stream) => resolve(stream);
    });

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'grpc-'));
    socket = join(directory, 's');
    server = new GrpcTestServer((stream) => answer(stream, [say('fine')]));
    await server.listen(socket);
    clock = new SteppedClock();
    open();
  });
  afterEach(async () => {
    client.close();
    await server.close();
    rmSync(directory, { recursive: true });
  });

  it('throws the code and the message of the status, from trailers or from headers alone', async () => {
    server.handler = (stream) => answer(stream, [], 5, 'no such %22pod%22');
    await assert.rejects(call(), failsWith('notFound', /^no such "pod"$/));
    server.handler = (stream) =>
      stream.respond({ ':status': 200, 'grpc-status': '12', 'grpc-message': 'nope' }, { endStream: true });
    await assert.rejects(call(), failsWith('unimplemented', /^nope$/));
    server.handler = (stream) => answer(stream, [], 99);
    await assert.rejects(call(), failsWith('unknown'));
  });

  it('takes an answer that is not gRPC by its HTTP status', async () => {
    server.handler = (stream) => stream.respond({ ':status': 503 }, { endStream: true });
    await assert.rejects(call(), failsWith('unavailable', /HTTP status 503/));
    server.handler = (stream) => stream.respond({ ':status': 404 }, { endStream: true });
    await assert.rejects(call(), failsWith('unimplemented'));
  });

  it('is given up at its deadline, and the server told', async () => {
    open({ clock });
    const arrived = arrival();
    const late = assert.rejects(call({ timeout: 3_000 }), failsWith('deadlineExceeded', /within 3000 ms/));
    const stream = await arrived;
    const reset = new Promise((resolve) => stream.once('close', () => resolve(stream.rstCode)));
    await clock.step(2_999);
    assert.equal(stream.destroyed, false);
    await clock.step(1);
    await late;
    assert.equal(await reset, 8);
  });

  it('has a deadline in the midst of a stream too', async () => {
    open({ clock });
    server.handler = (stream) => {
      begin(stream);
      stream.write(frame(say('first')));
    };
    const answers = client.stream(echo, [{ value: '' }], { timeout: 1_000 });
    await answers.next();
    const next = assert.rejects(answers.next(), failsWith('deadlineExceeded'));
    await clock.step(1_000);
    await next;
  });

  it('is cancelled by its signal, and the server told', async () => {
    const stop = new AbortController();
    const arrived = arrival();
    const cancelled = assert.rejects(call({ signal: stop.signal }), failsWith('cancelled'));
    const stream = await arrived;
    const reset = new Promise((resolve) => stream.once('close', () => resolve(stream.rstCode)));
    stop.abort();
    await cancelled;
    assert.equal(await reset, 8);
    await assert.rejects(call({ signal: stop.signal }), failsWith('cancelled'));
  });

  it('refuses a message over the limit by its head alone', async () => {
    open({ maxMessageSize: 1_000 });
    server.handler = (stream) => {
      begin(stream);
      stream.write(Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]));
    };
    await assert.rejects(call(), failsWith('resourceExhausted', /larger than max \(2147483647 vs\. 1000\)/));
    server.handler = (stream) => answer(stream, [say('x'.repeat(900))]);
    assert.equal((await call()).value.length, 900);
  });

  it('is internal when the answer is compressed, cut off, doubled, missing or no message', async () => {
    const bodies: [RegExp, Buffer[]][] = [
      [/compressed/, [Buffer.from([1, 0, 0, 0, 0])]],
      [/within a message/, [Buffer.from([0, 0, 0, 0, 9, 1])]],
      [/more than one answer/, [frame(say('a')), frame(say('b'))]],
      [/no answer/, []],
      [/cannot be decoded/, [frame(Buffer.from([0x0a, 0x05]))]],
    ];
    for (const [words, chunks] of bodies) {
      server.handler = (stream) => {
        begin(stream);
        for (const chunk of chunks) stream.write(chunk);
        stream.end();
      };
      await assert.rejects(call(), failsWith('internal', words));
    }
  });

  it('is unavailable when the connection is lost, and the next call dials again', async () => {
    server.handler = (stream) => stream.session?.destroy();
    await assert.rejects(call(), failsWith('unavailable'));
    server.handler = (stream) => answer(stream, [say('again')]);
    assert.deepEqual(await call(), { value: 'again' });
  });

  it('is unavailable when there is no listener', async () => {
    open({ target: { socket: join(directory, 'none') } });
    await assert.rejects(call(), failsWith('unavailable', /ENOENT/));
  });

  it('is repeated on a new connection when a server that is going away has not processed it', async () => {
    const first = arrival();
    const slow = call();
    const stream = await first;
    server.handler = (other) => answer(other, [say('the new connection')]);
    // GOAWAY: this stream is finished, later ones are not looked at.
    stream.session!.goaway(0, stream.id);
    const moved = call();
    assert.deepEqual(await moved, { value: 'the new connection' });
    answer(stream, [say('finished')]);
    assert.deepEqual(await slow, { value: 'finished' });
  });

  it('is not repeated more than once, and only when it was refused unseen', async () => {
    let calls = 0;
    server.handler = (stream) => {
      calls++;
      stream.close(7);
    };
    await assert.rejects(call(), failsWith('unavailable'));
    assert.equal(calls, 2);
    server.handler = (stream) => {
      calls++;
      stream.close(2);
    };
    await assert.rejects(call(), failsWith('internal'));
    assert.equal(calls, 3);
  });

  it('fails when the server no longer answers pings, which are sent only while calls are under way', async () => {
    const relay = await silenceableRelay(join(directory, 'relay'), socket);
    open({
      clock,
      target: { socket: join(directory, 'relay') },
      keepAlive: { everyMs: 30_000, timeoutMs: 10_000 },
    });
    await call();
    const [session] = server.sessions;
    let pings = 0;
    session!.on('ping', () => pings++);
    await clock.step(300_000);
    assert.equal(pings, 0);

    const arrived = arrival();
    const lost = assert.rejects(call({ timeout: 0 }), failsWith('unavailable', /keepalive/));
    await arrived;
    const pinged = once(session!, 'ping');
    await clock.step(30_000);
    await pinged;
    relay.silence();
    await clock.step(30_000);
    await clock.step(10_000);
    await lost;
    relay.close();
  });

  it('waits for a connection until a server listens, or its time is over', async () => {
    open({ target: { socket: join(directory, 'later') } });
    await assert.rejects(client.connected(60), failsWith('deadlineExceeded'));
    const silent = createServer((connection) => connection.on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(join(directory, 'silent'), resolve));
    open({ target: { socket: join(directory, 'silent') } });
    await assert.rejects(client.connected(60), failsWith('deadlineExceeded'));
    silent.close();

    const later = new GrpcTestServer((stream) => answer(stream, [say('up')]));
    open({ target: { socket: join(directory, 'later') } });
    const connected = client.connected(5_000);
    await later.listen(join(directory, 'later'));
    await connected;
    await client.connected(5_000);
    assert.deepEqual(await call(), { value: 'up' });
    client.close();
    await later.close();
  });
});

/** Passes bytes on between a client and a server until it falls silent, as a machine that lost its power would. */
async function silenceableRelay(path: string, to: string) {
  const sockets: Socket[] = [];
  const relay = createServer((near) => {
    const far = connect(to);
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => relay.listen(path, resolve));
  return {
    silence: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      relay.close();
    },
  };
}
