import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '../../client/client.ts';
import { aBoundPod } from '../../sim/objects/pod.ts';
import { MemoryFiles } from '../files/memory-files.fake.ts';
import { nodePath } from '../files/node-files.ts';
import { podDirectories } from './directories.ts';
import type { VolumePlugin, VolumeSpec } from './plugin.ts';
import { MountError, VolumeManager } from './volume-manager.ts';

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
  return { files, manager: new VolumeManager({ plugins, client, directories }) };
}

const volumes = (...names: string[]) =>
  aBoundPod('p', { volumes: names.map((name) => ({ name, emptyDir: {} })) }, { uid: UID });

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
  const next = new VolumeManager({ plugins: [plugin], client: { get: () => Promise.reject() }, directories });
  assert.deepEqual(await next.list(), [UID]);
  await next.unmount(UID);
  await next.unmount(UID);
  assert.deepEqual(calls, ['set up a', 'tear down a']);
  assert.deepEqual(await files.list(nodePath(`/root/pods/${UID}`)), []);
  assert.deepEqual(await files.list(nodePath('/secrets')), ['not-a-pod']);
});

test('the earliest renewal of all plug-ins counts', () => {
  const renewing = (at: number | undefined) => noting('', [], { renewAt: () => at });
  const { manager } = managerOf([renewing(undefined), renewing(30), renewing(20)]);
  assert.equal(manager.renewAt(UID), 20);
  assert.equal(managerOf([noting('', [])]).manager.renewAt(UID), undefined);
});
