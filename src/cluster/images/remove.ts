// Takes images from nodes: by name, or all that nothing uses. What a container has been made of stays unless somebody insists.
import { removeName } from '../../cri/containerd/images/remove-name.ts';
import { normalizeReference } from '../../cri/image/reference.ts';
import type { ContainerRuntime, Image } from '../../cri/runtime.ts';
import { imagesInUse } from '../../kubelet/images/image-gc.ts';
import { UserError } from '../progress.ts';

export interface ImageNode {
  readonly name: string;
  /** Undefined while the node is off. */
  readonly runtime: ContainerRuntime | undefined;
  /** Throws where the runtime is not containerd. */
  readonly imageSocket: string;
}

export interface Removed {
  readonly node: string;
  readonly image: string;
  /** Of the files that went with it; 0 while the image has other names. */
  readonly bytes: number;
}

/** Nothing is removed when one of the images is in use. `missing`: names that no node has. */
export async function removeImages(
  nodes: readonly ImageNode[],
  { names, force }: { readonly names: readonly string[]; readonly force: boolean },
): Promise<{ removed: Removed[]; missing: string[] }> {
  const found = (await Promise.all(nodes.map((node) => foundOn(node, names)))).flat();
  const used = found.find(({ inUse }) => inUse);
  if (used && !force)
    throw new UserError(
      `${used.name} is used by a container on ${used.node.name}: delete its pod first, or give --force`,
    );
  const removed: Removed[] = [];
  for (const { node, image, tag } of found) {
    const last = tag === undefined || image.repoTags.length === 1;
    if (last) await node.runtime!.removeImage({ image: image.id });
    else await removeName(node.imageSocket, tag);
    removed.push({ node: node.name, image: tag ?? image.id, bytes: last ? image.size : 0 });
  }
  return { removed, missing: names.filter((name) => !found.some((one) => one.name === name)) };
}

interface Found {
  readonly node: ImageNode;
  /** As it was asked for. */
  readonly name: string;
  readonly image: Image;
  /** The name among the image's own; undefined where it was asked for by id or digest. */
  readonly tag: string | undefined;
  readonly inUse: boolean;
}

async function foundOn(node: ImageNode, names: readonly string[]): Promise<Found[]> {
  const { runtime } = node;
  if (!runtime) return [];
  const [images, containers] = await Promise.all([runtime.listImages(), runtime.listContainers()]);
  const used = imagesInUse(images, containers);
  return names.flatMap((name) => {
    const full = normalizeReference(name);
    const fits = ({ id, repoTags, repoDigests }: Image) =>
      repoTags.includes(full) || repoDigests.includes(full) || isId(id, name);
    const image = images.find((one) => fits(one) && !one.pinned);
    if (!image) return [];
    const tag = image.repoTags.find((one) => one === full);
    return [{ node, name, image, tag, inUse: used.has(image.id) }];
  });
}

/** The whole id, or at least twelve digits of it, with `sha256:` or without. */
const isId = (id: string, text: string): boolean =>
  /^(?:sha256:)?[0-9a-f]{12,64}$/.test(text) &&
  id.replace('sha256:', '').startsWith(text.replace('sha256:', ''));

/** Images without a name, or all, that no container is made of. Pinned ones and the sandbox's stay. */
export async function pruneImages(
  nodes: readonly ImageNode[],
  { all }: { readonly all: boolean },
): Promise<{ removed: Removed[] }> {
  const removed: Removed[] = [];
  for (const { name, runtime } of nodes) {
    if (!runtime) continue;
    const [images, containers] = await Promise.all([runtime.listImages(), runtime.listContainers()]);
    for (const image of prunable(images, imagesInUse(images, containers), all)) {
      await runtime.removeImage({ image: image.id });
      removed.push({ node: name, image: image.repoTags[0] ?? image.id, bytes: image.size });
    }
  }
  return { removed };
}

/** Pure. */
export const prunable = (images: readonly Image[], used: ReadonlySet<string>, all: boolean): Image[] =>
  images.filter(
    ({ id, pinned, repoTags, repoDigests }) =>
      !pinned &&
      !used.has(id) &&
      (all || repoTags.length === 0) &&
      ![...repoTags, ...repoDigests].some((name) => name.includes('/pause:') || name.includes('/pause@')),
  );
