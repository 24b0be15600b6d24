// Reads a project's directory: its manifests, and what makes the images that they name. Read again when one of its files changes.
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, posix, relative, sep } from 'node:path';
import { readImagefile } from '../../../cluster/images/imagefile.ts';
import { UserError } from '../../../cluster/progress.ts';
import { addAll } from '../../../kit/lists.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { documentsOf } from '../../../kubectl/resources/documents.ts';
import { isList, type KubeObject } from '../../../kubectl/resources/object.ts';
import type { IgnoreRules } from '../paths/ignore.ts';
import { NO_RULES, parseIgnore } from '../paths/ignore.ts';
import type { SyncRule } from '../sync/rules.ts';
import { syncRule } from '../sync/rules.ts';
import {
  CONFIG_FILE,
  type DevConfig,
  type ImageEntry,
  LARGEST_CONFIG,
  parseConfig,
  type Recipe,
} from './config.ts';
import { type Candidate, imageFor } from './conventions.ts';
import { imagesOf, repositoryOf } from './images.ts';

export interface ProjectImage {
  /** In full, without a tag. */
  readonly repository: string;
  readonly recipe: Recipe;
  /** Files of the project, relative to it, and absolute ones of the machine; directories with all that is in them. */
  readonly inputs: readonly string[];
  readonly sync: readonly SyncRule[];
  readonly restart: ImageEntry['restart'];
}

export interface Project {
  readonly directory: string;
  readonly objects: readonly KubeObject[];
  /** Files and directories whose change means that the manifests are read again; relative. */
  readonly manifestInputs: readonly string[];
  readonly images: readonly ProjectImage[];
  readonly ignored: IgnoreRules;
  readonly ports: readonly string[] | undefined;
}

const LARGEST_MANIFEST = 64 * 1024 * 1024;
const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const IS_MANIFEST = /\.(?:ya?ml|json)$/;

export async function loadProject(directory: string, warn: (text: string) => void): Promise<Project> {
  const config = readConfig(directory);
  const { objects, inputs } = await readObjects(directory, config, warn);
  const images = imagesIn(directory, config, objects);
  return {
    directory,
    objects,
    manifestInputs: [CONFIG_FILE, '.dockerignore', '.gitignore', ...inputs],
    images,
    ignored: ignoreRules(directory),
    ports: config.ports,
  };
}

