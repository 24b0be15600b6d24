// The images of a simulated node, and the registry they come from. Part of the simulated runtime.
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import { CriError } from '../error.ts';
import { normalizeReference } from '../image/reference.ts';
import type { FileSystemMount, FilesystemUsage, Image, ImageSpec } from '../image-types.ts';

export interface SimulatedImagesOptions {
  clock: Clock;
  random: Random;
  /** Milliseconds that a pull takes; default 0. */
  pullTime?: number;
  /** Which images a registry has; default all. May throw a CriError of its own. */
  registry?: (image: string) => boolean;
}

export class SimulatedImages {
  readonly #options: SimulatedImagesOptions;
  readonly #images = new Map<string, Image>();
  /** Ids of images, by key. */
  readonly #mounts = new Map<string, string>();

  constructor(options: SimulatedImagesOptions) {
    this.#options = options;
  }

  add(name: string): Image {
    const full = normalizeReference(name);
    const known = this.find({ image: full });
    if (known) return known;
    const image: Image = {
      id: this.#newDigest(),
      repoTags: [full],
      repoDigests: [`${full.replace(/[:@][^/]*$/, '')}@${this.#newDigest()}`],
      size: 1_000_000,
      username: '',
      pinned: false,
    };
    this.#images.set(image.id, image);
    return image;
  }

  list(filter?: ImageSpec): Image[] {
    return [...this.#images.values()].filter((image) => !filter || names(filter, image));
  }

  find(spec: ImageSpec): Image | undefined {
    return this.list(spec)[0];
  }

  async pull(spec: ImageSpec): Promise<string> {
    const { clock, pullTime, registry } = this.#options;
    if (pullTime) await clock.sleep(pullTime);
    if (registry?.(spec.image) === false) {
      throw new CriError('notFound', `failed to pull and unpack image "${spec.image}": not found`);
    }
    return this.add(spec.image).id;
  }

  remove(spec: ImageSpec): void {
    const image = this.find(spec);
    if (image) this.#images.delete(image.id);
  }

  mount(spec: ImageSpec, key: string): FileSystemMount {
    const made = this.#mounts.get(key) ?? this.find(spec)?.id;
    if (!made) throw new CriError('notFound', `image "${spec.image}" is not on the node`);
    this.#mounts.set(key, made);
    return { type: 'overlay', source: 'overlay', options: [`lowerdir=/images/${made}`] };
  }

  releaseMount(key: string): void {
    this.#mounts.delete(key);
  }

  usage(): FilesystemUsage {
    const usedBytes = this.list().reduce((sum, image) => sum + image.size, 0);
    return {
      timestamp: this.#options.clock.now(),
      mountpoint: '/',
      usedBytes,
      inodesUsed: this.#images.size,
    };
  }

  #newDigest(): string {
    return `sha256:${this.#options.random.bytes(32).toString('hex')}`;
  }
}

function names({ image: wanted }: ImageSpec, { id, repoTags, repoDigests }: Image): boolean {
  return id === wanted || repoDigests.includes(wanted) || repoTags.includes(normalizeReference(wanted));
}
