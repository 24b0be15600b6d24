import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exec, tryExec } from '../../kit/exec.ts';
import { writeArchive } from './archive.ts';
import { packageFiles } from './package-files.ts';

function directory(t: { after: (f: () => void) => void }): string {
  const made = mkdtempSync(join(tmpdir(), 'bundle-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test('the same files give the same bytes, whenever they were written and in whichever order they are named', async (t) => {
  const at = directory(t);
  const long = `${'long/'.repeat(30)}name`;
  const file = (path: string, seconds: number) => {
    const from = join(at, `f${seconds}`);
    writeFileSync(from, 'content');
    utimesSync(from, seconds, seconds);
    return { path, from, mode: 0o755 };
  };
  const text = { path: 'a', from: Buffer.from('text'), mode: 0o644 };
  const one = await writeArchive(join(at, '1.tar.gz'), 'top', [file(long, 1), text]);
  const two = await writeArchive(join(at, '2.tar.gz'), 'top', [text, file(long, 100_000)]);
  assert.deepEqual(one, two);
  assert.deepEqual(readFileSync(join(at, '1.tar.gz')), readFileSync(join(at, '2.tar.gz')));
  await exec(['tar', '-xzf', join(at, '1.tar.gz'), '-C', at]);
  assert.equal(readFileSync(join(at, 'top', long), 'utf8'), 'content');
  const check = ['sha256sum', '--check', '--quiet', 'SHA256SUMS'];
  await exec(check, { cwd: join(at, 'top') });
  writeFileSync(join(at, 'top/a'), 'other');
  assert.equal((await tryExec(check, { cwd: join(at, 'top') })).code, 1);
});

test('of the bundle go the chunks that are reached, and none that an earlier build left', (t) => {
  const root = directory(t);
  const put = (path: string, text = '') => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const path of ['package.json', 'README.md', 'LICENSE', 'bin/tiphys']) put(path);
  for (const path of ['bin/node', 'LICENSE', 'package.json', 'include/big.h'])
    put(`node_modules/node-linux-${process.arch}/${path}`);
  put('dist/tiphys.mjs', 'import"./chunk-AAAAAAAA.mjs";const x=()=>import("./door-BBBBBBBB.mjs")');
  put('dist/chunk-AAAAAAAA.mjs', "new Worker('./store-worker.mjs')");
  put('dist/door-BBBBBBBB.mjs', 'import"./chunk-CCCCCCCC.mjs"');
  for (const name of ['chunk-CCCCCCCC', 'store-worker', 'chunk-DDDDDDDD']) put(`dist/${name}.mjs`);
  put('dist/tiphys.mjs.map');
  const files = packageFiles(root);
  assert.deepEqual(
    files.filter((path) => path.startsWith('dist/')),
    [
      ...['chunk-AAAAAAAA', 'chunk-CCCCCCCC', 'door-BBBBBBBB', 'store-worker', 'tiphys'].map(
        (name) => `dist/${name}.mjs`,
      ),
    ],
  );
  assert.ok(files.includes(`node_modules/node-linux-${process.arch}/bin/node`));
  assert.ok(!files.some((path) => path.endsWith('.h')));
});
