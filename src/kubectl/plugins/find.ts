// Plugins: programs in PATH whose names begin with `kubectl-`. `kubectl a b-c` looks for kubectl-a-b_c, then for kubectl-a.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Io } from '../io/io.ts';

export const PREFIX = 'kubectl-';

/** Folders of PATH, each once. */
export const foldersOf = ({ env }: Pick<Io, 'env'>): string[] => [
  ...new Set((env.PATH ?? '').split(':').filter((folder) => folder.trim() !== '')),
];

export function isExecutable(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && (found.mode & 0o111) !== 0;
}

export interface FoundPlugin {
  readonly path: string;
  /** How many of the words name it. */
  readonly words: number;
}

/** The plugin with the longest name; of the words those before the first flag count. At least `least` words must name it. */
export function findPlugin(
  words: readonly string[],
  least: number,
  io: Pick<Io, 'env'>,
): FoundPlugin | undefined {
  const flag = words.findIndex((word) => word.startsWith('-'));
  const named = (flag < 0 ? words : words.slice(0, flag)).map((word) => word.replaceAll('-', '_'));
  if (named.some((word) => word.includes('/'))) return undefined;
  const folders = foldersOf(io);
  for (let count = named.length; count >= Math.max(1, least); count--) {
    const name = `${PREFIX}${named.slice(0, count).join('-')}`;
    const folder = folders.find((one) => isExecutable(join(one, name)));
    if (folder !== undefined) return { path: join(folder, name), words: count };
  }
  return undefined;
}

/** Files of all folders that are named as plugins, executable or not. */
export function pluginFiles(io: Pick<Io, 'env'>, failed: (folder: string, error: unknown) => void): string[] {
  return foldersOf(io).flatMap((folder) => {
    try {
      return readdirSync(folder, { withFileTypes: true })
        .filter((entry) => !entry.isDirectory() && entry.name.startsWith(PREFIX))
        .map(({ name }) => join(folder, name))
        .sort();
    } catch (error) {
      failed(folder, error);
      return [];
    }
  });
}

/** What is behind `kubectl ` for each executable plugin. */
export function pluginNames(io: Pick<Io, 'env'>): string[] {
  const paths = pluginFiles(io, () => {}).filter(isExecutable);
  const names = paths.map((path) => path.slice(path.lastIndexOf('/') + 1 + PREFIX.length));
  return [...new Set(names)].map((name) => name.replaceAll('-', ' ').replaceAll('_', '-')).sort();
}
