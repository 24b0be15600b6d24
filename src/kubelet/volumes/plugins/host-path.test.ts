import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostPathVolumeSource } from '../../../api/kinds/core/v1/volumes/node-local.ts';
import { MemoryFiles } from '../../files/memory-files.fake.ts';
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
