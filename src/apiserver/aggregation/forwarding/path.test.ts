import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forwardedPath } from './path.ts';

const forwarded = (path: string, query = '') => forwardedPath({ path, query: new URLSearchParams(query) });

test('path and query pass as they were understood', () => {
  assert.equal(forwarded('/apis/g/v/pods/*/rate%7Cp99'), '/apis/g/v/pods/*/rate%7Cp99');
  assert.equal(forwarded('/apis/g/v/x', 'a=1&b=%zz;c=2'), '/apis/g/v/x?a=1&b=%25zz%3Bc%3D2');
});

test('a path that can be understood in another way is refused', () => {
  for (const path of [
    '/a/../b',
    '/a/./b',
    '/a/%2e%2E/b',
    '/a%2fb',
    '/a%5Cb',
    '/a\\b',
    '/a%',
    '/a b',
    '/ä',
    '/a\r\nb',
  ])
    assert.throws(() => forwarded(path), /the path of the request is ambiguous/, path);
});
