// Frees disk space by removing images that no container and no volume uses, when more than `highPercent` of the disk is taken. Removing
// an image removes all names of its id, so images are chosen by id; those in use, pinned or of the sandbox are kept.
import type { Container, ContainerRuntime, Image } from '../../cri/runtime.ts';
import type { FileSystemUsage } from '../files/node-files.ts';

export interface ImageGcOptions {
  readonly runtime: ContainerRuntime;
  readonly readFs: () => Promise<FileSystemUsage | undefined>;
  /** 100 = never. */
  readonly highPercent: number;
  readonly lowPercent: number;
  /** Images of volumes, as pods name them. */
  readonly volumes: () => readonly string[];
  /** Names that are never removed, such as the sandbox image. */
  readonly keep: readonly string[];
}

/** Ids to remove, the largest first, until `bytes` are freed. Pure. */
export function imagesToRemove(
  images: readonly Image[],
  used: ReadonlySet<string>,
  keep: readonly string[],
  bytes: number,
): Image[] {
  const free = images.filter(
    (image) =>
      !image.pinned &&
      !used.has(image.id) &&
      ![...image.repoTags, ...image.repoDigests].some(
        (name) => keep.includes(name) || name.includes('/pause:'),
      ),
  );
  const chosen: Image[] = [];
  let freed = 0;
  for (const image of free.sort((a, b) => b.size - a.size)) {
    if (freed >= bytes) break;
    chosen.push(image);
    freed += image.size;
  }
  return chosen;
}

/** Ids of the images of these containers. Pure. */
export function imagesInUse(
  images: readonly Image[],
  containers: readonly Pick<Container, 'image' | 'imageRef'>[],
): Set<string> {
  const named = new Set(containers.flatMap(({ imageRef, image }) => [imageRef, image.image]));
  const isNamed = ({ id, repoTags, repoDigests }: Image) =>
    [id, ...repoTags, ...repoDigests].some((name) => named.has(name));
  return new Set(images.filter(isNamed).map(({ id }) => id));
}

/** Returns how many images were removed. */
export async function collectImages(options: ImageGcOptions): Promise<number> {
  const { runtime, readFs, highPercent, lowPercent, keep, volumes } = options;
  const fs = highPercent < 100 ? await readFs() : undefined;
  if (!fs?.capacityBytes) return 0;
  const taken = fs.capacityBytes - fs.availableBytes;
  if ((taken * 100) / fs.capacityBytes < highPercent) return 0;
  const [images, containers] = await Promise.all([runtime.listImages(), runtime.listContainers()]);
  const used = imagesInUse(images, containers);
  for (const image of volumes()) {
    const found = await runtime.imageStatus({ image });
    if (found) used.add(found.id);
  }
  const chosen = imagesToRemove(images, used, keep, taken - (fs.capacityBytes * lowPercent) / 100);
  for (const { id } of chosen) await runtime.removeImage({ image: id });
  return chosen.length;
}
