import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../progress.ts';
import { buildImagefile } from './imagefile.ts';

test('files, links and directories of an Imagefile lie in the image', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'imagefile-'));
  t.after(() => rm(dir, { recursive: true }));
  const path = join(dir, 'Imagefile');
  await writeFile(join(dir, 'f'), 'x');
  const build = async (entry: string) => {
    await writeFile(path, `image: localhost/a:1\n${entry}\n`);
    return buildImagefile(path, dir);
  };
  for (const entry of [
    'files: [{path: ../../etc/x, from: f}]',
    'files: [{path: /a/../../x, from: f}]',
    'links: [{path: .., to: /}]',
    'directories: [{path: /}]',
  ])
    await assert.rejects(
      build(entry),
      (error) => error instanceof UserError && /without \.\./.test(error.message),
    );
  assert.deepEqual((await build('config: null')).names, ['localhost/a:1']);
  assert.deepEqual((await build('files: [{path: //a/./b, from: f}]')).names, ['localhost/a:1']);
});

test('an Imagefile of another shape is refused with the place', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'imagefile-'));
  t.after(() => rm(dir, { recursive: true }));
  const path = join(dir, 'Imagefile');
  for (const [entry, why] of [
    ['files: 5', /files: a list is expected/],
    ['files: [null]', /files\[0\]: a mapping is expected/],
    ['files: [{path: a, from: 5}]', /files\[0\]\.from: a text is expected/],
    ['files: [{path: a, from: /dev/zero}]', /\/dev\/zero: there is no such file/],
    ['directories: [{path: a, mode: -1}]', /directories\[0\]\.mode: a number/],
    ['config: {env: {A: b}}', /config\.env: a list of texts/],
    ['config: [', /Imagefile: /],
  ] as const) {
    await writeFile(path, `image: localhost/a:1\n${entry}\n`);
    assert.throws(
      () => buildImagefile(path, dir),
      (error) => error instanceof UserError && why.test(error.message),
      entry,
    );
  }
});
