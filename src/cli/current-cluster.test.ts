import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { currentCluster, forgetCluster, useCluster } from './current-cluster.ts';

test('commands mean the cluster that was chosen until it is no more', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tph-current-'));
  const before = process.env.XDG_CONFIG_HOME;
  t.after(() => {
    if (before === undefined) delete process.env.XDG_CONFIG_HOME;
    else process.env.XDG_CONFIG_HOME = before;
    rmSync(directory, { recursive: true, force: true });
  });
  process.env.XDG_CONFIG_HOME = directory;
  useCluster('tiphys');
  assert.equal(currentCluster(), 'tiphys');
  useCluster('dev');
  assert.equal(currentCluster(), 'dev');
  forgetCluster('other');
  assert.equal(currentCluster(), 'dev');
  forgetCluster('dev');
  assert.equal(currentCluster(), 'tiphys');
  assert.equal(existsSync(join(directory, 'tiphys/cluster')), false);
});
