import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseSyncRules, syncRule, syncTarget } from './rules.ts';

it('a file is copied to where its rule says, without what stands before the first pattern', () => {
  for (const [from, to, path, target] of [
    ['www/**', '/srv', 'www/a/b.css', '/srv/a/b.css'],
    ['www', '/srv/', 'www/a.css', '/srv/a.css'],
    ['src/*.js', '/', 'src/a.js', '/a.js'],
    ['a.conf', '/etc/b.conf', 'a.conf', '/etc/b.conf'],
    ['a.conf', '/etc/', 'a.conf', '/etc/a.conf'],
    ['**/*.py', '/app', 'x/y.py', '/app/x/y.py'],
    ['www/**', '/srv', 'wwwx/a', undefined],
    ['src/*.js', '/', 'src/a/b.js', undefined],
  ] as const)
    assert.equal(syncTarget([syncRule(from, to, '')], path), target, `${from} ${path}`);
});

it('rules that are no rules are refused with their place', () => {
  assert.throws(
    () => parseSyncRules([{ from: 'a' }], 'images[0].sync'),
    /images\[0\]\.sync\[0\]: from and to/,
  );
  assert.throws(() => syncRule('a', 'b', 'x'), /x\.to: an absolute path/);
  assert.throws(() => syncRule('../a', '/b', 'x'), /without \.\./);
  assert.throws(() => syncRule('a', '/b/../c', 'x'), /without \.\./);
  assert.throws(() => parseSyncRules(Array(200).fill({}), 'x'), /more than 100/);
});
