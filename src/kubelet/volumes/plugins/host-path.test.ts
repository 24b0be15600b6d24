import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { HostPathVolumeSource } from '../../../api/kinds/core/v1/volumes/node-local.ts';
import { exec } from '../../../kit/exec.ts';
import { MemoryFiles } from '../../files/memory-files.fake.ts';
import { ownNamespace } from '../../files/mounts/own-namespace.fake.ts';
import { nodePath } from '../../files/node-files.ts';
import { checkHostPath } from './host-path.ts';

test('a hostPath must be what its type says, or is made', async () => {
  const files = new MemoryFiles();
  const check = (path: string, type?: string) =>
    checkHostPath(files, { path, ...(type && { type }) } as HostPathVolumeSource);
  await assert.rejects(check('/new', 'Directory'), {
    message: 'hostPath type check failed: /new is not a directory',
  });
  await check('/new', 'DirectoryOrCreate');
  await check('/new', 'DirectoryOrCreate');
  await assert.rejects(check('/new', 'File'), /is not a file/);
  await check('/new/f', 'FileOrCreate');
  assert.equal((await files.stat(nodePath('/new/f')))?.mode, 0o644);
  await assert.rejects(check('/none/f', 'FileOrCreate'));
  await assert.rejects(check('/new/f', 'Socket'), /is not a socket file/);
  await assert.rejects(check('/new', 'Odd'), { message: 'Odd is an invalid volume type' });
  await check('/missing');
});

test('sockets and devices are known by what they are', async (t) => {
  const { files, root } = await ownNamespace(t);
  await exec(['mknod', `${root}/block`, 'b', '7', '0']);
  const server = createServer().listen(`${root}/socket`);
  await once(server, 'listening');
  t.after(() => server.close());
  const places = { Socket: `${root}/socket`, CharDevice: '/dev/null', BlockDevice: `${root}/block` };
  const types = Object.keys(places) as (keyof typeof places)[];
  for (const type of types)
    for (const [wanted, path] of Object.entries(places)) {
      const check = checkHostPath(files, { path, type });
      if (type === wanted) await check;
      else await assert.rejects(check, /^Error: hostPath type check failed: /);
    }
});
