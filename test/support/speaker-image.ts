// An image for what busybox cannot: this Node.js and the libraries it is linked with, on top of busybox, and the programs
// in test/images/speaker: a server that says who it is over TCP and UDP, and clients that ask it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ImageContent } from '../../src/cri/image/content.ts';
import type { TarEntry } from '../../src/cri/image/tar.ts';
import { busyboxImage } from './busybox-image.ts';

const programs = new URL('../images/speaker', import.meta.url).pathname;

export function speakerImage(name = 'speaker:1'): ImageContent {
  const linked = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
  const libraries = [...linked.matchAll(/(\/\S+) \(0x/g)].map((found) => found[1]!);
  const files = [
    file('/bin/node', process.execPath),
    ...libraries.map((path) => file(path, path)),
    ...readdirSync(programs).map((program) => file(`/${program}`, join(programs, program))),
  ];
  const folders = [...new Set(files.flatMap(({ path }) => parents(path)))].sort();
  const directories = folders.map((path): TarEntry => ({ path, type: 'directory', mode: 0o755 }));
  const config = { cmd: ['node', '/server.js'], env: ['PATH=/bin'] };
  return busyboxImage(name, { config, layers: [[...directories, ...files]] });
}

const file = (path: string, from: string) =>
  ({ path: path.slice(1), type: 'file', mode: 0o755, content: readFileSync(from) }) satisfies TarEntry;

const parents = (path: string): string[] => {
  const parent = dirname(path);
  return parent === '.' ? [] : [...parents(parent), parent];
};
