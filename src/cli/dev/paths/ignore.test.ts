import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../../kit/clock.ts';
import { matchesGlob, parseGlob, plainPrefix } from './glob.ts';
import { isClosed, isIgnored, parseIgnore } from './ignore.ts';

const fits = (pattern: string, path: string) => matchesGlob(parseGlob(pattern), path);

describe('patterns of paths', () => {
  it('match within a name, and over names only with **', () => {
    for (const [pattern, path] of [
      ['src/*.ts', 'src/a.ts'],
      ['src/**', 'src/a/b/c'],
      ['**/*.ts', 'a.ts'],
      ['**/test/**/x', 'a/test/x'],
      ['[a-c]?[!x].t', 'bzy.t'],
      ['a\\*b', 'a*b'],
      ['[', '['],
      ['a[]]b', 'a]b'],
    ] as const)
      assert.ok(fits(pattern, path), `${pattern} ${path}`);
    for (const [pattern, path] of [
      ['src/*.ts', 'src/a/b.ts'],
      ['*.ts', 'a.tsx'],
      ['[!a]', 'a'],
      ['src', 'src/a'],
      ['a\\*b', 'axb'],
    ] as const)
      assert.ok(!fits(pattern, path), `${pattern} ${path}`);
    assert.equal(plainPrefix(parseGlob('a/b/*.ts')), 2);
  });

  it('take linear time on texts made to be slow', () => {
    const started = systemClock.monotonic();
    assert.ok(!fits(`${'*a'.repeat(100)}b`, 'a'.repeat(4000)));
    assert.ok(!fits(`${'**/a/'.repeat(100)}b`, Array(1000).fill('a').join('/')));
    assert.ok(systemClock.monotonic() - started < 1000);
    assert.throws(() => parseGlob('a'.repeat(2000)), /more than 1024/);
  });
});

describe('ignore files', () => {
  it('of git: names at any depth, directories, exceptions, the last rule decides', () => {
    const rules = parseIgnore('# c\nnode_modules/\n*.log\n!keep.log\n/dist\n', 'git');
    assert.ok(isIgnored(rules, 'a/node_modules/b/c.js', false));
    assert.ok(!isIgnored(rules, 'a/node_modules', false), 'a file of that name');
    assert.ok(isIgnored(rules, 'x/y.log', false));
    assert.ok(!isIgnored(rules, 'x/keep.log', false));
    assert.ok(isIgnored(rules, 'dist/a', false));
    assert.ok(!isIgnored(rules, 'a/dist', true));
    assert.ok(isIgnored(rules, '.git/index', false));
  });

  it('of Docker: every pattern begins at the root', () => {
    const rules = parseIgnore('node_modules\n**/*.tmp\n', 'docker');
    assert.ok(isIgnored(rules, 'node_modules/a', false));
    assert.ok(!isIgnored(rules, 'a/node_modules', true));
    assert.ok(isIgnored(rules, 'a/b/c.tmp', false));
  });

  it('an ignored directory is looked into only if there are exceptions', () => {
    assert.ok(isClosed(parseIgnore('out/', 'git'), 'out'));
    const rules = parseIgnore('*\n!src\n', 'docker');
    assert.ok(!isClosed(rules, 'lib'));
    assert.ok(!isIgnored(rules, 'src/a', false) && isIgnored(rules, 'lib/a', false));
  });

  it('are limited', () => {
    assert.throws(() => parseIgnore('a\n'.repeat(2000), 'git'), /more than 1000 rules/);
    assert.throws(() => parseIgnore('a'.repeat(300_000), 'git'), /characters/);
  });
});
