import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { EventBuffer } from './buffer.ts';
import { logBackend } from './log-file.ts';
import { webhookBackend } from './webhook.ts';

const directory = mkdtempSync(join(tmpdir(), 'audit-log-'));
after(() => rmSync(directory, { recursive: true }));

test('the log file rotates by size and keeps so many files', async () => {
  const clock = new SteppedClock();
  const path = join(directory, 'audit.log');
  const lost: unknown[] = [];
  const onLost = (error: unknown) => lost.push(error);
  const backend = logBackend({ path, maxSize: 100, maxBackups: 2, maxAge: 0, clock, onLost });
  for (let i = 0; i < 6; i++) {
    assert.ok(backend.accept(JSON.stringify({ i, fill: 'x'.repeat(60) })));
    await backend.close();
    await clock.step(1_000);
  }
  const files = readdirSync(directory).sort();
  assert.equal(files.length, 3, String(files));
  assert.match(files[0]!, /^audit-2026-01-01T00-00-0\d\.000\.log$/);
  assert.equal(JSON.parse(readFileSync(path, 'utf8')).i, 5);
  assert.equal(JSON.parse(readFileSync(join(directory, files[1]!), 'utf8')).i, 4);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(lost, []);
});

test('a log file that cannot be written loses events and is tried again', async () => {
  const clock = new SteppedClock();
  const path = join(directory, 'missing', 'audit.log');
  let count = 0;
  const onLost = (_error: unknown, events: number) => (count += events);
  const backend = logBackend({ path, maxSize: 100, maxBackups: 0, maxAge: 0, clock, onLost });
  backend.accept('{}');
  await backend.close();
  assert.equal(count, 1);
});

test('what waits for a back end is bounded in number and in size', async () => {
  const buffer = new EventBuffer({ batch: 10, write: () => new Promise(() => {}), onLost: () => {} });
  let accepted = 0;
  while (buffer.add('{}')) accepted++;
  assert.equal(accepted, 10_000);
  const large = new EventBuffer({ batch: 10, write: async () => {}, onLost: () => {} });
  const megabyte = 'x'.repeat(1 << 20);
  for (let i = 0; i < 32; i++) assert.ok(large.add(megabyte));
  assert.equal(large.add('x'), false);
  await large.flush();
  assert.ok(large.add('x'));
});

async function receiver(answers: number[]) {
  const bodies: { kind: string; items: unknown[] }[] = [];
  const server: Server = createServer(async (request, response) => {
    bodies.push(JSON.parse(await text(request)));
    response.writeHead(answers.shift() ?? 200).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { bodies, server, url: `http://127.0.0.1:${port}/audit` };
}

test('the webhook gets lists of events, again after a failure, and not again after a refusal', async () => {
  const { bodies, server, url } = await receiver([200, 503, 200, 400]);
  const clock = new SteppedClock();
  let lost = 0;
  const onLost = (_error: unknown, count: number) => (lost += count);
  const backend = webhookBackend({ server: { url }, clock, onLost });
  const until = async (condition: () => boolean) => {
    while (!condition()) await settle();
  };
  backend.accept('{"a":1}');
  backend.accept('{"a":2}');
  await clock.step(30_000);
  await until(() => bodies.length === 1);
  assert.deepEqual([bodies[0]!.kind, bodies[0]!.items], ['EventList', [{ a: 1 }, { a: 2 }]]);
  await settle();
  for (let i = 0; i < 400; i++) backend.accept(`{"b":${i}}`);
  await until(() => bodies.length === 2);
  while (bodies.length < 3) await clock.step(1_000);
  assert.equal(bodies[2]!.items.length, 400);
  await settle();
  backend.accept('{"c":1}');
  await backend.close();
  assert.equal(bodies.length, 4);
  assert.equal(lost, 1);
  server.close();
});

test('batches are written as fast as their throttle allows, and at once when the back end is closed', async () => {
  const clock = new SteppedClock();
  const written: number[] = [];
  const throttle = { qps: 10, burst: 2, clock };
  const buffer = new EventBuffer({
    batch: 1,
    write: async () => void written.push(clock.monotonic()),
    onLost: () => {},
    throttle,
  });
  for (let i = 0; i < 7; i++) buffer.add('{}');
  void buffer.flush();
  await clock.step(350);
  assert.deepEqual(written, [0, 0, 100, 200, 300]);
  await buffer.close();
  assert.deepEqual(written.slice(5), [350, 350]);
});
