// What the machine mounts and unmounts reaches a node, and what a node mounts stays in it, below a mount that is shared, as systemd has
// all mounts. Drivers find the kubelet's directory where they expect it.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { type ClusterNode, createNodes } from '../../src/cluster/nodes/create.ts';
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

test('a node’s /var/lib/kubelet is the directory of its kubelet, mounts included', {
  skip: process.getuid?.() !== 0 && 'needs root',
}, async (t) => {
  await destroyNodes(CLUSTER, { removeData: true });
  const directory = mkdtempSync(join(tmpdir(), 'tph-mounts-'));
  t.after(async () => {
    await destroyNodes(CLUSTER, { removeData: true });
    rmSync(directory, { recursive: true, force: true });
  });
  const options = { cluster: CLUSTER, index: 44, nodes: ['n1', 'n2'], isolated: true };
  const { nodes } = await createNodes({ ...options, directory });
  const place = 'pods/u/volumes/v/mount';
  for (const { kubelet, name } of nodes) {
    mkdirSync(join(kubelet, place), { recursive: true });
    writeFileSync(join(kubelet, 'name'), name);
  }
  const [{ shell, kubelet }, other] = nodes as [ClusterNode, ClusterNode];
  assert.equal(await shell.exec(['cat', '/var/lib/kubelet/name']), 'n1');
  assert.equal(await other.shell.exec(['cat', '/var/lib/kubelet/name']), 'n2');
  await shell.exec(['mount', '-t', 'tmpfs', 'tmpfs', `/var/lib/kubelet/${place}`]);
  await shell.exec(['umount', join(kubelet, place)]);
  const table = await shell.exec(['cat', '/proc/self/mounts']);
  assert.equal(table.includes(` /var/lib/kubelet/${place} `), false);
});
