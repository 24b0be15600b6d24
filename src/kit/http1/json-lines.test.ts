import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { readJsonLines } from './json-lines.ts';

const MIB = 1024 * 1024;

describe('the frames of a watch', () => {
  it('end with an error when a line does not end within 16 MiB, and the stream is closed', async () => {
    const stream = Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(MIB, 'x')));
    await assert.rejects(readJsonLines(stream).next(), /a frame of a watch has more than 16777216 bytes/);
    assert.equal(stream.destroyed, true);
  });

  it('may have more than 16 MiB together', async () => {
    const line = `${JSON.stringify({ type: 'ADDED', object: { data: 'x'.repeat(3 * MIB) } })}\n`;
    const [head, tail] = [Buffer.from(line.slice(0, 100)), Buffer.from(line.slice(100))];
    const stream = Readable.from(Array.from({ length: 7 }, () => [head, tail]).flat());
    const types: string[] = [];
    for await (const { type } of readJsonLines<{ type: string }>(stream)) types.push(type);
    assert.equal(types.length, 7);
  });
});
