// Reads an Imagefile: the list of files of a small image, built on the spot without a registry or a build tool.
// Used by `image build` and by `up -f DIR` for a directory that has one.
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parseYaml } from '../../api/codec/yaml.ts';
import { buildImage, type ImageConfig } from '../../cri/image/build.ts';
import type { ImageContent } from '../../cri/image/content.ts';
import type { TarEntry } from '../../cri/image/tar.ts';
import { UserError } from '../progress.ts';

interface Imagefile {
  readonly image: string;
  readonly files?: readonly { path: string; from: string; mode?: number }[];
  readonly links?: readonly { path: string; to: string }[];
  readonly directories?: readonly { path: string; mode?: number }[];
  readonly config?: ImageConfig;
}

/** The Imagefile of a directory, if it has one. */
export function imagefileIn(directory: string): string | undefined {
  const path = join(directory, 'Imagefile');
  return existsSync(path) ? path : undefined;
}

/** Builds the image; its files lie relative to `directory` or, with absolute names, on this machine. */
export function buildImagefile(path: string, directory: string): ImageContent {
  const recipe = parse(path);
  const entries = [...directoriesOf(recipe), ...filesOf(recipe, path, directory), ...linksOf(recipe)];
  return buildImage({ layers: [entries], config: recipe.config, names: [recipe.image] });
}

function parse(path: string): Imagefile {
  const recipe = parseYaml(readFileSync(path, 'utf8')) as Partial<Imagefile> | null;
  if (!recipe?.image)
    throw new UserError(`${path}: image: is missing: give the image a name, such as localhost/app:1`);
  return recipe as Imagefile;
}

const relative = (path: string) => path.replace(/^\/+/, '');

/** Every directory on the way to a file or link, then those with modes of their own. */
function directoriesOf(recipe: Imagefile): TarEntry[] {
  const modes = new Map<string, number>();
  for (const { path } of [...(recipe.files ?? []), ...(recipe.links ?? []), ...(recipe.directories ?? [])]) {
    const parts = relative(path).split('/').slice(0, -1);
    for (let i = 1; i <= parts.length; i++) modes.set(parts.slice(0, i).join('/'), 0o755);
  }
  for (const { path, mode } of recipe.directories ?? []) modes.set(relative(path), mode ?? 0o755);
  return [...modes].sort().map(([path, mode]) => ({ path, type: 'directory', mode }));
}

function filesOf(recipe: Imagefile, file: string, directory: string): TarEntry[] {
  return (recipe.files ?? []).map(({ path, from, mode }) => {
    const source = isAbsolute(from) ? from : join(directory, from);
    if (!existsSync(source)) throw new UserError(`${file}: ${from}: there is no such file`);
    return { path: relative(path), type: 'file', mode: mode ?? 0o644, content: readFileSync(source) };
  });
}

const linksOf = (recipe: Imagefile): TarEntry[] =>
  (recipe.links ?? []).map(({ path, to }) => ({
    path: relative(path),
    type: 'symlink',
    mode: 0o777,
    target: to,
  }));
