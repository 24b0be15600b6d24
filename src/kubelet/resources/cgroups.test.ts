import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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

test('pods on cgroup v1 get only the cgroups in which they have limits', async (t) => {
  const mount = await mkdtemp(join(tmpdir(), 'cgroup-'));
  t.after(() => rm(mount, { recursive: true, force: true }));
  for (const name of ['cpu', 'memory', 'freezer']) {
    await mkdir(join(mount, name));
    await writeFile(join(mount, name, 'cgroup.procs'), '');
  }
  const tree = new CgroupTree({ root: '/node1', mount, log: silentLogger });
  const resources = { requests: { cpu: '100m' }, limits: { memory: '1Mi' } };
  const pod = aBoundPod('p', { containers: [{ name: 'c', image: 'i', resources }] }, { uid: 'u' });
  await tree.ensure(pod);
  const tier = (name: string) => join(mount, name, 'node1/kubepods/burstable');
  assert.deepEqual(await readdir(tier('freezer')), []);
  assert.equal(await readFile(join(tier('cpu'), 'podu/cpu.shares'), 'utf8'), '102');
  assert.equal(await readFile(join(tier('memory'), 'podu/memory.limit_in_bytes'), 'utf8'), '1048576');
  await mkdir(join(tier('freezer'), 'podu/container'), { recursive: true });
  // The kernel's files need no removal.
  await rm(join(tier('cpu'), 'podu/cpu.shares'));
  await rm(join(tier('memory'), 'podu/memory.limit_in_bytes'));
  await tree.remove('u');
  for (const name of ['cpu', 'memory', 'freezer']) assert.deepEqual(await readdir(tier(name)), [], name);
});

test('pods on cgroup v2 find the controllers of their tier enabled', async (t) => {
  const mount = await mkdtemp(join(tmpdir(), 'cgroup-'));
  t.after(() => rm(mount, { recursive: true, force: true }));
  const tier = join(mount, 'node1/kubepods/besteffort');
  await mkdir(tier, { recursive: true });
  for (const directory of [mount, tier]) await writeFile(join(directory, 'cgroup.controllers'), 'memory\n');
  await new CgroupTree({ root: '/node1', mount, log: silentLogger }).ensure(aBoundPod('p', {}, { uid: 'u' }));
  assert.equal(await readFile(join(tier, 'cgroup.subtree_control'), 'utf8'), '+memory');
  assert.deepEqual((await readdir(join(tier, 'podu'))).sort(), ['cpu.max', 'cpu.weight']);
});
