import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cacheOf, scoresOf } from '../testing/cache.fake.ts';
import { aContainer, aNode, aPod } from '../testing/objects.fake.ts';
import { imageLocality } from './image-locality.ts';

const MB = 1024 * 1024;

const withImage = (name: string, megabytes: number) => {
  const node = aNode(name);
  const images = [{ names: ['registry/app:1'], sizeBytes: megabytes * MB }];
  return { ...node, status: { ...node.status, images } };
};
const pod = aPod({ containers: [aContainer({}, { image: 'registry/app:1' })] });
const score = (...nodes: Parameters<typeof cacheOf>[0]) => {
  const cache = cacheOf(nodes);
  return scoresOf(imageLocality(cache), cache, pod);
};

it('scores an image by its size, from 23 MiB to 1000 MiB', () => {
  assert.deepEqual(score(withImage('a', 23)), { a: 0 });
  assert.deepEqual(score(withImage('a', 512)), { a: 50 });
  assert.deepEqual(score(withImage('a', 2000)), { a: 100 });
});

it('counts an image less the fewer nodes have it', () => {
  assert.deepEqual(score(withImage('a', 1000), aNode('b')), { a: 48, b: 0 });
});

it('forgets the images of a node that is gone', () => {
  const cache = cacheOf([withImage('a', 1000), aNode('b')]);
  cache.removeNode('a');
  assert.equal(cache.countWithImage('registry/app:1'), 0);
});

it('takes the tag latest for granted', () => {
  const node = aNode('a');
  const images = [{ names: ['registry:5000/app:latest'], sizeBytes: 1000 * MB }];
  const cache = cacheOf([{ ...node, status: { ...node.status, images } }]);
  const untagged = aPod({ containers: [aContainer({}, { image: 'registry:5000/app' })] });
  assert.deepEqual(scoresOf(imageLocality(cache), cache, untagged), { a: 100 });
});
