import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedRuntime } from '../../cri/simulated/runtime.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { seededRandom } from '../../kit/random.ts';
import { MemoryFiles } from '../files/memory-files.fake.ts';
import { collectImages, imagesToRemove } from './image-gc.ts';

const image = (id: string, size: number, extra: { pinned?: boolean; tag?: string } = {}) => ({
  id,
  repoTags: [extra.tag ?? `${id}:1`],
  repoDigests: [],
  size,
  username: '',
  pinned: extra.pinned ?? false,
});

test('unused images go, the largest first, until enough is freed', () => {
  const images = [image('a', 10), image('b', 30), image('c', 20), image('d', 5)];
  assert.deepEqual(
    imagesToRemove(images, new Set(['b']), [], 25).map(({ id }) => id),
    ['c', 'a'],
  );
});

test('pinned images, the sandbox image and those to keep stay', () => {
  const images = [
    image('a', 10, { pinned: true }),
    image('b', 10, { tag: 'localhost/pause:1' }),
    image('c', 10),
  ];
  assert.deepEqual(imagesToRemove(images, new Set(), ['c:1'], 100), []);
});

test('the images of volumes stay, by whatever name the pod has for them', async () => {
  const runtime = new SimulatedRuntime({ clock: new SteppedClock(), random: seededRandom(1) });
  const kept = runtime.addImage('data:1');
  runtime.addImage('other:1');
  const full = { ...new MemoryFiles().usage, availableBytes: 0 };
  const percent = { highPercent: 80, lowPercent: 75 };
  const options = { runtime, readFs: async () => full, ...percent, keep: [] };
  await collectImages({ ...options, volumes: () => ['docker.io/library/data:1', 'gone:1'] });
  assert.deepEqual(await runtime.listImages(), [kept]);
});
