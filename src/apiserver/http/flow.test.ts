import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { nextTurn } from '../../kit/clock.ts';
import { WatchEvent } from '../watch-cache/change.ts';
import { Item } from '../watch-cache/item.ts';
import { FrameWriter } from './flow.ts';

/** A client whose reads the test controls. */
class SlowClient extends Writable {
  received = '';
  #next: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 1 });
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.received += chunk.toString();
    this.#next = done;
  }

  read(): boolean {
    const next = this.#next;
    this.#next = undefined;
    next?.();
    return next !== undefined;
  }
}

const LARGE = 30 * 1024;
/** Backlog limit in bytes; the stream buffers another megabyte. */
const LIMIT = 100 * 1024;
const event = (name: string, size: number) => {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { fill: 'x'.repeat(size) },
  };
  return new WatchEvent('ADDED', new Item(Buffer.from(JSON.stringify(object)), object, {}));
};

test('a slow client gets every frame in order, whatever the size of the state it starts with', async () => {
  const client = new SlowClient();
  const writer = new FrameWriter(client, undefined, LIMIT);
  const initial = Array.from({ length: 80 }, (_, i) => event(`n${i}`, LARGE));
  assert.equal(writer.push(initial), true);
  assert.equal(writer.push([event('later', 1)]), true);
  while (client.read()) await nextTurn();
  const names = client.received
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).object.metadata.name);
  assert.deepEqual([names.length, names[0], names[79], names[80]], [81, 'n0', 'n79', 'later']);
});

test('a client that falls too far behind is disconnected', () => {
  const writer = new FrameWriter(new SlowClient(), undefined, LIMIT);
  assert.equal(writer.push([event('first', 1)]), true);
  const answers = Array.from({ length: 80 }, (_, i) => writer.push([event(`n${i}`, LARGE)]));
  assert.deepEqual([answers[0], answers.at(-1)], [true, false]);
});
