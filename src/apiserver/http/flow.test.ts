import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { nextTurn } from '../../kit/clock.ts';
import { WatchEvent } from '../watch-cache/change.ts';
import { Item } from '../watch-cache/item.ts';
import { FrameWriter, writeAll } from './flow.ts';
import { Pacer } from './pacer.ts';

/** A client whose reads the test controls. */
class SlowClient extends Writable {
  readonly chunks: Buffer[] = [];
  #next: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 1 });
  }

  get received(): string {
    return Buffer.concat(this.chunks).toString();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
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
/** Backlog limit in bytes. */
const LIMIT = 100 * 1024;
const never = () => () => {};

const item = (name: string, size: number) => {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { fill: 'x'.repeat(size) },
  };
  return new Item(Buffer.from(JSON.stringify(object)), object, {});
};
const event = (name: string, size: number) => new WatchEvent('ADDED', item(name, size));
const aPace = () => new Pacer(new SteppedClock()).for('user');
const writerTo = (out: Writable, pace = aPace()) =>
  new FrameWriter({ out, view: undefined, pace, onWait: never, maxWaiting: LIMIT });
const readAll = async (client: SlowClient) => {
  do await nextTurn();
  while (client.read());
};

test('a slow client gets every frame in order, whatever the size of the state it starts with', async () => {
  const client = new SlowClient();
  const writer = writerTo(client);
  writer.start({ items: Array.from({ length: 80 }, (_, i) => item(`n${i}`, LARGE)), end: event('end', 1) });
  assert.equal(writer.push([event('later', 1)]), true);
  await readAll(client);
  const names = client.received
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).object.metadata.name);
  assert.deepEqual(
    [names.length, names[0], names[79], names[80], names[81]],
    [82, 'n0', 'n79', 'end', 'later'],
  );
});

test('a client that falls too far behind is disconnected', () => {
  const writer = writerTo(new SlowClient());
  writer.start({ items: [], end: undefined });
  assert.equal(writer.push([event('first', 1)]), true);
  const answers = Array.from({ length: 80 }, (_, i) => writer.push([event(`n${i}`, LARGE)]));
  assert.deepEqual([answers[0], answers.at(-1)], [true, false]);
});

test('clients that do not read share the one buffer that each of them holds', async () => {
  const items = Array.from({ length: 1000 }, (_, i) => item(`n${i}`, 1000));
  const clients = Array.from({ length: 100 }, () => new SlowClient());
  const pace = aPace();
  for (const client of clients) writerTo(client, pace).start({ items, end: undefined });
  await settle();
  await settle();
  assert.ok(clients.every(({ chunks }) => chunks.length === 1));
  const bytes = [...new Set(clients.map(({ chunks: [chunk] }) => chunk!.buffer))].reduce(
    (sum, buffer) => sum + buffer.byteLength,
    0,
  );
  assert.ok(bytes < 100_000, `${bytes}`);
});

test('clients that have fallen behind share the buffers of later events, also if they began at different ones', async () => {
  const events = Array.from({ length: 2000 }, (_, i) => event(`n${(i * 7919) % 10_007}`, 1000));
  const clients = [0, 0, 7].map((first) => {
    const out = new SlowClient();
    const writer = new FrameWriter({ out, view: undefined, pace: aPace(), onWait: never });
    writer.start({ items: [], end: undefined });
    for (const one of events.slice(first)) writer.push([one]);
    return { out, first };
  });
  for (const { out, first } of clients) {
    await readAll(out);
    const names = events.slice(first).map((one) => one.item.name);
    assert.deepEqual(
      out.received
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).object.metadata.name),
      names,
    );
  }
  const [one, same, later] = clients.map(({ out }) => new Set(out.chunks.map(({ buffer }) => buffer)));
  assert.ok(one!.size > 4);
  assert.equal(one!.isSubsetOf(same!), true);
  assert.ok(one!.difference(later!).size <= one!.size / 2, 'most are shared');
});

test('large replies take turns: the event loop runs between a few megabytes of them', async () => {
  const pace = aPace();
  const part = Buffer.alloc(256 * 1024);
  const written: number[] = [];
  let turn = 0;
  const reply = async (id: number) => {
    const out = new Writable({ write: (_chunk, _encoding, done) => done(), highWaterMark: 1 << 30 });
    out.on('finish', () => written.push(id));
    await writeAll(out, Array(16).fill(part), pace, never);
  };
  const all = Promise.all([0, 1, 2, 3].map(reply));
  let isDone = false;
  void all.then(() => {
    isDone = true;
  });
  while (!isDone) {
    await nextTurn();
    turn++;
  }
  // 16 MiB, of which 1 MiB is not paced, at 1 MiB a turn.
  assert.ok(turn >= 10, `${turn} turns`);
  assert.deepEqual(written.sort(), [0, 1, 2, 3]);
});

test('a reply to a client that has disconnected takes no more parts', async () => {
  const client = new SlowClient();
  let taken = 0;
  const parts = (function* () {
    for (; taken < 100; taken++) yield Buffer.alloc(1000);
  })();
  const written = writeAll(client, parts, aPace(), never);
  client.destroy();
  await written;
  assert.ok(taken < 3, `${taken}`);
});
