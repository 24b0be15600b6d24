import assert from 'node:assert/strict';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Client } from '../../client/client.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { exec } from '../../kit/exec.ts';
import type { NodeFacts } from '../env/field-ref.ts';
import { podOf } from '../testing/pods.ts';
import { writeAtomically } from './atomic-writer.ts';
import { checkHostPath } from './host-path.ts';
import { keyedPayload, type Payload } from './payload.ts';
import { resolveSubPath, resolveSubPathIn } from './sub-path.ts';
import type { TokenSource } from './token-source.ts';
import { VolumeManager, type VolumeManagerOptions } from './volume-manager.ts';

async function directory(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'volume-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const payload = (files: Record<string, string>, mode = 0o644): Payload =>
  new Map(Object.entries(files).map(([path, text]) => [path, { data: Buffer.from(text), mode }]));

const volumeManager = (root: string, nodeExec: VolumeManagerOptions['nodeExec'] = async () => '') =>
  new VolumeManager({
    root,
    secrets: join(root, 'secrets'),
    clock: new SteppedClock(0),
    nodeExec,
    objects: { configMap: async () => undefined, secret: async () => undefined },
    facts: () => ({}) as NodeFacts,
    client: {} as Client,
    tokens: {} as TokenSource,
  });

test('files appear through one link, and a new set replaces the old one whole', async (t) => {
  const dir = await directory(t);
  assert.equal(await writeAtomically(dir, payload({ a: '1', 'x/b': '2' }), 'one'), true);
  assert.equal(await readFile(join(dir, 'x/b'), 'utf8'), '2');
  assert.equal(await readlink(join(dir, 'a')), '..data/a');
  assert.equal(await readlink(join(dir, '..data')), '..one');
  assert.equal(await writeAtomically(dir, payload({ a: '3', c: '4' }), 'two'), true);
  assert.deepEqual((await readdir(dir)).sort(), ['..data', '..two', 'a', 'c']);
  assert.equal(await readFile(join(dir, 'a'), 'utf8'), '3');
});

test('what a killed writer left undone is done by the next one', async (t) => {
  const dir = await directory(t);
  await writeAtomically(dir, payload({ a: '1', b: '2' }), 'one');
  await rm(join(dir, 'b'));
  await mkdir(join(dir, '..half'));
  assert.equal(await writeAtomically(dir, payload({ a: '1', b: '2' }), 'two'), false);
  assert.deepEqual((await readdir(dir)).sort(), ['..data', '..one', 'a', 'b']);
});

test('nothing is written when nothing has changed, but a changed mode is a change', async (t) => {
  const dir = await directory(t);
  await writeAtomically(dir, payload({ a: '1' }), 'one');
  assert.equal(await writeAtomically(dir, payload({ a: '1' }), 'two'), false);
  assert.equal(await writeAtomically(dir, payload({ a: '1' }, 0o400), 'three'), true);
  assert.equal((await stat(join(dir, 'a'))).mode & 0o777, 0o400);
});

test('paths that lead out of the volume are refused', async (t) => {
  const dir = await directory(t);
  await assert.rejects(writeAtomically(dir, payload({ '../x': '1' }), 'one'), /must be relative/);
  await assert.rejects(writeAtomically(dir, payload({ '/x': '1' }), 'one'), /must be relative/);
});

test('items choose keys, paths and modes; a missing key is an error unless optional', () => {
  const data = new Map([
    ['a', Buffer.from('1')],
    ['b', Buffer.from('2')],
  ]);
  const items = [{ key: 'a', path: 'p/q', mode: 0o400 }];
  const chosen = keyedPayload({ what: 'configmap', data, items, mode: 0o644, optional: false });
  assert.deepEqual([...chosen.keys()], ['p/q']);
  assert.equal(chosen.get('p/q')?.mode, 0o400);
  const wrong = [{ key: 'z', path: 'z' }];
  assert.throws(() => keyedPayload({ what: 'configmap', data, items: wrong, mode: 0o644, optional: false }), {
    message: 'configmap references non-existent configmap key: z',
  });
  assert.equal(keyedPayload({ what: 'configmap', data, items: wrong, mode: 0o644, optional: true }).size, 0);
});

test('what comes from the API is read-only, whatever the mounts say; an emptyDir is not', async (t) => {
  const dir = await directory(t);
  const volumes = volumeManager(dir);
  const configMap = { name: 'none', optional: true };
  const secret = { secretName: 'none', optional: true };
  const pod = podOf('mixed', {
    volumes: [
      { name: 'c', configMap },
      { name: 's', secret },
      { name: 'p', projected: { sources: [{ configMap }] } },
      { name: 'd', downwardAPI: { items: [] } },
      { name: 'e', emptyDir: {} },
    ],
  });
  const made = await volumes.mount(pod);
  assert.deepEqual(
    [...made].sort().map(([name, { readOnly }]) => [name, readOnly]),
    [
      ['c', true],
      ['d', true],
      ['e', false],
      ['p', true],
      ['s', true],
    ],
  );
});

test('an emptyDir in memory is open to all, and to the fsGroup by name', async (t) => {
  const dir = await directory(t);
  const options: string[] = [];
  const volumes = volumeManager(dir, async (command) => {
    if (command[0] === 'mount') options.push(command[4]!);
    return '';
  });
  const memory = { name: 'm', emptyDir: { medium: 'Memory' as const, sizeLimit: '1Mi' } };
  await volumes.mount(podOf('open', { volumes: [memory] }, { uid: 'a' }));
  await volumes.mount(podOf('group', { volumes: [memory], securityContext: { fsGroup: 7 } }, { uid: 'b' }));
  assert.deepEqual(options, ['size=1048576,mode=0777', 'size=1048576,mode=2777,gid=7']);
});

test('a hostPath must be what its type says, or is made', async (t) => {
  const dir = await directory(t);
  const path = join(dir, 'new');
  await assert.rejects(checkHostPath({ path, type: 'Directory' }), {
    message: `hostPath type check failed: ${path} is not a directory`,
  });
  await checkHostPath({ path, type: 'DirectoryOrCreate' });
  await assert.rejects(checkHostPath({ path, type: 'File' }), /is not a file/);
  await checkHostPath({ path: join(dir, 'f'), type: 'FileOrCreate' });
  await checkHostPath({ path: join(dir, 'missing') });
});

const resolvers = {
  'by the kubelet': resolveSubPath,
  'inside the node': (volume: string, subPath: string) => resolveSubPathIn(exec, volume, subPath),
};
for (const [where, resolve] of Object.entries(resolvers))
  test(`a subPath, looked up ${where}, is made when it is missing and never leaves the volume`, async (t) => {
    const dir = await directory(t);
    const volume = join(dir, 'volume');
    await mkdir(volume);
    await chmod(volume, 0o777);
    assert.equal(await resolve(volume, 'a/b'), join(volume, 'a/b'));
    assert.equal((await stat(join(volume, 'a'))).mode & 0o777, 0o777);
    await writeFile(join(dir, 'secret'), '');
    await symlink('../secret', join(volume, 'out'));
    await assert.rejects(resolve(volume, 'out'), /is not within volume path/);
    await mkdir(join(volume, '..one'));
    await writeFile(join(volume, '..one', 'k'), '');
    await symlink('..one/k', join(volume, 'k'));
    assert.equal(await resolve(volume, 'k'), join(volume, '..one', 'k'));
    await mkdir(join(volume, 'odd\n'));
    await symlink('odd\n', join(volume, 'link'));
    await symlink('..', join(volume, 'odd'));
    const odd = await resolve(volume, 'link').catch(() => 'refused');
    assert.ok(odd === 'refused' || odd === join(volume, 'odd\n'), odd);
  });
