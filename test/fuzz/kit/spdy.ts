import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { SpdyConnection } from '../../../src/kit/spdy/connection.ts';
import { controlFrame, dataHead, FrameReader, FrameType, words } from '../../../src/kit/spdy/frame.ts';
import { HeaderDeflater } from '../../../src/kit/spdy/header-block.ts';
import { nearMissBytes } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const block = new HeaderDeflater().encode({ streamtype: 'data', port: '80' });
const syn = controlFrame(FrameType.synStream, 0, words(1, 0), Buffer.alloc(2), block);
const session = Buffer.concat([
  syn,
  dataHead(1, 0, 5),
  Buffer.from('hello'),
  controlFrame(FrameType.ping, 0, words(1)),
  controlFrame(FrameType.settings, 0, words(1, 7, 100)),
  controlFrame(FrameType.windowUpdate, 0, words(1, 100)),
  controlFrame(FrameType.rstStream, 0, words(1, 5)),
  controlFrame(FrameType.goAway, 0, words(1, 0)),
]);

/** The events of a frame reader, data joined: the same however the bytes are cut. */
function events(bytes: Buffer, cuts: readonly number[]): string[] {
  const seen: string[] = [];
  const reader = new FrameReader({
    control: (type, flags, body) => seen.push(`control ${type} ${flags} ${body.toString('hex')}`),
    data: (id, piece) => {
      for (const byte of piece) seen.push(`data ${id} ${byte}`);
    },
    fin: (id) => seen.push(`fin ${id}`),
  });
  let from = 0;
  try {
    for (const cut of [...[...cuts].sort((a, b) => a - b), 1]) {
      const at = Math.max(from, Math.floor(cut * bytes.length));
      if (at > from) reader.push(bytes.subarray(from, at));
      from = at;
    }
  } catch (error) {
    seen.push(String(error));
  }
  return seen;
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 10 });

export const targets = [
  fuzzTarget({
    name: 'kit/spdy-frames',
    input: fc.tuple(nearMissBytes([session, syn]), cuts),
    run: ([bytes, at]) => {
      const whole = Buffer.from(bytes);
      assert.deepEqual(events(whole, at), events(whole, []));
    },
    refuses: () => false,
  }),
  fuzzTarget({
    name: 'kit/spdy-connection',
    input: nearMissBytes([session, Buffer.concat([session, session])]),
    run: async (bytes) => {
      const transport = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
      const connection = new SpdyConnection(transport, {
        role: 'server',
        onStream: (stream) => stream.resume(),
      });
      transport.push(Buffer.from(bytes));
      transport.push(null);
      const error = await connection.closed;
      if (error) assert.match(error.message, /^(?:not a )?SPDY|^the SPDY peer/);
    },
    refuses: () => false,
  }),
];
