import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
