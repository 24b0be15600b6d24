// Prefers nodes that have the pod's images already, weighed by size and by how many nodes have them: an image that only one node
// has counts little, so that pods are not drawn to that node alone.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { NodeLister } from '../cache/node-lister.ts';
import { MAX_NODE_SCORE } from '../framework/node-score.ts';
import type { ScorePlugin } from '../framework/plugin.ts';

const MB = 1024 * 1024;
const MIN_BYTES = 23 * MB;
const MAX_BYTES_PER_CONTAINER = 1000 * MB;

export const imageLocality = (nodes: NodeLister): ScorePlugin => ({
  name: 'ImageLocality',
  weight: 1,
  /** An image counts by how many of how many nodes have it. */
  signPod({ pod }) {
    const images = imagesOf(pod);
    const known = images.filter((image) => nodes.countWithImage(image) > 0);
    if (known.length === 0) return String(images.length);
    const counts = known.map((image) => [image, nodes.countWithImage(image)]);
    return JSON.stringify([images.length, nodes.list().length, counts]);
  },
  score(_state, { pod }, node) {
    const images = imagesOf(pod);
    const total = nodes.list().length;
    let sum = 0;
    for (const image of images) {
      const bytes = node.images.get(image);
      if (bytes) sum += Math.floor((bytes * nodes.countWithImage(image)) / total);
    }
    return imageScore(sum, images.length);
  },
});

function imagesOf({ spec }: Readonly<Pod>): string[] {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  return containers.map((container) => withTag(container.image ?? ''));
}

/** As it is written in a node's image list. */
const withTag = (image: string): string =>
  image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;

function imageScore(bytes: number, containers: number): number {
  const largest = MAX_BYTES_PER_CONTAINER * containers;
  const clamped = Math.min(Math.max(bytes, MIN_BYTES), largest);
  return Math.floor((MAX_NODE_SCORE * (clamped - MIN_BYTES)) / (largest - MIN_BYTES));
}
