// A directory as an image: all of its files as the root file system, owned by root. Called by builder.ts.
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { groupsOf, type LayerCache, type SourceFile } from '../../../cluster/images/layers.ts';
import { UserError } from '../../../cluster/progress.ts';
import { imageOfLayers } from '../../../cri/image/build.ts';
import type { ImageContent } from '../../../cri/image/content.ts';
import type { TarEntry } from '../../../cri/image/tar.ts';
import { type IgnoreRules, isClosed, isIgnored } from '../paths/ignore.ts';
import type { Recipe } from '../project/config.ts';

export interface DirectoryBuild {
  readonly directory: string;
  readonly recipe: Extract<Recipe, { kind: 'directory' }>;
  readonly ignored: IgnoreRules;
  readonly layers: LayerCache;
}

const MOST_ENTRIES = 100_000;

interface Found {
  readonly frame: TarEntry[];
  readonly files: SourceFile[];
}

export async function buildDirectory(build: DirectoryBuild): Promise<ImageContent> {
  const found: Found = { frame: [], files: [] };
  await collect(build, '', found);
  const { config } = build.recipe;
  return imageOfLayers({
    layers: groupsOf(found.files).map((group, i) => build.layers.layer(i === 0 ? found.frame : [], group)),
    config,
  });
}

async function collect(build: DirectoryBuild, below: string, found: Found): Promise<void> {
  const { directory, recipe, ignored } = build;
  const root = posix.join(recipe.directory, below);
  for (const name of (await readdir(join(directory, root))).sort()) {
    if (found.frame.length + found.files.length >= MOST_ENTRIES)
      throw new UserError(`${recipe.directory}: more than ${MOST_ENTRIES} files`);
    const [path, inProject] = [posix.join(below, name), posix.join(root, name)];
    const full = join(directory, inProject);
    const facts = await lstat(full, { bigint: true });
    const mode = Number(facts.mode & 0o7777n);
    if (facts.isDirectory()) {
      if (isClosed(ignored, inProject)) continue;
      if (!isIgnored(ignored, inProject, true)) found.frame.push({ path, type: 'directory', mode });
      await collect(build, path, found);
    } else if (isIgnored(ignored, inProject, false)) continue;
    else if (facts.isSymbolicLink())
      found.frame.push({ path, type: 'symlink', mode: 0o777, target: await readlink(full) });
    else if (facts.isFile()) found.files.push({ path, source: full, mode, facts, outside: false });
  }
}
