// Reads an Imagefile: the list of files of a small image, built on the spot without a registry or a build tool.
// Used by `image build` and by `up -f DIR` for a directory that has one.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parseYaml } from '../../api/codec/yaml.ts';
import { type ImageConfig, imageOfLayers } from '../../cri/image/build.ts';
import type { ImageContent } from '../../cri/image/content.ts';
import type { TarEntry } from '../../cri/image/tar.ts';
import { UserError } from '../progress.ts';
import { groupsOf, LayerCache, type SourceFile } from './layers.ts';

export interface Imagefile {
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
export function buildImagefile(path: string, directory: string, layers = new LayerCache()): ImageContent {
  const recipe = readImagefile(path);
  const files = filesOf(recipe, path, directory);
  const frame = [...directoriesOf(recipe), ...linksOf(recipe)];
  return imageOfLayers({
    layers: groupsOf(files).map((group, i) => layers.layer(i === 0 ? frame : [], group)),
    config: recipe.config ?? {},
    names: [recipe.image],
  });
}

/** Files, links and directories of one image. */
const MOST_ENTRIES = 10_000;

/** Throws a UserError with the place of what is wrong. */
export function readImagefile(path: string): Imagefile {
  const refuse = (why: string): never => {
    throw new UserError(`${path}: ${why}`);
  };
  const recipe = yaml(path, refuse);
  if (!isMapping(recipe) || !recipe.image || typeof recipe.image !== 'string')
    return refuse('image: is missing: give the image a name, such as localhost/app:1');
  for (const [field, texts] of Object.entries(LISTS)) checkList(recipe[field], field, texts, refuse);
  checkConfig(recipe.config ?? {}, refuse);
  return recipe as Partial<Imagefile> as Imagefile;
}

function yaml(path: string, refuse: (why: string) => never): unknown {
  try {
    return parseYaml(readFileSync(path, 'utf8'));
  } catch (error) {
    return refuse((error as Error).message);
  }
}

/** The members of each list's entries that are texts; an entry may have a mode, too. */
const LISTS = { files: ['path', 'from'], links: ['path', 'to'], directories: ['path'] } as const;

function checkList(
  list: unknown,
  field: string,
  texts: readonly string[],
  refuse: (why: string) => never,
): void {
  if (list === undefined || list === null) return;
  if (!Array.isArray(list)) return refuse(`${field}: a list is expected`);
  if (list.length > MOST_ENTRIES) refuse(`${field}: there are more than ${MOST_ENTRIES} entries`);
  for (const [i, entry] of list.entries()) {
    const at = `${field}[${i}]`;
    if (!isMapping(entry)) return refuse(`${at}: a mapping is expected`);
    for (const text of texts)
      if (typeof entry[text] !== 'string') refuse(`${at}.${text}: a text is expected`);
    const { mode = 0 } = entry;
    if (!Number.isInteger(mode) || Number(mode) < 0 || Number(mode) > 0o7777)
      refuse(`${at}.mode: a number from 0 to 07777 is expected`);
  }
}

const CONFIG_LISTS = ['entrypoint', 'cmd', 'env', 'exposedPorts', 'volumes'];

function checkConfig(config: unknown, refuse: (why: string) => never): void {
  if (!isMapping(config)) return refuse('config: a mapping is expected');
  for (const field of CONFIG_LISTS) {
    const list = config[field] ?? [];
    if (!Array.isArray(list) || !list.every((item) => typeof item === 'string'))
      refuse(`config.${field}: a list of texts is expected`);
  }
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A place in the image, from its root. */
function relative(path: string): string {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.length === 0 || names.includes('..'))
    throw new UserError(`path: ${path}: use a path in the image, without ..`);
  return names.join('/');
}

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

function filesOf(recipe: Imagefile, file: string, directory: string): SourceFile[] {
  return (recipe.files ?? []).map(({ path, from, mode }) => {
    const source = isAbsolute(from) ? from : join(directory, from);
    const facts = statSync(source, { throwIfNoEntry: false, bigint: true });
    if (!facts?.isFile()) throw new UserError(`${file}: ${from}: there is no such file`);
    return { path: relative(path), source, mode: mode ?? 0o644, facts, outside: isAbsolute(from) };
  });
}

const linksOf = (recipe: Imagefile): TarEntry[] =>
  (recipe.links ?? []).map(({ path, to }) => ({
    path: relative(path),
    type: 'symlink',
    mode: 0o777,
    target: to,
  }));
