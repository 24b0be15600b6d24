// A peer that sends what no SPDY peer should: the connection ends, and neither memory nor the event loop suffers.
import assert from 'node:assert/strict';
import { Duplex, duplexPair } from 'node:stream';
import { describe, it } from 'node:test';
import { systemClock } from '../clock.ts';
import { threadTime } from '../process/thread-time.ts';
import { SpdyConnection } from './connection.ts';
import { controlFrame, dataHead, FrameReader, FrameType, words } from './frame.ts';
import { HeaderDeflater } from './header-block.ts';

/** The bytes that a connection answers with, and how it ended. */
function connection() {
  const [left, right] = duplexPair();
  const answers: Buffer[] = [];
  let streams = 0;
  const server = new SpdyConnection(right, { role: 'server', onStream: () => streams++ });
  left.on('error', () => {});
  left.on('data', (bytes: Buffer) => answers.push(bytes));
  const ended = server.closed.then((error) => error?.message ?? 'ended');
  return { peer: left, server, ended, answers, streams: () => streams };
}

const synStream = (id: number, block: Buffer) =>
  controlFrame(FrameType.synStream, 0, words(id, 0), Buffer.alloc(2), block);

describe('a SPDY peer', () => {
  for (const [what, bytes, message] of [
    [
      'a control frame that is too long',
      Buffer.concat([Buffer.from([0x80, 3, 0, 1, 0, 0x10, 0, 0])]),
      'not a SPDY/3 frame',
    ],
    ['another version', Buffer.from([0x80, 2, 0, 1, 0, 0, 0, 0]), 'not a SPDY/3 frame'],
    ['a ping without a number', controlFrame(FrameType.ping, 0), 'SPDY frame cut short'],
    ['a reset without a reason', controlFrame(FrameType.rstStream, 0, words(1)), 'SPDY frame cut short'],
    ['a stream without headers', controlFrame(FrameType.synStream, 0, words(1)), 'SPDY frame cut short'],
    ['headers that are no zlib', synStream(1, Buffer.from('no zlib')), /^SPDY header block unreadable/],
    [
      'headers that inflate to a megabyte',
      synStream(1, new HeaderDeflater().encode({ a: 'b'.repeat(1024 * 1024) })),
      'SPDY header block too large',
    ],
  ] as const)
    it(`is cut off for ${what}`, async () => {
      const { peer, ended } = connection();
      peer.write(bytes);
      const said = await ended;
      if (typeof message === 'string') assert.equal(said, message);
      else assert.match(said, message);
    });

  it('is cut off for pings whose answers it does not read', async () => {
    let buffered = 0;
    const deaf = new Duplex({
      read: () => {},
      write(chunk: Buffer) {
        buffered += chunk.length;
      },
    });
    const server = new SpdyConnection(deaf, { role: 'server' });
    const pings = Buffer.concat(
      Array.from({ length: 5_000 }, (_, i) => controlFrame(FrameType.ping, 0, words(2 * i + 1))),
    );
    deaf.push(pings);
    assert.equal((await server.closed)?.message, 'the SPDY peer does not read');
    assert.ok(deaf.writableLength + buffered < 32 * 1024);
  });

  it('may have a thousand streams open, and is refused more', async () => {
    const { peer, streams, server } = connection();
    const deflater = new HeaderDeflater();
    const frames = Array.from({ length: 1_500 }, (_, i) => synStream(2 * i + 1, deflater.encode({ n: '1' })));
    peer.write(Buffer.concat(frames));
    while (streams() < 1_000) await systemClock.turn();
    for (let i = 0; i < 20; i++) await systemClock.turn();
    assert.equal(streams(), 1_000);
    peer.write(controlFrame(FrameType.rstStream, 0, words(1, 5)));
    peer.write(synStream(4_001, deflater.encode({ n: '1' })));
    while (streams() < 1_001) await systemClock.turn();
    server.destroy();
  });

  it('may use unknown frames, settings, window updates, and data of streams that are not', async () => {
    const { peer, streams, server } = connection();
    peer.write(controlFrame(77, 0xff, Buffer.alloc(60_000)));
    peer.write(controlFrame(FrameType.settings, 0, Buffer.alloc(3)));
    peer.write(controlFrame(FrameType.windowUpdate, 0));
    peer.write(controlFrame(FrameType.goAway, 0));
    peer.write(Buffer.concat([dataHead(99, 1, 3), Buffer.from('abc')]));
    peer.write(controlFrame(FrameType.rstStream, 0, words(99, 5)));
    peer.write(synStream(1, new HeaderDeflater().encode({ n: '1' })));
    while (streams() < 1) await systemClock.turn();
    assert.ok(server.open);
    server.destroy();
  });
});

it('a control frame in many pieces is joined once', () => {
  const reading = (pieces: number) => {
    const frame = controlFrame(FrameType.settings, 0, Buffer.alloc(60_000));
    const reader = new FrameReader({ control: () => {}, data: () => {}, fin: () => {} });
    const from = threadTime();
    const size = Math.ceil(frame.length / pieces);
    for (let at = 0; at < frame.length; at += size) reader.push(frame.subarray(at, at + size));
    return threadTime() - from;
  };
  reading(60_000);
  const best = Math.min(...[1, 2, 3].map(() => reading(60_000)));
  assert.ok(best < 500, `${best} ms for 60,000 pieces`);
});
