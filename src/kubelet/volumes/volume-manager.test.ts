import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { Client } from '../../client/client.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { aClaim, aVolume, claimVolume, reachedFrom } from '../../sim/objects/storage.ts';
import { MemoryFiles } from '../files/memory-files.fake.ts';
import { inside, nodePath } from '../files/node-files.ts';
import { podDirectories } from './directories.ts';
import { VolumePending } from './pending.ts';
import type { VolumePlugin, VolumeSpec } from './plugin.ts';
import { MountError, MountPending, VolumeManager } from './volume-manager.ts';

const clock = new SteppedClock();
const UID = '01234567-89ab-cdef-0123-456789abcdef';

/** A plug-in for every volume whose name begins with `letter`, that notes what it is asked. */
function noting(letter: string, calls: string[], extra: Partial<VolumePlugin> = {}): VolumePlugin {
  const present = new Set<string>();
  return {
    name: letter,
    supports: ({ volume }: VolumeSpec) => volume.name.startsWith(letter),
    setUp: async ({ spec: { volume } }) => {
      calls.push(`set up ${volume.name}`);
      present.add(volume.name);
      return { path: `/${volume.name}`, readOnly: false };
    },
    found: async () => [...present],
    tearDown: async (_uid, volume) => {
      calls.push(`tear down ${volume}`);
      present.delete(volume);
    },
    ...extra,
  };
}

function managerOf(
  plugins: VolumePlugin[],
  client: Pick<Client, 'get'> = { get: () => Promise.reject(new Error('no')) },
) {
  const files = new MemoryFiles();
  const directories = podDirectories(files, '/root', '/secrets');
  return { files, directories, manager: new VolumeManager({ plugins, client, directories, clock }) };
}

const volumes = (...names: string[]) =>
  aBoundPod('p', { volumes: names.map((name) => ({ name, emptyDir: {} })) }, { uid: UID });

test('a volume that no container uses is left alone until one does', async () => {
  const calls: string[] = [];
  const { manager } = managerOf([noting('', calls)]);
  const using = (...names: string[]) => ({
    ...{ name: 'c', image: 'i' },
    volumeMounts: names.map((name) => ({ name, mountPath: `/${name}` })),
  });
  const withContainers = (spec: object) =>
    aBoundPod(
      'p',
      {
        volumes: ['a', 'b', 'c', 'd'].map((name) => ({ name, emptyDir: {} })),
        initContainers: [using('b')],
        containers: [{ ...using(), volumeDevices: [{ name: 'a', devicePath: '/dev/a' }] }],
        ...spec,
      },
      { uid: UID },
    );
  assert.deepEqual([...(await manager.mount(withContainers({}))).keys()].sort(), ['a', 'b']);
  const debugged = withContainers({ ephemeralContainers: [using('d')] });
  assert.deepEqual([...(await manager.mount(debugged)).keys()].sort(), ['a', 'b', 'd']);
  assert.deepEqual(calls, ['set up a', 'set up b', 'set up d']);
});

test('each volume goes to the first plug-in that supports it, once; later only contents are updated', async () => {
  const calls: string[] = [];
  const update: VolumePlugin['update'] = async ({ spec }) => void calls.push(`update ${spec.volume.name}`);
  const { manager } = managerOf([noting('a', calls, { update }), noting('', calls)]);
  const mounted = await manager.mount(volumes('a1', 'b1'));
  assert.deepEqual([...mounted.keys()].sort(), ['a1', 'b1']);
  await manager.mount(volumes('a1', 'b1', 'b2'));
  assert.deepEqual(calls, ['set up a1', 'set up b1', 'update a1', 'set up b2']);
});

test('a volume that fails is tried again, with the message of upstream, and the others are not', async () => {
  const calls: string[] = [];
  let broken = true;
  const setUp = async ({ spec }: { spec: VolumeSpec }) => {
    if (broken) throw new Error('no room');
    calls.push(`set up ${spec.volume.name}`);
    return { path: '/b', readOnly: false };
  };
  const { manager } = managerOf([noting('a', calls), noting('b', calls, { setUp })]);
  await assert.rejects(manager.mount(volumes('a', 'b')), (error: Error) => {
    assert.ok(error instanceof MountError);
    assert.equal(error.message, 'MountVolume.SetUp failed for volume "b" : no room');
    return true;
  });
  broken = false;
  await manager.mount(volumes('a', 'b'));
  assert.deepEqual(calls, ['set up a', 'set up b']);
});

test('a new manager finds and tears down what an earlier one left, also of forgotten pods', async () => {
  const calls: string[] = [];
  const plugin = noting('', calls);
  const { files, manager } = managerOf([plugin]);
  await manager.mount(volumes('a'));
  await files.makeDirectory(nodePath(`/root/pods/${UID}/volumes/other/x`));
  await files.makeDirectory(nodePath(`/secrets/${UID}/other`));
  await files.makeDirectory(nodePath('/secrets/not-a-pod'));
  const directories = podDirectories(files, '/root', '/secrets');
  const next = new VolumeManager({
    plugins: [plugin],
    client: { get: () => Promise.reject() },
    directories,
    clock,
  });
  assert.deepEqual(await next.list(), [UID]);
  await next.unmount(UID);
  await next.unmount(UID);
  assert.deepEqual(calls, ['set up a', 'tear down a']);
  assert.deepEqual(await files.list(nodePath(`/root/pods/${UID}`)), []);
  assert.deepEqual(await files.list(nodePath('/secrets')), ['not-a-pod']);
});

