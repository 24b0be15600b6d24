// The pages as they stand in this repository, and those that are made from its code.
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from './build.ts';
import { generatedPages } from './reference/pages.ts';
import type { Sources } from './site.ts';

const repository = new URL('../../', import.meta.url).pathname;

export const files: Files = {
  read(path) {
    const whole = join(repository, path);
    return path.startsWith('../') || !statSync(whole, { throwIfNoEntry: false })?.isFile()
      ? undefined
      : readFileSync(whole);
  },
  isFolder: (path) => statSync(join(repository, path), { throwIfNoEntry: false })?.isDirectory() ?? false,
};

export const readme = (): string => readFileSync(join(repository, 'README.md'), 'utf8');

export async function allSources(): Promise<Sources> {
  const paths = globSync(['docs/**/*.md', 'examples/README.md', 'CONTRIBUTING.md'], { cwd: repository });
  const written = paths
    .sort()
    .map((path): [string, string] => [path, readFileSync(join(repository, path), 'utf8')]);
  return new Map([...written, ...(await generatedPages())]);
}
