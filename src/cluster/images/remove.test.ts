import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Image } from '../../cri/runtime.ts';
import { prunable } from './remove.ts';

const image = (id: string, repoTags: string[], pinned = false): Image => ({
  ...{ id, repoTags, repoDigests: [], size: 1, username: '' },
  pinned,
});

test('what has a name, is used, pinned or the sandbox’s is not pruned unless all is, and then only the first', () => {
  const images = [
    image('named', ['docker.io/library/a:1']),
    image('bare', []),
    image('used', []),
    image('pinned', [], true),
    image('pause', ['localhost/tiphys/pause:1']),
  ];
  const ids = (all: boolean) => prunable(images, new Set(['used']), all).map(({ id }) => id);
  assert.deepEqual(ids(false), ['bare']);
  assert.deepEqual(ids(true), ['named', 'bare']);
});
