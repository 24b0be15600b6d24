import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { DEFAULT_DETACH_KEYS, detachKeyBytes, UntilDetached } from './detach-keys.ts';

const typed = (chunks: string[], keys = DEFAULT_DETACH_KEYS) =>
  text(
    Readable.from(chunks.map((chunk) => Buffer.from(chunk))).pipe(new UntilDetached(detachKeyBytes(keys))),
  );

describe('detach keys', () => {
  it('end the input when they are typed in order, also one after the other', async () => {
    assert.equal(await typed(['ls\r\u0010\u0011rm\r']), 'ls\r');
    assert.equal(await typed(['ls\r\u0010', '\u0011', 'rm\r']), 'ls\r');
  });

  it('are passed on when another key follows', async () => {
    assert.equal(await typed(['\u0010x\u0010\u0010\u0011y']), '\u0010x\u0010');
    assert.equal(await typed(['a\u0010']), 'a\u0010');
  });

  it('are letters, digits and ctrl- with a letter or one of @[\\]^_', () => {
    assert.deepEqual([...detachKeyBytes('ctrl-a,x,ctrl-[')], [1, 120, 27]);
    assert.throws(() => detachKeyBytes('ctrl-ab'), { message: "Unknown character: 'ctrl-ab'" });
  });
});
