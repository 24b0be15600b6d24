import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { duplexPair, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { describe, it } from 'node:test';
import { SpdyConnection } from './connection.ts';
import { SPDY_DICTIONARY } from './dictionary.ts';
import { controlFrame, FrameReader, FrameType, RstStatus, words } from './frame.ts';
import { HeaderDeflater, type SpdyHeaders } from './header-block.ts';
import { SpdyResetError, type SpdyStream } from './stream.ts';

function pair(onStream: (stream: SpdyStream) => void, accepts?: (headers: SpdyHeaders) => boolean) {
  const [left, right] = duplexPair();
  const server = new SpdyConnection(right, { role: 'server', onStream, accepts });
  const client = new SpdyConnection(left, { role: 'client' });
  return { client, server, left, right };
}

const megabytes = (n: number, fill: number) =>
  Readable.from(
    (function* () {
      for (let i = 0; i < n * 8; i++) yield Buffer.alloc(128 * 1024, fill + (i % 7));
    })(),
  );

const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('SPDY connection', () => {
  it('starts from the dictionary of the draft', () => {
    assert.equal(
      createHash('sha256').update(SPDY_DICTIONARY).digest('hex'),
      '51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02',
    );
  });

  it('carries headers of many streams through one compression context', async () => {
    const seen: string[] = [];
    const { client } = pair((stream) => seen.push(`${stream.headers.streamtype}/${stream.headers.port}`));
    for (let i = 0; i < 50; i++) await client.createStream({ StreamType: 'data', port: String(i) }).replied;
    assert.deepEqual(
      seen,
      Array.from({ length: 50 }, (_, i) => `data/${i}`),
    );
  });

  it('half-closes: the server sees the end and still answers', async () => {
    const { client } = pair(async (stream) => {
      const all = await buffer(stream);
      stream.end(`got ${all}`);
    });
    const stream = client.createStream({ streamtype: 'stdin' });
    stream.end('hello');
    assert.equal((await buffer(stream)).toString(), 'got hello');
  });

  it('moves big data both ways at once, whole', async () => {
    const { client } = pair((stream) => void stream.pipe(stream));
    const sent = await buffer(megabytes(12, 65));
    const streams = [client.createStream({ n: '1' }), client.createStream({ n: '2' })];
    const echoes = streams.map((stream) => buffer(stream));
    await Promise.all(streams.map((stream) => pipeline(megabytes(12, 65), stream, { end: true })));
    for (const echo of echoes) assert.equal(sha(await echo), sha(sent));
  });

  it('stops reading the transport while a reader lags, and goes on after', async () => {
    let held: SpdyStream | undefined;
    const { client } = pair((stream) => {
      held = stream;
    });
    const stream = client.createStream({});
    await stream.replied;
    const writing = pipeline(megabytes(4, 1), stream);
    const first = await Promise.race([writing.then(() => 'written'), settled().then(() => 'blocked')]);
    assert.equal(first, 'blocked');
    assert.ok(held);
    const size = (await buffer(held)).length;
    await writing;
    assert.equal(size, 4 * 1024 * 1024);
  });

  it('resets a destroyed stream, and leaves the other streams alone', async () => {
    const streams: SpdyStream[] = [];
    const { client } = pair((stream) => void streams.push(stream));
    const doomed = client.createStream({ n: 'doomed' });
    const other = client.createStream({ n: 'other' });
    await Promise.all([doomed.replied, other.replied]);
    doomed.write('last words', () => doomed.destroy());
    assert.equal((await buffer(streams[0]!)).toString(), 'last words');
    assert.equal(streams[0]!.resetStatus, RstStatus.cancel);
    other.end('fine');
    assert.equal((await buffer(streams[1]!)).toString(), 'fine');
  });

  it('refuses the streams that `accepts` rejects', async () => {
    const seen: string[] = [];
    const { client } = pair(
      (stream) => void seen.push(stream.headers.streamtype ?? ''),
      (headers) => headers.streamtype !== 'x',
    );
    await assert.rejects(client.createStream({ streamtype: 'x' }).replied, SpdyResetError);
    await client.createStream({ streamtype: 'y' }).replied;
    assert.deepEqual(seen, ['y']);
  });

  it('answers a stream before any data goes out on it', async () => {
    const [left, right] = duplexPair();
    const frames: number[] = [];
    const reader = new FrameReader({
      control: (type) => void frames.push(type),
      data: () => void frames.push(0),
      fin: () => {},
    });
    left.on('data', (chunk: Buffer) => reader.push(chunk));
    new SpdyConnection(right, { role: 'server', onStream: (stream) => void stream.end('at once') });
    left.write(
      controlFrame(
        FrameType.synStream,
        0,
        words(1, 0),
        Buffer.alloc(2),
        new HeaderDeflater().encode({ streamtype: 'stderr' }),
      ),
    );
    await settled();
    assert.deepEqual(frames, [FrameType.synReply, 0]);
  });

  it('keeps what was received when the transport ends, and ends the streams', async () => {
    const { client, right } = pair((stream) => {
      stream.write('last words', () => right.end());
    });
    const stream = client.createStream({});
    assert.equal((await buffer(stream)).toString(), 'last words');
    assert.equal(await client.closed, undefined);
    assert.throws(() => client.createStream({}), /closed/);
  });

  it('answers pings of either side', async () => {
    const { client, server } = pair(() => {});
    await Promise.all([client.ping(), server.ping()]);
  });

  it('closes a connection whose frames are not SPDY', async () => {
    const { client, right } = pair(() => {});
    right.write('\x80\x02 this is no frame of version 3');
    assert.match(String(await client.closed), /not a SPDY/);
  });
});

/** Lets pending stream work run until nothing moves any more. */
async function settled(): Promise<void> {
  for (let i = 0; i < 2000; i++) await new Promise((resolve) => setImmediate(resolve));
}
