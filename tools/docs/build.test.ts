import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildSite, type Files } from './build.ts';
import { navigation } from './navigation.ts';
import { figuresOf } from './page/landing.ts';
import { indexScript } from './page/search-index.ts';
import { serve } from './serve.ts';
import { outputOf, relative } from './site.ts';
import { allSources, files, readme } from './sources.ts';

const none: Files = { read: () => undefined, isFolder: () => false };

/** Problems of a site of two pages, besides those of pages that are not there. */
function problemsOf(text: string): string[] {
  const sources = new Map([
    ['docs/why.md', text],
    ['docs/tutorial/01-a.md', '# First\n\n## Part\n'],
  ]);
  return [...buildSite(sources, readme(), none, new Map()).problems].filter(
    (one) => !one.endsWith('.md does not exist'),
  );
}

describe('the documentation site', () => {
  it('is built from this repository without problems: every link and anchor leads somewhere', async () => {
    const site = buildSite(await allSources(), readme(), files, new Map());
    assert.deepEqual(site.problems, []);
    for (const [path, content] of site.files)
      if (path.endsWith('.html'))
        assert.doesNotMatch(String(content), /\s(src|href)="(?:https?:)?\/\/(?!.*rel="noopener)/, path);
  });

  it('complains of links, anchors and pictures that lead nowhere, and of pages that stand nowhere', () => {
    assert.deepEqual(problemsOf('# T\n\n[a](tutorial/01-a.md#part) [b](https://example.com)'), []);
    assert.deepEqual(problemsOf('# T\n\n[a](missing.md)'), ['docs/why.md: missing.md leads nowhere']);
    assert.deepEqual(problemsOf('# T\n\n[a](tutorial/01-a.md#other)'), [
      'docs/why.md: docs/tutorial/01-a.md has no heading #other',
    ]);
    assert.deepEqual(problemsOf('# T\n\n[a](#own)'), ['docs/why.md: docs/why.md has no heading #own']);
    assert.deepEqual(problemsOf('# T\n\n![a](a.png)'), ['docs/why.md: the picture a.png does not exist']);
    const lost = buildSite(new Map([['docs/lost.md', '# Lost']]), readme(), none, new Map());
    assert.ok(lost.problems.includes('docs/lost.md stands nowhere'));
  });

  it('has relative links, so that it works from a file', () => {
    assert.equal(relative('tutorial/01-a.html', 'why.html'), '../why.html');
    assert.equal(relative('why.html', 'tutorial/01-a.html'), 'tutorial/01-a.html');
    assert.equal(outputOf('examples/README.md'), 'examples.html');
    const sources = new Map([
      ['docs/why.md', '# T\n\n[a](tutorial/01-a.md#part)'],
      ['docs/tutorial/01-a.md', '# First\n\n## Part\n\n[b](../why.md)'],
    ]);
    const built = buildSite(sources, readme(), none, new Map()).files;
    assert.match(String(built.get('why.html')), /href="tutorial\/01-a.html#part"/);
    assert.match(String(built.get('tutorial/01-a.html')), /href="\.\.\/why.html"/);
    assert.match(String(built.get('tutorial/01-a.html')), /rel="next" href="\.\.\/why.html"/);
  });

  it('names each page once', () => {
    const all = navigation.flatMap(({ pages }) => pages);
    assert.equal(new Set(all).size, all.length);
  });

  it('shows figures of README.md, and none that it does not have', () => {
    assert.equal(figuresOf(readme()).length, 6);
    assert.throws(() => figuresOf('| nothing | 1 | 2 |'), /README.md has no figure for/);
  });

  it('has an index that ends no script', () => {
    assert.doesNotMatch(indexScript('"</script>"'), /<\/script>/);
  });
});

describe('the site on the loopback', () => {
  it('serves what was built, and nothing else', async () => {
    const server = serve(
      new Map([
        ['index.html', 'home'],
        ['a/b.html', 'page'],
      ]),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(address && typeof address === 'object');
    const get = (path: string) => fetch(`http://127.0.0.1:${address.port}${path}`);
    try {
      assert.equal(await (await get('/')).text(), 'home');
      const page = await get('/a/b.html?x');
      assert.equal(await page.text(), 'page');
      assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
      for (const path of ['/a', '/../package.json', '/%2e%2e/package.json', '/__proto__'])
        assert.equal((await get(path)).status, 404, path);
    } finally {
      server.close();
    }
  });
});