test('a volume that cannot be torn down keeps its pod, but not the other volumes', async () => {
  const calls: string[] = [];
  const tearDown = () => Promise.reject(new Error('target is busy'));
  const { manager } = managerOf([noting('a', calls, { tearDown }), noting('b', calls)]);
  await manager.mount(volumes('a', 'b'));
  await assert.rejects(manager.unmount(UID), {
    message: 'UnmountVolume.TearDown failed for volume "a" : target is busy',
  });
  assert.deepEqual(calls, ['set up a', 'set up b', 'tear down b']);
});

test('files of unknown origin among the volumes of a pod stay, and are an error', async () => {
  const { files, manager } = managerOf([]);
  const strange = nodePath(`/root/pods/${UID}/volumes/other/x`);
  await files.makeDirectory(strange);
  await files.write(inside(strange, 'data'), 'kept');
  await assert.rejects(manager.unmount(UID), { code: 'ENOTEMPTY' });
  assert.equal(String(await files.read(inside(strange, 'data'))), 'kept');
});

test('the earliest renewal of all plug-ins counts', () => {
  const renewing = (at: number | undefined) => noting('', [], { renewAt: () => at });
  const { manager } = managerOf([renewing(undefined), renewing(30), renewing(20)]);
  assert.equal(manager.renewAt(UID), 20);
  assert.equal(managerOf([noting('', [])]).manager.renewAt(UID), undefined);
});

test('a volume behind a claim is named in failures, and mounted only where the node reaches it', async () => {
  const claim = aClaim('c', { volumeName: 'pv' }, { uid: 'u' });
  const claimRef = { namespace: 'default', name: 'c', uid: 'u' };
  const persistentVolume = aVolume('pv', { claimRef, ...reachedFrom('zone', 'a') });
  const client = bound(claim, persistentVolume);
  let labels = { zone: 'b' };
  let inApi: Record<string, string> | undefined;
  const { directories } = managerOf([]);
  const setUp = () => Promise.reject(new Error('no room'));
  const manager = new VolumeManager({
    ...{ plugins: [noting('', [], { setUp })], client, directories, clock },
    node: () => aNode('n', {}, {}, { labels }),
    readNode: async () => inApi && aNode('n', {}, {}, { labels: inApi }),
  });
  const pod = aBoundPod('p', { volumes: [claimVolume('c', 'data')] }, { uid: UID });
  await assert.rejects(manager.mount(pod), {
    message: 'MountVolume.NodeAffinity check failed for volume "pv" : no matching NodeSelectorTerms',
  });
  const mounted = { message: 'MountVolume.SetUp failed for volume "pv" : no room' };
  inApi = { zone: 'a' };
  await assert.rejects(manager.mount(pod), mounted);
  inApi = undefined;
  labels = { zone: 'a' };
  await assert.rejects(manager.mount(pod), mounted);
});

test('a claim that cannot be used is said to keep its volume', async () => {
  const { manager } = managerOf([noting('', [])]);
  const pod = aBoundPod('p', { volumes: [claimVolume('c', 'data')] }, { uid: UID });
  await assert.rejects(manager.mount(pod), {
    message:
      'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: error processing PVC default/c: failed to fetch PVC from API server: no',
  });
});

/** A client that has one claim, bound to one volume. */
const bound = (claim: PersistentVolumeClaim, persistentVolume: PersistentVolume): Pick<Client, 'get'> => ({
  get: async ({ resource }: AnyResource): Promise<never> =>
    (resource.kind === 'PersistentVolume'
      ? persistentVolume
      : { ...claim, status: { phase: 'Bound' } }) as never,
});

test('a block volume goes to a plug-in that makes devices, and says FailedMapVolume when there is none', async () => {
  const claimRef = { namespace: 'default', name: 'c', uid: 'u' };
  const client = bound(
    aClaim('c', { volumeName: 'v' }, { uid: 'u' }),
    aVolume('v', { volumeMode: 'Block', claimRef }),
  );
  const devices = [{ name: 'a', devicePath: '/dev/a' }];
  const containers = [aContainer('main', { volumeDevices: devices })];
  const pod = aBoundPod('p', { containers, volumes: [claimVolume('c', 'a')] }, { uid: UID });
  const managed = (extra: Partial<VolumePlugin>) => managerOf([noting('a', [], extra)], client).manager;
  await assert.rejects(managed({}).mount(pod), {
    reason: 'FailedMapVolume',
    message:
      'MapVolume.FindMapperPluginBySpec failed to find BlockVolumeMapper plugin. Volume plugin is nil. for volume "v"',
  });
  const device = { device: '/dev/loop7', readOnly: false };
  const mounted = await managed({ devices: true, setUp: async () => device }).mount(pod);
  assert.deepEqual(mounted.get('a'), device);
  const setUp = () => Promise.reject(new Error('no device'));
  await assert.rejects(managed({ devices: true, setUp }).mount(pod), {
    reason: 'FailedMapVolume',
    message: 'MapVolume.MapPodDevice failed for volume "v" : no device',
  });
});

