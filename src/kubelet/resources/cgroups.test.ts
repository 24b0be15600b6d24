import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLogger } from '../../kit/log.ts';
import { aBoundPod } from '../../sim/objects/pod.ts';
import { CgroupTree } from './cgroups.ts';

test('a pod gets its cgroup below its tier, also after a first attempt that failed', async (t) => {
  const mount = await mkdtemp(join(tmpdir(), 'cgroup-'));
  t.after(() => rm(mount, { recursive: true, force: true }));
  await mkdir(join(mount, 'cpu'));
  await writeFile(join(mount, 'cpu', 'cgroup.procs'), '');
  const tree = new CgroupTree({ root: '/node1', mount, log: silentLogger });
  const pod = aBoundPod('p', {}, { uid: 'u' });
  await writeFile(join(mount, 'cpu', 'node1'), 'in the way');
  await assert.rejects(tree.ensure(pod));
  await rm(join(mount, 'cpu', 'node1'));
  await tree.ensure(pod);
  assert.equal(tree.parentOf(pod), '/node1/kubepods/besteffort/podu');
  assert.deepEqual(await tree.list(), ['u']);
  assert.deepEqual(await readdir(join(mount, 'cpu/node1/kubepods')), ['besteffort', 'burstable']);
});
