// The checks and creations that a hostPath volume's type asks for.

import type { Stats } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HostPathVolumeSource } from '../../api/kinds/core/v1/volumes/node-local.ts';

export async function checkHostPath({ path, type = '' }: HostPathVolumeSource): Promise<void> {
  if (type === '') return;
  const found = await stat(path).catch(() => undefined);
  if (type === 'DirectoryOrCreate' && !found) {
    await mkdir(path, { recursive: true, mode: 0o755 });
    return;
  }
  if (type === 'FileOrCreate' && !found) {
    await stat(dirname(path));
    await writeFile(path, '', { mode: 0o644 });
    return;
  }
  const test = TESTS[type];
  if (!test) throw new Error(`${type} is an invalid volume type`);
  if (!found || !test.is(found)) throw new Error(`hostPath type check failed: ${path} is not ${test.words}`);
}

const directory = { is: (s: Stats) => s.isDirectory(), words: 'a directory' };
const file = { is: (s: Stats) => s.isFile(), words: 'a file' };

const TESTS: Record<string, { is(stats: Stats): boolean; words: string }> = {
  Directory: directory,
  DirectoryOrCreate: directory,
  File: file,
  FileOrCreate: file,
  Socket: { is: (s) => s.isSocket(), words: 'a socket file' },
  CharDevice: { is: (s) => s.isCharacterDevice(), words: 'a character device' },
  BlockDevice: { is: (s) => s.isBlockDevice(), words: 'a block device' },
};
