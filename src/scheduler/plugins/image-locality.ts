// Prefers nodes that have the pod's images already, weighed by size and by how many nodes have them.
import type { PodInfo } from '../cache/pod-info.ts';
import { MAX_SCORE, type PreScorePlugin, type ScorePlugin } from '../framework/plugin.ts';

const MB = 1024 * 1024;
const SMALLEST = 23 * MB;
const LARGEST_PER_CONTAINER = 1000 * MB;

/** As it stands in a node's image list: with a tag. */
function normalizedImage(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}

const containersOf = ({ pod }: PodInfo) => [
  ...(pod.spec?.initContainers ?? []),
  ...(pod.spec?.containers ?? []),
];

export const imageLocality: PreScorePlugin & ScorePlugin = {
  name: 'ImageLocality',
  weight: 1,
  preScore(state, pod, nodes) {
    const spread = new Map<string, number>();
    for (const container of containersOf(pod)) {
      const image = normalizedImage(container.image ?? '');
      spread.set(image, nodes.filter((node) => node.images.has(image)).length / Math.max(1, nodes.length));
    }
    state.set('ImageLocality', spread);
  },
  score(state, pod, node) {
    const spread = state.get('ImageLocality') as ReadonlyMap<string, number>;
    const containers = containersOf(pod);
    let sum = 0;
    for (const container of containers) {
      const image = normalizedImage(container.image ?? '');
      sum += (node.images.get(image) ?? 0) * (spread.get(image) ?? 0);
    }
    return imageScore(sum, containers.length);
  },
};

function imageScore(bytes: number, containers: number): number {
  const largest = LARGEST_PER_CONTAINER * containers;
  const clamped = Math.min(Math.max(bytes, SMALLEST), largest);
  return Math.floor((MAX_SCORE * (clamped - SMALLEST)) / (largest - SMALLEST));
}
