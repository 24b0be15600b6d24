// The documentation's site in a browser: from files and from a server, with keys alone, in both themes, on a phone.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bundledAssets } from '../../tools/docs/assets.ts';
import { buildSite } from '../../tools/docs/build.ts';
import { serve } from '../../tools/docs/serve.ts';
import { allSources, files, readme } from '../../tools/docs/sources.ts';
import { type Browser, type Page, startBrowser, troublesOf } from './support/browser.ts';

const PHONE = { viewport: { width: 390, height: 844 } };
/** One of each sort: the first page, prose with drawings, code, wide tables. */
const SORTS = [
  'index.html',
  'architecture.html',
  'tutorial/05-deployment.html',
  'comparison.html',
  'reference/tiphys-yaml.html',
  'reference/kubectl.html',
];

describe('the documentation in a browser', { timeout: 120_000 }, () => {
  let directory: string;
  let browser: Browser;
  let server: Server;
  before(async () => {
    const site = buildSite(await allSources(), readme(), files, await bundledAssets());
    directory = mkdtempSync(join(tmpdir(), 'tph-docs-'));
    for (const [path, content] of site.files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    server = serve(site.files);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    server?.close();
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  const fromFile = (path: string) => `file://${join(directory, path)}`;
  const fromServer = (path: string) => {
    const address = server.address();
    assert.ok(address && typeof address === 'object');
    return `http://127.0.0.1:${address.port}/${path}`;
  };
  const ends = (page: Page, end: string) => page.waitForURL((url) => url.href.endsWith(end));

  for (const [where, at] of [
    ['a file', fromFile],
    ['a server', fromServer],
  ] as const)
    it(`from ${where}: keys alone search, turn pages and change the theme, which stays`, async () => {
      const context = await browser.context({ colorScheme: 'dark' });
      const page = await context.newPage();
      const troubles = troublesOf(page);
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(at('index.html'));
      await page.keyboard.press('/');
      await page.keyboard.type('canary behind gateway');
      await page.waitForSelector('dialog.search li[aria-selected=true]');
      await page.keyboard.press('Enter');
      await ends(page, 'tutorial/19-canary-behind-a-gateway.html');
      await page.keyboard.press('n');
      await ends(page, 'tutorial/20-taking-a-node-away.html');
      await page.keyboard.press('t');
      assert.equal(await page.getAttribute('html', 'data-theme'), 'light', 'it was dark, as the system is');
      await page.keyboard.press('p');
      await ends(page, 'tutorial/19-canary-behind-a-gateway.html');
      assert.equal(await page.getAttribute('html', 'data-theme'), 'light');
      assert.deepEqual(troubles, []);
      const outside = asked.filter((url) => !url.startsWith(at('')));
      assert.deepEqual(outside, [], 'nothing is asked of anybody else');
      await context.close();
    });

  it('on a phone: nothing is wider than the screen but what scrolls by itself, and the menu opens', async () => {
    const context = await browser.context(PHONE);
    const page = await context.newPage();
    const troubles = troublesOf(page);
    for (const path of SORTS) {
      await page.goto(fromFile(path));
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390, path);
    }
    await page.click('button.menu');
    await page.click('#navigation >> text=The first pod');
    await ends(page, 'tutorial/02-first-pod.html');
    assert.deepEqual(troubles, []);
    await context.close();
  });

  it('without scripts: everything can be read, and links lead on', async () => {
    const context = await browser.context({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(fromFile('tutorial/01-a-cluster.html'));
    await page.click('.turns a[rel=next]');
    await ends(page, 'tutorial/02-first-pod.html');
    await page.click('#navigation >> text=A cluster in a second');
    await ends(page, 'tutorial/01-a-cluster.html');
    await context.close();
  });
});
