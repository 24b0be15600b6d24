import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imagesToRemove } from './image-gc.ts';

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
