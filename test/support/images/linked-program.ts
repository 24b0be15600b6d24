// A program of this machine for an image, with the libraries that it is linked with, and the directories of all of them.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TarEntry } from '../../../src/cri/image/tar.ts';

/** `at` is the program's path in the image. */
export function linkedProgram(program: string, at: string): TarEntry[] {
  const linked = execFileSync('ldd', [program], { encoding: 'utf8' });
  const libraries = [...linked.matchAll(/(\/\S+) \(0x/g)].map((found) => found[1]!);
  const files = [fileAt(at, program), ...libraries.map((path) => fileAt(path, path))];
  const folders = [...new Set(files.flatMap(({ path }) => parents(path)))].sort();
  const directories = folders.map((path): TarEntry => ({ path, type: 'directory', mode: 0o755 }));
  return [...directories, ...files];
}

export const fileAt = (path: string, from: string) =>
  ({ path: path.slice(1), type: 'file', mode: 0o755, content: readFileSync(from) }) satisfies TarEntry;

const parents = (path: string): string[] => {
  const parent = dirname(path);
  return parent === '.' ? [] : [...parents(parent), parent];
};
