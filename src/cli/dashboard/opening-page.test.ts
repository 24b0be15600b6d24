import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './open-browser.ts';
import { openingPage } from './opening-page.ts';

const ADDRESS = 'http://127.0.0.1:1/dashboard/#code=secret';

it('the code that logs in is in a file of the user, not among the words that the browser is started with', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'opening-'));
  const { PATH, BROWSER, XDG_RUNTIME_DIR } = process.env;
  t.after(() => {
    Object.assign(process.env, {
      PATH,
      BROWSER: BROWSER ?? '',
      XDG_RUNTIME_DIR: XDG_RUNTIME_DIR ?? tmpdir(),
    });
    rmSync(directory, { recursive: true });
  });
  const words = join(directory, 'words');
  execFileSync('mkfifo', [words]);
  writeFileSync(join(directory, 'browser'), `#!/bin/sh\necho "$@" >${words}\n`);
  chmodSync(join(directory, 'browser'), 0o755);
  Object.assign(process.env, {
    PATH: `${directory}:${PATH}`,
    BROWSER: 'browser',
    XDG_RUNTIME_DIR: directory,
  });

  const page = openingPage(ADDRESS);
  assert.ok(openBrowser(page.url));
  assert.equal(await readFile(words, 'utf8'), `${page.url}\n`);
  assert.doesNotMatch(page.url, /secret/);

  const file = fileURLToPath(page.url);
  assert.ok(readFileSync(file, 'utf8').includes(`0;url=${ADDRESS}`));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
  page.remove();
  assert.equal(existsSync(dirname(file)), false);
});
