// What the machine mounts and unmounts reaches a node, and what a node mounts stays in it. Below a mount that is shared, as systemd
// has all mounts.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { createNodes } from '../../src/cluster/nodes/create.ts';
import { destroyNodes } from '../../src/cluster/nodes/teardown/destroy.ts';
import { exec } from '../../src/kit/exec.ts';

const CLUSTER = 'tph-mounts';

test('a node lets go of what the machine unmounts, and keeps its own mounts to itself', {
  skip: process.getuid?.() !== 0 && 'needs root',
}, async (t) => {
  await destroyNodes(CLUSTER, { removeData: true });
  const directory = mkdtempSync(join(tmpdir(), 'tph-mounts-'));
  const shared = join(directory, 'shared');
  const [before, after, inside] = ['before', 'after', 'inside'].map((name) => join(shared, name)) as [
    string,
    string,
    string,
  ];
  const mount = (place: string) => ['mount', '-t', 'tmpfs', 'tmpfs', place];
  mkdirSync(shared);
  await exec(mount(shared));
  t.after(async () => {
    await destroyNodes(CLUSTER, { removeData: true });
    await exec(['umount', '-R', '-l', shared]);
    rmSync(directory, { recursive: true, force: true });
  });
  await exec(['mount', '--make-shared', shared]);
  for (const place of [before, after, inside]) mkdirSync(place);
  await exec(mount(before));
  const options = { cluster: CLUSTER, index: 44, nodes: ['n1'], isolated: true };
  const { nodes } = await createNodes({ ...options, directory: join(directory, 'data') });
  const node = nodes[0]!.shell.exec;
  const seen = async (run: (command: readonly string[]) => Promise<string>) => {
    const table = await run(['cat', '/proc/self/mounts']);
    return [before, after, inside]
      .filter((place) => table.includes(` ${place} `))
      .map((place) => basename(place));
  };
  await exec(mount(after));
  await node(mount(inside));
  assert.deepEqual(await seen(node), ['before', 'after', 'inside']);
  assert.deepEqual(await seen(exec), ['before', 'after']);
  await exec(['umount', before, after]);
  assert.deepEqual(await seen(node), ['inside']);
});
