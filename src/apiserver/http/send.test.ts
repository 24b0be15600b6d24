import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { Pacer } from './pacer.ts';
import { sendAnswer } from './send.ts';

for (const compresses of [true, false])
  test(`long answers are ${compresses ? '' : 'not '}compressed with APIResponseCompression=${compresses}`, async () => {
    const sender = { clock: systemClock, pacer: new Pacer(systemClock), compresses };
    const out = new PassThrough();
    let encoding: unknown;
    const body = Buffer.alloc(300_000, 'x');
    const received = buffer(out);
    await sendAnswer(
      sender,
      { status: 200, headers: {}, body },
      { 'accept-encoding': 'gzip' },
      (_, headers) => {
        encoding = headers['content-encoding'];
        return out;
      },
      false,
    );
    assert.equal(encoding, compresses ? 'gzip' : undefined);
    assert.equal((await received).length === body.length, !compresses);
  });

test('an answer that is encoded already is sent as it is', async () => {
  const sender = { clock: systemClock, pacer: new Pacer(systemClock), compresses: true };
  const out = new PassThrough();
  const received = buffer(out);
  let sent: unknown;
  const body = Buffer.alloc(300_000, 'x');
  await sendAnswer(
    sender,
    { status: 200, headers: { 'content-encoding': 'br' }, body },
    { 'accept-encoding': 'gzip, br' },
    (_, headers) => {
      sent = headers['content-encoding'];
      return out;
    },
    false,
  );
  assert.equal(sent, 'br');
  assert.equal((await received).length, body.length);
});
