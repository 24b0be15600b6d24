// What ends a cluster lets go of the volumes on its nodes' disks, whatever their driver was doing when it was killed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createNodes } from '../../src/cluster/nodes/create.ts';
import { diskDirectory } from '../../src/cluster/nodes/plan.ts';
import { destroyNodes } from '../../src/cluster/nodes/teardown/destroy.ts';
import { exec } from '../../src/kit/exec.ts';
import { DiskScene, MIB } from '../support/storage/disk-scene.ts';

const CLUSTER = 'tph-volumes';

test('nodes that end let go of their volumes, also of one that was frozen', {
  skip: process.getuid?.() !== 0 && 'needs root',
}, async (t) => {
  await destroyNodes(CLUSTER, { removeData: true });
  // A blank and a backslash: programs write both in their own ways.
  const directory = mkdtempSync(join(tmpdir(), 'tph volumes\\'));
  let scene: DiskScene | undefined;
  t.after(async () => {
    await scene?.stop();
    await destroyNodes(CLUSTER, { removeData: true });
    await exec(['umount', '-l', directory]);
    rmSync(directory, { recursive: true, force: true });
  });
  // A mount of its own: without the nodes, the kernel has other paths for what devices were made of.
  await exec(['mount', '--bind', directory, directory]);
  const options = { cluster: CLUSTER, index: 45, nodes: ['n1'], isolated: true, directory };
  const { nodes } = await createNodes(options);
  const node = nodes[0]!;
  scene = new DiskScene({ kubelet: node.kubelet, disk: diskDirectory(node), exec: node.shell.exec });
  for (const name of ['written', 'frozen']) await scene.use(name, 8);
  await node.shell.exec(['dd', 'if=/dev/zero', `of=${scene.target('written')}/file`, 'bs=1M', 'count=4']);
  writeFileSync(join(diskDirectory(node), 'snapshots/s.img.new'), '');
  await node.shell.exec(['fsfreeze', '-f', scene.staging('frozen')]);
  assert.equal((await scene.loops()).length, 2);
  await scene.stop();
  await destroyNodes(CLUSTER);
  assert.deepEqual(await scene.loops(), []);

  const again = await createNodes(options);
  assert.equal(again.nodes[0]!.kubelet, node.kubelet);
  await scene.restart();
  await scene.stage('written');
  const size = await scene.shell('stat', '--format=%s', `${scene.staging('written')}/file`);
  assert.equal(size.trim(), String(4 * MIB));
});
