// Builds the images of a project, each again and again: what is made of unchanged files is taken from the last time.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildImagefile } from '../../../cluster/images/imagefile.ts';
import { LayerCache } from '../../../cluster/images/layers.ts';
import type { ImageContent } from '../../../cri/image/content.ts';
import { devReference } from '../project/images.ts';
import type { Project, ProjectImage } from '../project/load.ts';
import { buildDirectory } from './directory.ts';
import { buildDockerfile, findTool, type Tool } from './dockerfile.ts';

export interface Built {
  readonly image: ImageContent;
  /** A name that no other content has. */
  readonly reference: string;
  /** Layers that the last image of this name did not have. */
  readonly newLayers: number;
  /** Bytes of these. */
  readonly newBytes: number;
}

export interface BuildOptions {
  readonly signal: AbortSignal;
}

export class Builder {
  readonly #caches = new Map<string, LayerCache>();
  /** Digests of the last image's layers, by repository. */
  readonly #layers = new Map<string, ReadonlySet<string>>();
  #scratch: string | undefined;
  #tool: Tool | undefined;

  async build(project: Project, made: ProjectImage, options: BuildOptions): Promise<Built> {
    const image = await this.#content(project, made, options);
    const before = this.#layers.get(made.repository) ?? new Set();
    const added = image.layers.filter(({ digest }) => !before.has(digest));
    this.#layers.set(made.repository, new Set(image.layers.map(({ digest }) => digest)));
    return {
      image,
      reference: devReference(made.repository, image.manifest.digest),
      newLayers: added.length,
      newBytes: added.reduce((sum, { size }) => sum + size, 0),
    };
  }

  /** Removes what lies on the disk. */
  async close(): Promise<void> {
    if (this.#scratch) await rm(this.#scratch, { recursive: true, force: true });
  }

  async #content(
    { directory, ignored }: Project,
    { repository, recipe }: ProjectImage,
    options: BuildOptions,
  ): Promise<ImageContent> {
    if (recipe.kind === 'dockerfile') {
      this.#tool ??= await findTool();
      const layout = await this.#layout(repository);
      return buildDockerfile({ directory, repository, recipe, layout, ...options }, this.#tool);
    }
    const layers = this.#caches.get(repository) ?? new LayerCache();
    this.#caches.set(repository, layers);
    const file = recipe.kind === 'imagefile' ? join(directory, recipe.file) : '';
    const image =
      recipe.kind === 'imagefile'
        ? buildImagefile(file, dirname(file), layers)
        : await buildDirectory({ directory, recipe, ignored, layers });
    layers.sweep();
    return image;
  }

  /** A directory of its own for each image: blobs that are in it are not written again. */
  async #layout(repository: string): Promise<string> {
    this.#scratch ??= await mkdtemp(join(tmpdir(), 'tiphys-dev-'));
    return join(this.#scratch, repository.replaceAll('/', '_'));
  }
}
