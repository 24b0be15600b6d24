// The routes behind the control socket.
import { join } from 'node:path';
import { loadImages } from '../../cri/containerd/images/load-image.ts';
import { buildImagefile, imagefileIn } from '../images/imagefile.ts';
import { importInto } from '../images/load.ts';
import type { RunningNodes } from '../node-agent/nodes.ts';
import { UserError } from '../progress.ts';
import type { ComponentStatus } from '../supervisor/supervisor.ts';
import type { ControlRoutes } from './server.ts';

interface NodeRequest {
  readonly node: string;
}

interface ImageRequest {
  readonly path: string;
  readonly tag?: string;
}

/** What `tiphys status`, `node` and `image` may ask of a running cluster. */
export function controlRoutes(nodes: RunningNodes, components: () => ComponentStatus[]): ControlRoutes {
  const sockets = () => nodes.all.map((node) => node.imageSocket);
  const answer = (images: string[]) => ({ images, nodes: nodes.all.map((node) => node.name) });
  return {
    components: async () => ({ components: components() }),
    'node-stop': (body) => nodes.switchOff((body as NodeRequest).node),
    'node-start': (body) => nodes.switchOn((body as NodeRequest).node),
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
  };
}

async function imagesOn(
  node: RunningNodes['all'][number],
): Promise<{ node: string; image: string; size: string }[]> {
  const images = (await node.runtime?.listImages()) ?? [];
  return images.flatMap((image) =>
    image.repoTags.map((tag) => ({
      node: node.name,
      image: tag,
      size: `${(Number(image.size) / 1e6).toFixed(1)} MB`,
    })),
  );
}
