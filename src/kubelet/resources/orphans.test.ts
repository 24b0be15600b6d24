import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { exec } from '../../kit/exec.ts';
import { createLogger } from '../../kit/log.ts';
import { ownNamespace } from '../files/mounts/own-namespace.fake.ts';
import { nodePath } from '../files/node-files.ts';
import { podDirectories } from '../volumes/directories.ts';
import { VolumePending } from '../volumes/pending.ts';
import { emptyDirPlugin } from '../volumes/plugins/empty-dir.ts';
import { VolumeManager } from '../volumes/volume-manager.ts';
import { noCgroups } from './cgroups.ts';
import { NodeResources } from './node-resources.ts';
import { Orphans } from './orphans.ts';

const uidOf = (n: number) => `0000000${n}-89ab-cdef-0123-456789abcdef`;

/** A node with a kubelet's directories, on which `left` runs with the pods' directory as $0. */
async function nodeWith(t: TestContext, left: string, known: readonly string[] = []) {
  const node = await ownNamespace(t);
  const { files, root, enter } = node;
  const at = { root: join(root, 'kubelet'), secrets: join(root, 'secrets'), logs: join(root, 'logs') };
  await exec(['mkdir', '-p', `${at.root}/pods`, at.secrets, at.logs]);
  await exec([...enter, 'sh', '-ec', left, `${at.root}/pods`]);
  const directories = podDirectories(files, at.root, at.secrets);
  const client = { get: () => Promise.reject(new Error('no API')) };
  const plugins = [emptyDirPlugin(directories.disk)];
  const resources = new NodeResources({
    ...{ files, cgroups: noCgroups, root: at.root, logs: at.logs },
    volumes: new VolumeManager({ plugins, client, directories, clock: new SteppedClock() }),
    objects: { register() {}, unregister() {} },
    dynamicResources: { prepare: async () => {}, release: async () => {} },
  });
  const lines: string[] = [];
  const log = createLogger({ level: 'info', now: () => 0, write: (line) => lines.push(line) });
  const orphans = new Orphans({ resources, isKnown: (uid) => known.includes(uid), log });
  return { ...node, at, orphans, lines, uids: () => files.list(nodePath(at.root, 'pods')) };
}

const EMPTY_DIR = 'volumes/kubernetes.io~empty-dir';

test('what forgotten pods have left is removed, with what the kubelet had mounted for them', async (t) => {
  const left = `cd "$0"; for n in ${[1, 2, 3].map(uidOf).join(' ')}; do
    mkdir -p $n/${EMPTY_DIR}/disk $n/${EMPTY_DIR}/memory $n/volume-subpaths/disk/c/0 $n/containers/c
    echo data > $n/${EMPTY_DIR}/disk/f
    mount -t tmpfs tmpfs $n/${EMPTY_DIR}/memory
    mount --bind $n/${EMPTY_DIR}/disk $n/volume-subpaths/disk/c/0
  done; mkdir ../pods/other`;
  const { orphans, uids, files, at, lines } = await nodeWith(t, left, [uidOf(2)]);
  await orphans.sweep();
  assert.deepEqual(await uids(), [uidOf(2), 'other']);
  assert.equal((await files.mountsIn(nodePath(at.root))).length, 2, 'of the pod that is known');
  assert.deepEqual([orphans.counts, lines], [{ cleaned: 2, failed: 0 }, []]);
  await orphans.sweep();
  assert.deepEqual(orphans.counts, { cleaned: 0, failed: 0 });
});

for (const [where, path] of [
  ['below a volume', `${EMPTY_DIR}/v/deep`],
  ['as a volume of unknown kind', 'volumes/example.com~kind/v'],
  ['beside the volumes', 'precious'],
] as const)
  test(`data that somebody has mounted ${where} of a forgotten pod survives, and is told`, async (t) => {
    const pod = uidOf(1);
    const left = `cd "$0"; mkdir -p ../precious ${pod}/${path} ${uidOf(2)}/${EMPTY_DIR}/v
      echo kept > ../precious/f; mount --bind ../precious ${pod}/${path}`;
    const { orphans, uids, at, seen, lines } = await nodeWith(t, left);
    for (let i = 0; i < 2; i++) await orphans.sweep();
    assert.equal(await readFile(join(at.root, 'precious/f'), 'utf8'), 'kept\n');
    assert.equal(await seen(join(at.root, 'pods', pod, path, 'f')), 'kept\n', 'is mounted still');
    assert.deepEqual(await uids(), [pod]);
    assert.deepEqual(orphans.counts, { cleaned: 0, failed: 1 });
    assert.match(
      lines[0]!,
      /orphaned pod "00000001-.*" found, but volume paths are still present on disk.*EBUSY/,
    );
  });

test('files of a volume of unknown kind stay, too', async (t) => {
  const file = `${uidOf(1)}/volumes/example.com~kind/v/f`;
  const { orphans, at } = await nodeWith(t, `mkdir -p "$0/$(dirname ${file})"; echo kept > "$0/${file}"`);
  await orphans.sweep();
  assert.equal(await readFile(join(at.root, 'pods', file), 'utf8'), 'kept\n');
  assert.deepEqual(orphans.counts, { cleaned: 0, failed: 1 });
});

test('volumes that are taken down in the background are no failure', async () => {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', now: () => 0, write: (line) => lines.push(line) });
  let isPending = true;
  const resources = {
    list: async () => new Set([uidOf(1)]),
    removeAll: async () => {
      if (isPending) throw new VolumePending(true);
    },
    removeLogs: async () => {},
  };
  const orphans = new Orphans({ resources, isKnown: () => false, log });
  await orphans.sweep();
  assert.deepEqual([orphans.counts, lines], [{ cleaned: 0, failed: 0 }, []]);
  isPending = false;
  await orphans.sweep();
  assert.deepEqual(orphans.counts, { cleaned: 1, failed: 0 });
});
