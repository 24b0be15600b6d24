import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { isCriError } from '../error.ts';
import { message, string } from './codec.ts';
import { GrpcClient, type Method } from './grpc.ts';

const text = message<{ value: string }>({ value: [1, string] });
const echo: Method<{ value: string }, { value: string }> = {
  path: '/t.T/Echo',
  request: text,
  response: text,
};

let directory: string;
let server: Http2Server;
let socket: string;
let answer: (stream: ServerHttp2Stream, body: Buffer) => void;

const frame = (value: string) => {
  const body = text.encode({ value });
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
};

function finish(stream: ServerHttp2Stream, values: string[], status: Record<string, string>): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(status));
  for (const value of values) stream.write(frame(value));
  stream.end();
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'grpc-'));
  socket = join(directory, 's');
  server = createServer();
  server.on('stream', async (stream: ServerHttp2Stream) => {
    stream.on('error', () => {});
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part);
    answer(stream, Buffer.concat(parts));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
});

after(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

const open = () => new GrpcClient(socket, systemClock);

test('a call sends its message and returns the answer', async () => {
  const client = open();
  answer = (stream, body) => {
    const { value } = text.decode(body.subarray(5));
    finish(stream, [`${value} back`], { 'grpc-status': '0' });
  };
  assert.deepEqual(await client.unary(echo, { value: 'there' }), { value: 'there back' });
  client.close();
});

test('a stream yields its messages in order, even when frames are cut', async () => {
  const client = open();
  const values = ['a', 'b'.repeat(100_000), 'c'];
  answer = (stream) => finish(stream, values, { 'grpc-status': '0' });
  const got = await Array.fromAsync(client.stream(echo, [{ value: '' }]));
  assert.deepEqual(
    got.map((g) => g.value),
    values,
  );
  client.close();
});

test('a status becomes an error with its code and message', async () => {
  const client = open();
  answer = (stream) => finish(stream, [], { 'grpc-status': '5', 'grpc-message': 'no such %22pod%22' });
  await assert.rejects(client.unary(echo, { value: '' }), (e) => {
    return isCriError(e, 'notFound') && e.message === 'no such "pod"';
  });
  answer = (stream) =>
    stream.respond({ ':status': 200, 'grpc-status': '12', 'grpc-message': 'nope' }, { endStream: true });
  await assert.rejects(client.unary(echo, { value: '' }), (e) => isCriError(e, 'unimplemented'));
  client.close();
});

test('a call that takes too long is given up', async () => {
  const client = open();
  answer = () => {};
  await assert.rejects(client.unary(echo, { value: '' }, { timeout: 20 }), (e) =>
    isCriError(e, 'deadlineExceeded'),
  );
  client.close();
});

test('an aborted call ends as cancelled', async () => {
  const client = open();
  const stop = new AbortController();
  answer = () => stop.abort();
  await assert.rejects(client.unary(echo, { value: '' }, { signal: stop.signal }), (e) =>
    isCriError(e, 'cancelled'),
  );
  client.close();
});

test('a lost connection is unavailable, and the next call dials anew', async () => {
  const client = open();
  answer = (stream) => stream.session?.destroy();
  await assert.rejects(client.unary(echo, { value: '' }), (e) => isCriError(e, 'unavailable'));
  answer = (stream) => finish(stream, ['again'], { 'grpc-status': '0' });
  assert.deepEqual(await client.unary(echo, { value: '' }), { value: 'again' });
  client.close();
});

test('nobody on the socket is unavailable', async () => {
  const client = new GrpcClient(join(directory, 'none'), systemClock);
  await assert.rejects(client.unary(echo, { value: '' }), (e) => isCriError(e, 'unavailable'));
  client.close();
});
