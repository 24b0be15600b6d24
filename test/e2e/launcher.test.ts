// bin/tiphys around a stand-in for the node agent, which tells its process id and waits.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ProcessTable } from '../robustness/server/process-table.ts';
import { eventually } from '../support/eventually.ts';

const root = join(import.meta.dirname, '../..');

test('the launcher survives a full process table, and starts the command again once there is room', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'launcher-'));
  for (const name of ['tiphys', 'find-node']) cpSync(join(root, 'bin', name), join(directory, 'bin', name));
  mkdirSync(join(directory, 'dist'));
  const told = join(directory, 'pid');
  const program = `require('fs').writeFileSync(${JSON.stringify(told)}, process.pid + ' ' + process.argv.slice(2)); setInterval(() => {}, 9999)`;
  writeFileSync(
    join(directory, 'dist/tiphys.mjs'),
    `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); ${program}`,
  );
  const pid = () => Number.parseInt(readFileSync(told, 'utf8'), 10);
  const path = `${join(process.execPath, '..')}:${process.env.PATH}`;
  const launcher = spawn(join(directory, 'bin/tiphys'), ['up', 'a b'], {
    stdio: 'ignore',
    env: { ...process.env, PATH: path },
  });
  const ended = once(launcher, 'exit');
  const table = new ProcessTable(`launcher-${launcher.pid}`);
  try {
    const first = await eventually('the command', () => pid());
    table.fill(launcher.pid!, 1);
    process.kill(first, 'SIGKILL');
    await eventually('a launcher that could not go on as it was', () =>
      readFileSync(`/proc/${launcher.pid}/environ`, 'utf8').includes('TIPHYS_RESUMED=1'),
    );
    assert.equal(pid(), first);
    await table.clear();
    const second = await eventually('the command again', () => pid() !== first && pid());
    assert.equal(readFileSync(told, 'utf8'), `${second} up,a b`);
    launcher.kill('SIGTERM');
    await ended;
    assert.throws(() => process.kill(second as number, 0));
  } finally {
    launcher.kill('SIGKILL');
    rmSync(directory, { recursive: true });
  }
});
