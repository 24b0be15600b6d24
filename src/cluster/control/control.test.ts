import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { silentLogger } from '../../kit/log.ts';
import { callControl } from './client.ts';
import { serveControl } from './server.ts';

it('answers its routes to root only, passes errors on, and replaces a stale socket', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'control-'));
  const socket = join(directory, 'control.sock');
  writeFileSync(socket, 'stale');
  const routes = {
    double: async (body: unknown) => ({ value: 2 * (body as { value: number }).value }),
    fail: async () => {
      throw new Error('no such node: x');
    },
  };
  const server = await serveControl(socket, routes, silentLogger);
  assert.equal(statSync(socket).mode & 0o777, 0o600);
  assert.deepEqual(await callControl(socket, 'double', { value: 21 }), { value: 42 });
  await assert.rejects(callControl(socket, 'fail'), /no such node: x/);
  await assert.rejects(callControl(socket, 'constructor'), /there is no/);
  await server.close();
  await assert.rejects(callControl(socket, 'double', { value: 1 }), /is not running/);
  rmSync(directory, { recursive: true });
});

it('reads a request up to its limit, and takes a limited number of connections', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'control-'));
  const socket = join(directory, 'control.sock');
  let asked = 0;
  const server = await serveControl(socket, { count: async () => ({ asked: ++asked }) }, silentLogger);
  const idle: Socket[] = [];
  t.after(async () => {
    for (const one of idle) one.destroy();
    await server.close();
    rmSync(directory, { recursive: true });
  });
  // The server hangs up in the middle of it: no answer, and the route is not called.
  await assert.rejects(callControl(socket, 'count', { text: 'x'.repeat(1_000_000) }));
  assert.equal(asked, 0);
  for (let i = 0; i < 64; i++) {
    const one = connect(socket);
    idle.push(one);
    await once(one, 'connect');
  }
  const refused = connect(socket);
  refused.on('error', () => {});
  await once(refused, 'close');
  for (const one of idle.splice(0)) {
    one.destroy();
    await once(one, 'close');
  }
  assert.deepEqual(await callControl(socket, 'count'), { asked: 1 });
});
