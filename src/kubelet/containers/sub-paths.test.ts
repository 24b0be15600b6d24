import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exec } from '../../kit/exec.ts';
import { MemoryFiles } from '../files/memory-files.fake.ts';
import { inside, nodePath } from '../files/node-files.ts';
import { bindSubPath, releaseSubPaths } from './sub-paths.ts';

const POD = '/root/pods/u';
const volume = nodePath('/volume');
const place = { podDirectory: POD, volume: 'v', container: 'c', index: 0 };

async function filesWithVolume(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  await files.makeDirectory(volume);
  return files;
}

test('each start of a container binds its subPaths anew, in the pod’s own directory', async () => {
  const files = await filesWithVolume();
  assert.equal(await bindSubPath(files, inside(volume, 'a'), place), `${POD}/volume-subpaths/v/c/0`);
  await bindSubPath(files, inside(volume, 'b'), place);
  await bindSubPath(files, inside(volume, 'a'), { ...place, index: 1 });
  assert.deepEqual(
    [...files.binds],
    [
      [`${POD}/volume-subpaths/v/c/0`, '/volume/b'],
      [`${POD}/volume-subpaths/v/c/1`, '/volume/a'],
    ],
  );
});

test('when the pod has ended nothing is bound, and the volume has kept everything', async () => {
  const files = await filesWithVolume();
  await files.makeDirectory(inside(volume, 'a'));
  await files.write(inside(volume, 'a', 'f'), 'kept');
  await bindSubPath(files, inside(volume, 'a'), place);
  await releaseSubPaths(files, POD);
  await releaseSubPaths(files, POD);
  assert.deepEqual([files.binds.size, await files.list(nodePath(POD))], [0, []]);
  assert.equal(String(await files.read(inside(volume, 'a', 'f'))), 'kept');
});

test('what cannot be unmounted is not removed', async () => {
  const files = await filesWithVolume();
  await bindSubPath(files, inside(volume, 'a'), place);
  files.unmount = async () => {
    throw new Error('target is busy');
  };
  await assert.rejects(releaseSubPaths(files, POD), /target is busy/);
  assert.equal(files.binds.size, 1);
});

test('a kubelet in the node’s own mount namespace binds and releases, too', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'sub-paths-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const code = `
    import { readFileSync } from 'node:fs';
    import { exec } from ${JSON.stringify(import.meta.resolve('../../kit/exec.ts'))};
    import { HostFiles } from ${JSON.stringify(import.meta.resolve('../files/host-files.ts'))};
    import { bindSubPath, releaseSubPaths } from ${JSON.stringify(import.meta.resolve('./sub-paths.ts'))};
    const dir = ${JSON.stringify(dir)};
    const files = new HostFiles(exec);
    const place = { podDirectory: dir + '/pod', volume: 'v', container: 'c', index: 0 };
    await files.makeDirectory({ root: dir + '/volume', below: ['a'] });
    await files.write({ root: dir + '/volume', below: ['a', 'f'] }, 'kept');
    const path = await bindSubPath(files, { root: dir + '/volume', below: ['a'] }, place);
    console.log(readFileSync(path + '/f', 'utf8'));
    await releaseSubPaths(files, dir + '/pod');
    await files.removeTree({ root: dir, below: ['pod'] });
    console.log(await files.list({ root: dir, below: [] }), readFileSync(dir + '/volume/a/f', 'utf8'));`;
  const enter = ['unshare', '--mount', '--propagation', 'private', process.execPath, '--input-type=module'];
  assert.equal(await exec([...enter, '-e', code]), "kept\n[ 'volume' ] kept\n");
});
