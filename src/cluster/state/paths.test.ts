import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { clusterPaths, makePrivate } from './paths.ts';

const modeOf = (path: string) => statSync(path).mode & 0o777;

test('what holds secrets is closed to others; a directory that was there before keeps its mode', (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'paths-'));
  t.after(() => rmSync(scratch, { recursive: true }));
  const fresh = join(scratch, 'fresh');
  makePrivate(fresh);
  assert.equal(modeOf(fresh), 0o700);
  const old = join(scratch, 'old');
  mkdirSync(old);
  chmodSync(old, 0o755);
  makePrivate(old);
  assert.equal(modeOf(old), 0o755);
  const { store, pki, node } = clusterPaths(old);
  for (const directory of [store, pki, node('')]) assert.equal(modeOf(directory), 0o700);
});
