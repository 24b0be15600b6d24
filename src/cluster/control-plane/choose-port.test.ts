import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { UserError } from '../progress.ts';
import { choosePort } from './choose-port.ts';

const HOST = '127.0.0.1';

test('a port of another cluster is left alone, also while nobody listens there', async () => {
  const port = await choosePort(HOST, 0, [6443]);
  assert.ok(port > 0 && port !== 6443);
});

test('a port that was asked for is taken or refused, never exchanged', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as { port: number };
  await assert.rejects(choosePort(HOST, port), UserError);
  await new Promise((resolve) => server.close(resolve));
  assert.equal(await choosePort(HOST, port), port);
});
