import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { exists, pathsNamed, testsNamed } from './paths-in-docs.ts';

describe('the documentation', () => {
  it('names only paths that exist, in every README, walk, checklist and decision', () => {
    const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('{src,docs,test,bench,examples}/**/*.md')];
    const all = new Set(globSync(['*', 'bin/*', '{src,docs,test,tools,bench,examples}/**']));
    const missing = pages.flatMap((page) =>
      pathsNamed(readFileSync(page, 'utf8'))
        .filter((path) => !exists(path, page, all))
        .map((path) => `${page}: ${path}`),
    );
    assert.deepEqual(missing, []);
  });

  it('names only tests that exist, where it says what shows something', () => {
    const missing = globSync('docs/security/*.md').flatMap((page) =>
      testsNamed(readFileSync(page, 'utf8'))
        .filter(({ file, title }) => !existsSync(file) || !readFileSync(file, 'utf8').includes(title))
        .map(({ file, title }) => `${page}: ${file}: ${title}`),
    );
    assert.deepEqual(missing, []);
  });

  it('names a test for every rule of admission that is not stated as a difference', () => {
    const rows = readFileSync('docs/security/admission.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (Rule|---)/.test(line));
    const bare = rows.filter((row) => testsNamed(row).length === 0 && !row.startsWith('| Difference:'));
    assert.deepEqual([rows.length > 100, bare], [true, []]);
  });

  it('has a README of at most 40 lines in every room', () => {
    for (const room of globSync('src/*')) {
      const readme = `${room}/README.md`;
      assert.ok(existsSync(readme), `${readme} is missing`);
      const lines = readFileSync(readme, 'utf8').trimEnd().split('\n').length;
      assert.ok(lines <= 40, `${readme} has ${lines} lines`);
    }
  });
});

describe('the paths of a page', () => {
  it('exist from the top, from the page, or anywhere below its folder', () => {
    const all = new Set(['docs/walks/a.md', 'src/kit/clock.ts', 'src/store/sqlite/worker.ts']);
    assert.ok(exists('src/kit/clock.ts', 'README.md', all));
    assert.ok(exists('../kit/clock.ts', 'src/store/README.md', all));
    assert.ok(exists('kit/clock.ts', 'src/store/README.md', all));
    assert.ok(exists('worker.ts', 'src/store/README.md', all));
    assert.ok(exists('worker.ts', 'docs/walks/a.md', all));
    assert.ok(!exists('clock.ts', 'src/store/README.md', all));
    assert.ok(!exists('orker.ts', 'src/store/README.md', all));
  });

  it('are the files and folders in backticks, and what links point to', () => {
    const page =
      'Open `cluster.ts`, then `src/kit` and `objects/`; see [walks](docs/walks/one-pod.md#start).';
    assert.deepEqual(pathsNamed(page), ['cluster.ts', 'src/kit', 'objects/', 'docs/walks/one-pod.md']);
  });

  it('end where a placeholder begins', () => {
    assert.deepEqual(pathsNamed('`src/api/kinds/<group>/<version>/<kind>.ts`'), ['src/api/kinds/']);
  });

  it('are not commands, API groups, URLs or code', () => {
    const page = '`apps/v1`, `npm test`, `/metrics`, `kit`, `a.b()`, [site](https://example.com/x.md)';
    assert.deepEqual(pathsNamed(page), []);
  });
});
