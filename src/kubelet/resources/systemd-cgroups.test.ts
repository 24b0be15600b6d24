import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { aBoundPod } from '../../sim/objects/pod.ts';
import { cgroupPath, podCgroup, podUidOf, sliceName, tierOf } from './cgroup-names.ts';
import {
  busSlices,
  changeCommand,
  limitProperties,
  type Property,
  startCommand,
  stopCommand,
} from './slices.ts';
import { SystemdCgroups } from './systemd-cgroups.ts';

const UID = '0a1b2c3d-0000-4000-8000-00000000000f';
const FLAT = UID.replaceAll('-', '_');

test('cgroups of pods have the names that kubelets of either driver give them', () => {
  const pod = podCgroup('', 'burstable', UID);
  assert.equal(cgroupPath('cgroupfs', pod), `/kubepods/burstable/pod${UID}`);
  assert.equal(
    cgroupPath('systemd', pod),
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${FLAT}.slice`,
  );
  assert.equal(cgroupPath('systemd', podCgroup('', '', UID)), `/kubepods.slice/kubepods-pod${FLAT}.slice`);
  assert.equal(
    cgroupPath('systemd', podCgroup('/my-node/pods', '', 'u')),
    '/my_node.slice/my_node-pods.slice/my_node-pods-kubepods.slice/my_node-pods-kubepods-podu.slice',
  );
});

test('a pod is known again by the name of its slice, and no other slice is taken for one', () => {
  const tier = tierOf('', 'burstable');
  assert.equal(podUidOf('systemd', tier, sliceName(podCgroup('', 'burstable', UID))), UID);
  for (const name of ['kubepods-besteffort-podu.slice', 'kubepods-burstable-podu.scope', 'init.scope'])
    assert.equal(podUidOf('systemd', tier, name), undefined);
  assert.equal(podUidOf('systemd', tierOf('', ''), 'kubepods-burstable.slice'), undefined);
});

test('limits become properties of the slice, in the words of either cgroup version', () => {
  const limits = { cpuShares: 102, cpuQuota: 50_000, memory: 1 << 20 };
  const words = (properties: Property[]) => properties.map(({ name, value }) => `${name}=${value}`);
  assert.deepEqual(words(limitProperties(limits, { v2: true, pids: 100 })), [
    'CPUWeight=4',
    'CPUQuotaPerSecUSec=500000',
    'MemoryMax=1048576',
    'TasksMax=100',
  ]);
  assert.deepEqual(words(limitProperties({ ...limits, cpuQuota: 0, memory: 0 }, { v2: false })), [
    'CPUShares=102',
  ]);
  assert.deepEqual(words(limitProperties({ ...limits, cpuQuota: 0, memory: 0 }, { v2: false, lift: true })), [
    'CPUShares=102',
    'CPUQuotaPerSecUSec=18446744073709551615',
    'MemoryLimit=18446744073709551615',
  ]);
});

test('a slice that is there already gets new properties, one that is gone is stopped', async () => {
  const asked: string[][] = [];
  const slices = busSlices(async (command) => {
    asked.push([...command]);
    if (command.includes('StartTransientUnit'))
      throw new Error('Call failed: Unit a.slice was already loaded');
    if (command.includes('StopUnit')) throw new Error('Call failed: Unit a.slice not loaded.');
    return '';
  });
  const shares: Property = { name: 'CPUShares', type: 't', value: '2' };
  await slices.put('a.slice', [shares]);
  await slices.stop('a.slice');
  assert.deepEqual(asked, [
    startCommand('a.slice', [shares]),
    changeCommand('a.slice', [shares]),
    stopCommand('a.slice'),
  ]);
  const refused = busSlices(async () => Promise.reject(new Error('Call failed: Access denied')));
  await assert.rejects(refused.put('a.slice', []), /Access denied/);
});

test('a pod has a slice below its tier, until it is removed with what the runtime made for it', async (t) => {
  const mount = await mkdtemp(join(tmpdir(), 'cgroup-'));
  t.after(() => rm(mount, { recursive: true, force: true }));
  for (const name of ['cpu', 'freezer']) {
    await mkdir(join(mount, name));
    await writeFile(join(mount, name, 'cgroup.procs'), '');
  }
  const asked: string[] = [];
  const slices = {
    put: async (name: string, properties: readonly Property[]) =>
      void asked.push(`${name} ${properties.map((p) => p.name)}`),
    stop: async (name: string) => void asked.push(`stop ${name}`),
  };
  const tree = new SystemdCgroups({ root: '', mount, slices });
  const pod = aBoundPod('p', {}, { uid: 'u-1' });
  await tree.ensure(pod);
  await tree.ensure(pod);
  assert.deepEqual(asked.splice(0), [
    'kubepods.slice ',
    'kubepods-burstable.slice ',
    'kubepods-besteffort.slice CPUShares',
    'kubepods-besteffort-podu_1.slice CPUShares',
    'kubepods-besteffort-podu_1.slice CPUShares',
  ]);
  const made = join(mount, 'freezer', tree.parentOf(pod));
  await mkdir(join(made, 'container.scope'), { recursive: true });
  assert.deepEqual(await tree.list(), ['u-1']);
  await tree.remove('u-1');
  assert.deepEqual(asked, ['stop kubepods-besteffort-podu_1.slice']);
  assert.deepEqual(await readdir(join(made, '..')), []);
});
