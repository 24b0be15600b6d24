// What a set of changed files means: which files are copied into containers, which images are built again, whether the project is read
// again. Pure; called by session.ts.

import { isIgnored } from '../paths/ignore.ts';
import type { Project, ProjectImage } from '../project/load.ts';
import { syncTarget } from '../sync/rules.ts';

export interface Change {
  /** Relative to the project; absolute for a file outside. */
  readonly path: string;
  readonly deleted: boolean;
}

export interface SyncedFile extends Change {
  /** In the container. */
  readonly target: string;
}

export interface Plan {
  readonly reload: boolean;
  /** Repositories of the images that are built again. */
  readonly rebuild: readonly string[];
  /** By repository. */
  readonly sync: ReadonlyMap<string, readonly SyncedFile[]>;
}

export function planOf(project: Project, changes: readonly Change[]): Plan {
  const reload = changes.some(({ path }) => isManifest(project, path));
  const rebuild: string[] = [];
  const sync = new Map<string, SyncedFile[]>();
  for (const image of project.images) {
    const own = changes.filter(({ path }) => concerns(project, image, path));
    if (own.length === 0) continue;
    const files = own.map((change) => ({ ...change, target: syncTarget(image.sync, change.path) }));
    const synced = files.filter((file): file is SyncedFile => file.target !== undefined);
    // One file that cannot be copied means a new image, which has the others, too.
    if (synced.length < files.length || isRecipe(image, own)) rebuild.push(image.repository);
    else sync.set(image.repository, synced);
  }
  return { reload, rebuild, sync };
}

export const isNothing = ({ reload, rebuild, sync }: Plan): boolean =>
  !reload && rebuild.length === 0 && sync.size === 0;

const isRecipe = ({ recipe }: ProjectImage, changes: readonly Change[]): boolean =>
  recipe.kind !== 'directory' && changes.some(({ path }) => path === recipe.file);

/** A file that a recipe names is a source whatever the ignore rules say. */
function concerns({ ignored }: Project, { recipe, inputs, sync }: ProjectImage, path: string): boolean {
  if (recipe.kind === 'imagefile') return inputs.includes(path) || syncTarget(sync, path) !== undefined;
  if (path === inputs[0]) return true;
  return !isIgnored(ignored, path, false) && inputs.some((input) => isIn(path, input));
}

/** Imagefiles name images and files, so the project is read again when one changes. */
function isManifest({ manifestInputs, images }: Project, path: string): boolean {
  if (images.some(({ recipe }) => recipe.kind === 'imagefile' && recipe.file === path)) return true;
  return manifestInputs.some((input) =>
    input === '*.yaml' ? !path.includes('/') && /\.(?:ya?ml|json)$/.test(path) : isManifestIn(path, input),
  );
}

/** In a kustomization's directory anything may be a file that a generator reads; below the project itself only its YAML files are. */
const isManifestIn = (path: string, input: string): boolean =>
  input === '.' ? /\.(?:ya?ml|json|properties|env)$/.test(path) : isIn(path, input);

const isIn = (path: string, directory: string): boolean =>
  directory === '.' || path === directory || path.startsWith(`${directory.replace(/\/$/, '')}/`);