test('a volume that no plug-in has, or that cannot have its options, is told as upstream does', async () => {
  const { manager } = managerOf([]);
  const iscsi = { targetPortal: 't', iqn: 'i', lun: 0 };
  const pod = aBoundPod('p', { volumes: [{ name: 'v', iscsi }] }, { uid: UID });
  await assert.rejects(manager.mount(pod), {
    reason: 'FailedMount',
    message:
      'Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], failed to process volumes=[v]: failed to get Plugin from volumeSpec for volume "v" err=no volume plugin matched: iscsi volumes are not supported on this node',
  });
  const claim = { ...aClaim('c', { volumeName: 'pv' }, { uid: 'u' }), status: { phase: 'Bound' } };
  const claimRef = { namespace: 'default', name: 'c', uid: 'u' };
  const volume = aVolume('pv', { claimRef, mountOptions: ['ro'], hostPath: { path: '/' } });
  const client = {
    get: async ({ resource }: AnyResource): Promise<never> =>
      (resource.kind === 'PersistentVolume' ? volume : claim) as never,
  };
  const asks = aBoundPod('p', { volumes: [claimVolume('c', 'data')] }, { uid: UID });
  const calls: string[] = [];
  await assert.rejects(managerOf([noting('', calls)], client).manager.mount(asks), {
    message:
      'MountVolume.MountOptionSupport check failed for volume "pv" : Mount options are not supported for this volume type',
  });
  await managerOf([noting('', calls, { takesMountOptions: true })], client).manager.mount(asks);
  assert.deepEqual(calls, ['set up data']);
});

test('a pod is told which volumes are still pending after two minutes, and not before', async () => {
  const states: Record<string, boolean | undefined> = { a: true, b: false };
  const setUp: VolumePlugin['setUp'] = async ({ spec: { volume } }) => {
    const isAttached = states[volume.name];
    if (isAttached !== undefined) throw new VolumePending(isAttached);
    return { path: `/${volume.name}`, readOnly: false };
  };
  const { manager } = managerOf([noting('', [], { name: 'x~y', setUp })]);
  const mount = () => manager.mount(volumes('b', 'a', 'c'));
  await assert.rejects(mount(), MountPending);
  await clock.step(122_000);
  await assert.rejects(mount(), MountPending);
  await clock.step(1000);
  await assert.rejects(mount(), {
    reason: 'FailedMount',
    message:
      'Unable to attach or mount volumes: unmounted volumes=[a b], unattached volumes=[b], failed to process volumes=[]: timed out waiting for the condition',
  });
  await assert.rejects(mount(), MountPending);
  assert.deepEqual(manager.counts(), { actual: new Map([['x/y', 1]]), desired: new Map([['x/y', 3]]) });
  for (const name of ['a', 'b']) delete states[name];
  assert.deepEqual([...(await mount()).keys()].sort(), ['a', 'b', 'c']);
});

test('the API is asked once what stands behind a claim, also if the volume takes a while', async () => {
  const claimRef = { namespace: 'default', name: 'c', uid: 'u' };
  const client = bound(aClaim('c', { volumeName: 'pv' }, { uid: 'u' }), aVolume('pv', { claimRef }));
  let asked = 0;
  const get: Client['get'] = (...of) => {
    asked++;
    return client.get(...of);
  };
  const seen: (string | undefined)[] = [];
  const setUp: VolumePlugin['setUp'] = async ({ spec: { persistentVolume } }) => {
    seen.push(persistentVolume?.metadata.name);
    if (seen.length === 1) throw new VolumePending(true);
    return { path: '/data', readOnly: false };
  };
  const { manager } = managerOf([noting('', [], { setUp })], { get });
  const pod = aBoundPod('p', { volumes: [claimVolume('c', 'data')] }, { uid: UID });
  await assert.rejects(manager.mount(pod), MountPending);
  await manager.mount(pod);
  assert.deepEqual([asked, seen], [2, ['pv', 'pv']]);
});

test('a pod’s directories stay while a volume is still taken down', async () => {
  let isPending = true;
  const tearDown: VolumePlugin['tearDown'] = async () => {
    if (isPending) throw new VolumePending(true);
  };
  const { files, manager } = managerOf([noting('', [], { tearDown })]);
  const directory = nodePath(`/root/pods/${UID}/volumes/x`);
  await files.makeDirectory(directory);
  await manager.mount(volumes('a'));
  await assert.rejects(manager.unmount(UID), VolumePending);
  assert.ok(await files.stat(directory));
  isPending = false;
  await manager.unmount(UID);
  assert.equal(await files.stat(directory), undefined);
});
