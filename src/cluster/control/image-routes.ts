// The routes of `tiphys image`: what is on the nodes of this machine, and what comes and goes there.
import { join } from 'node:path';
import { loadImages } from '../../cri/containerd/images/load-image.ts';
import { buildImagefile, imagefileIn } from '../images/imagefile.ts';
import { importInto } from '../images/load.ts';
import type { RunningNodes } from '../node-agent/nodes.ts';
import { UserError } from '../progress.ts';
import type { ControlRoutes } from './server.ts';

interface ImageRequest {
  readonly path: string;
  readonly tag?: string;
}

/** One name of an image on one node; images without a name have an empty one. */
export interface NodeImage {
  readonly node: string;
  readonly image: string;
  readonly id: string;
  readonly size: string;
}

type Node = RunningNodes['all'][number];

export function imageRoutes(nodes: RunningNodes): ControlRoutes {
  const sockets = () => nodes.all.map((node) => node.imageSocket);
  const answer = (images: string[]) => ({ images, nodes: nodes.all.map((node) => node.name) });
  return {
    'image-load': async (body) => {
      const { path, tag } = body as ImageRequest;
      return answer(await loadImages({ path, sockets: sockets(), ...(tag && { name: tag }) }));
    },
    'image-build': async (body) => {
      const { path } = body as ImageRequest;
      const recipe = imagefileIn(path);
      if (!recipe) throw new UserError(`${join(path, 'Imagefile')}: there is no such file`);
      return answer(await importInto(sockets(), [buildImagefile(recipe, path)]));
    },
    'image-sockets': async () => ({
      nodes: nodes.all.map(({ name, imageSocket }) => ({ node: name, socket: imageSocket })),
    }),
    'image-list': async () => ({ images: (await Promise.all(nodes.all.map(imagesOn))).flat() }),
    'image-remove': async (body) => {
      const { removeImages } = await import('../images/remove.ts');
      return removeImages(nodes.all, body as { names: string[]; force: boolean });
    },
    'image-prune': async (body) => {
      const { pruneImages } = await import('../images/remove.ts');
      return pruneImages(nodes.all, body as { all: boolean });
    },
  };
}

async function imagesOn(node: Node): Promise<NodeImage[]> {
  const images = (await node.runtime?.listImages()) ?? [];
  return images.flatMap(({ id, repoTags, size }) =>
    (repoTags.length > 0 ? repoTags : ['']).map((image) => ({
      node: node.name,
      image,
      id,
      size: `${(Number(size) / 1e6).toFixed(1)} MB`,
    })),
  );
}
