// Which files of an installed package, or of a clone, a machine needs to run Tiphys: the bundle with what it loads, and
// Node.js. Called by bundle.ts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../progress.ts';

/** Paths relative to the package's root, in order. */
export function packageFiles(root: string): string[] {
  const files = [
    ...['package.json', 'README.md', 'LICENSE'],
    ...readdirSync(join(root, 'bin')).map((name) => join('bin', name)),
    ...loadedFiles(join(root, 'dist')).map((name) => join('dist', name)),
    ...pageFiles(join(root, 'dist/dashboard')).map((name) => join('dist/dashboard', name)),
    ...nodeFiles(root),
  ];
  return files.sort();
}

/** The dashboard's page as its list says: earlier builds leave files behind here, too. */
function pageFiles(folder: string): string[] {
  const list = join(folder, 'files.json');
  if (!existsSync(list)) return [];
  const names = Object.keys(JSON.parse(readFileSync(list, 'utf8')) as object);
  return ['files.json', ...names.flatMap((name) => [`${name}.br`, `${name}.gz`])];
}

/** The build of Node.js for this machine, as npm has it. */
function nodeFiles(root: string): string[] {
  const name = `node-linux-${process.arch}`;
  if (!existsSync(join(root, 'node_modules', name, 'bin/node')))
    throw new UserError(`the npm package ${name} is not installed: run bin/setup`);
  return ['bin/node', 'LICENSE', 'package.json'].map((path) => join('node_modules', name, path));
}

/** What starts a process or a worker has a name of its own; chunks have a hash in theirs. */
const CHUNK = /-[A-Z0-9]{8}\.mjs$/;
const IMPORTED = /["']\.\/([A-Za-z0-9._-]+\.mjs)["']/g;

/** Earlier builds leave chunks behind: only what is reached from an entry counts. */
function loadedFiles(dist: string): string[] {
  const found = new Set(readdirSync(dist).filter((name) => name.endsWith('.mjs') && !CHUNK.test(name)));
  for (const name of found)
    for (const [, imported = ''] of readFileSync(join(dist, name), 'utf8').matchAll(IMPORTED))
      if (existsSync(join(dist, imported))) found.add(imported);
  return [...found];
}