function readConfig(directory: string): DevConfig {
  const path = join(directory, CONFIG_FILE);
  if (!existsSync(path)) return { images: [] };
  try {
    if (statSync(path).size > LARGEST_CONFIG) throw new Error(`more than ${LARGEST_CONFIG} bytes`);
    return parseConfig(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UserError(`${CONFIG_FILE}: ${messageOf(error)}`);
  }
}

/** A .dockerignore, where there is one, says what belongs to the sources; a .gitignore otherwise. */
export function ignoreRules(directory: string): IgnoreRules {
  for (const [file, style] of [
    ['.dockerignore', 'docker'],
    ['.gitignore', 'git'],
  ] as const) {
    const path = join(directory, file);
    if (!existsSync(path)) continue;
    try {
      return parseIgnore(readFileSync(path, 'utf8'), style);
    } catch (error) {
      throw new UserError(`${file}: ${messageOf(error)}`);
    }
  }
  return NO_RULES;
}

interface Objects {
  readonly objects: readonly KubeObject[];
  readonly inputs: readonly string[];
}

/** Named ones; else a kustomization of the directory or of k8s/; else all files of both. */
async function readObjects(
  directory: string,
  { manifests }: DevConfig,
  warn: (text: string) => void,
): Promise<Objects> {
  const objects: KubeObject[] = [];
  const inputs: string[] = [];
  if (manifests)
    for (const path of manifests) {
      const found = await objectsAt(directory, path, true, warn);
      addAll(objects, found);
      inputs.push(path);
    }
  else {
    const root = await objectsAt(directory, '.', false, warn);
    addAll(objects, root);
    inputs.push(isKustomized(directory) ? '.' : '*.yaml');
    if (!isKustomized(directory) && existsSync(join(directory, 'k8s'))) {
      addAll(objects, await objectsAt(directory, 'k8s', true, warn));
      inputs.push('k8s');
    }
  }
  if (objects.length === 0)
    throw new UserError(
      `${directory}: no manifests: put them here or in k8s/, or name them in ${CONFIG_FILE}`,
    );
  return { objects, inputs };
}

const isKustomized = (directory: string): boolean =>
  KUSTOMIZATIONS.some((name) => existsSync(join(directory, name)));

/** `strict`: every document must be a manifest. */
async function objectsAt(
  directory: string,
  path: string,
  strict: boolean,
  warn: (text: string) => void,
): Promise<KubeObject[]> {
  const full = join(directory, path);
  const facts = statSync(full, { throwIfNoEntry: false });
  if (!facts) throw new UserError(`${path}: there is no such file or directory`);
  try {
    if (facts.isDirectory() && isKustomized(full)) {
      const { buildKustomization } = await import('../../../kubectl/kustomize/build.ts');
      return (await buildKustomization(full, { cwd: directory, warn })) as KubeObject[];
    }
  } catch (error) {
    throw new UserError(`${path}: ${messageOf(error)}`);
  }
  const files = facts.isDirectory()
    ? readdirSync(full)
        .filter((name) => IS_MANIFEST.test(name) && name !== CONFIG_FILE)
        .sort()
        .map((name) => posix.join(path, name))
    : [path];
  return files.flatMap((file) => documentsIn(directory, file, strict));
}

function documentsIn(directory: string, file: string, strict: boolean): KubeObject[] {
  const path = join(directory, file);
  const facts = statSync(path);
  if (!facts.isFile()) return [];
  if (facts.size > LARGEST_MANIFEST) throw new UserError(`${file}: more than ${LARGEST_MANIFEST} bytes`);
  let found: unknown[];
  try {
    found = [...documentsOf(readFileSync(path, 'utf8'), file)];
  } catch (error) {
    throw new UserError(messageOf(error));
  }
  return found.flatMap((document) => {
    const object = document as KubeObject;
    if (isList(object)) return object.items;
    if (object.apiVersion && object.kind && object.metadata?.name) return [object];
    if (!strict) return [];
    throw new UserError(`${file}: every document needs apiVersion, kind and metadata.name`);
  });
}

function imagesIn(directory: string, config: DevConfig, objects: readonly KubeObject[]): ProjectImage[] {
  const wanted = objects.flatMap(imagesOf);
  const made = new Map<string, ProjectImage>();
  const add = (image: string, recipe: Recipe, entry?: ImageEntry) => {
    const repository = repositoryOf(image);
    const inputs = inputsOf(directory, recipe);
    const sync = entry?.sync === 'auto' ? autoSync(directory, recipe) : (entry?.sync ?? []);
    made.set(repository, { repository, recipe, inputs, sync, restart: entry?.restart });
  };
  for (const entry of config.images) {
    const recipe = entry.recipe ?? recipeIn(directory, entry.build ?? '');
    if (!recipe)
      throw new UserError(
        `${CONFIG_FILE}: ${entry.image}: no Imagefile, Dockerfile or rootfs/ in ${entry.build ?? '.'}`,
      );
    add(entry.image, recipe, entry);
  }
  const known = new Set(config.images.map(({ recipe }) => JSON.stringify(recipe)));
  const below = readdirSync(directory).filter((name) => isPlainDirectory(join(directory, name)));
  for (const candidate of [...below.sort(), '']) {
    const recipe = recipeIn(directory, candidate);
    if (!recipe || known.has(JSON.stringify(recipe))) continue;
    const image = imageFor(
      candidateOf(directory, candidate, recipe),
      basename(directory),
      wanted,
      new Set(made.keys()),
    );
    if (image !== undefined && !made.has(repositoryOf(image)) && isWanted(image, wanted)) add(image, recipe);
  }
  return [...made.values()];
}

const isWanted = (image: string, wanted: readonly string[]): boolean =>
  wanted.some((name) => repositoryOf(name) === repositoryOf(image));

const isPlainDirectory = (path: string): boolean =>
  lstatSync(path).isDirectory() && !['.git', 'node_modules'].includes(basename(path));

const candidateOf = (directory: string, path: string, recipe: Recipe): Candidate => ({
  directory: path,
  ...(recipe.kind === 'imagefile' && { image: readImagefile(join(directory, recipe.file)).image }),
});

/** By what lies in a directory: an Imagefile, a Dockerfile, or a root file system. */
function recipeIn(directory: string, path: string): Recipe | undefined {
  const has = (name: string) => existsSync(join(directory, path, name));
  const at = (name: string) => posix.join(path, name);
  if (has('Imagefile')) return { kind: 'imagefile', file: at('Imagefile') };
  for (const name of ['Dockerfile', 'Containerfile'])
    if (has(name)) return { kind: 'dockerfile', file: at(name), context: path || '.', args: {} };
  return has('rootfs') ? { kind: 'directory', directory: at('rootfs'), config: {} } : undefined;
}

function inputsOf(directory: string, recipe: Recipe): string[] {
  if (recipe.kind === 'directory') return [recipe.directory];
  if (recipe.kind === 'dockerfile') return [recipe.file, recipe.context];
  return [recipe.file, ...sourcesOf(directory, recipe.file).map(({ from }) => from)];
}

/** The files that an Imagefile names: those of the project relative to it. */
function sourcesOf(directory: string, file: string): { readonly from: string; readonly path: string }[] {
  const path = join(directory, file);
  return (readImagefile(path).files ?? []).map(({ from, path: to }) => {
    const full = from.startsWith('/') ? from : join(path, '..', from);
    const below = relative(directory, full).split(sep).join('/');
    return { from: below.startsWith('../') ? full : below, path: to };
  });
}

/** Where the recipe itself puts the files of the project. */
function autoSync(directory: string, recipe: Recipe): SyncRule[] {
  if (recipe.kind === 'dockerfile')
    throw new UserError(`${CONFIG_FILE}: sync: auto needs an Imagefile or a directory: list what goes where`);
  if (recipe.kind === 'directory') return [syncRule(recipe.directory, '/', recipe.directory)];
  return sourcesOf(directory, recipe.file)
    .filter(({ from }) => !from.startsWith('/'))
    .map(({ from, path }) => exactRule(from, path, recipe.file));
}

/** A name of a file has no patterns. */
const exactRule = (from: string, to: string, at: string): SyncRule => ({
  ...syncRule(from.replace(/[*?[\\]/g, '\\$&'), to.startsWith('/') ? to : `/${to}`, at),
  prefix: from.split('/'),
  plain: true,
});
