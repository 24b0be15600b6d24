import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { MemoryFiles } from '../../files/memory-files.fake.ts';
import { inside, nodePath } from '../../files/node-files.ts';
import { writeAtomically } from './atomic-writer.ts';
import type { Payload } from './payload.ts';

const dir = nodePath('/volume');
let files = new MemoryFiles();
beforeEach(() => {
  files = new MemoryFiles();
});

const payload = (texts: Record<string, string>, mode = 0o644): Payload =>
  new Map(Object.entries(texts).map(([path, text]) => [path, { data: Buffer.from(text), mode }]));

const write = (contents: Payload, stamp: string, gid?: number) =>
  writeAtomically(files, dir, contents, stamp, gid === undefined ? {} : { gid });

const textOf = async (...names: string[]) =>
  (await files.read(nodePath(`/volume/..data`, ...names)))?.toString();

test('files appear through one link, and a new set replaces the old one whole', async () => {
  assert.equal(await write(payload({ a: '1', 'x/b': '2' }), 'one'), true);
  assert.equal(await textOf('x', 'b'), '2');
  assert.equal(await files.readLink(inside(dir, 'a')), '..data/a');
  assert.equal(await files.readLink(inside(dir, '..data')), '..one');
  assert.equal(await write(payload({ a: '3', c: '4' }), 'two'), true);
  assert.deepEqual(await files.list(dir), ['..data', '..two', 'a', 'c']);
  assert.equal(await textOf('a'), '3');
});

test('what a killed writer left undone is done by the next one', async () => {
  await write(payload({ a: '1', b: '2' }), 'one');
  await files.removeTree(inside(dir, 'b'));
  await files.makeDirectory(inside(dir, '..half'));
  assert.equal(await write(payload({ a: '1', b: '2' }), 'two'), false);
  assert.deepEqual(await files.list(dir), ['..data', '..one', 'a', 'b']);
  await files.link(inside(dir, '..data_tmp'), '..nowhere');
  assert.equal(await write(payload({ a: '9' }), 'three'), true);
  assert.deepEqual(await files.list(dir), ['..data', '..three', 'a']);
});

test('nothing is written when nothing has changed, but a changed mode is a change', async () => {
  await write(payload({ a: '1' }), 'one');
  assert.equal(await write(payload({ a: '1' }), 'two'), false);
  assert.equal(await write(payload({ a: '1' }, 0o400), 'three'), true);
  assert.equal((await files.stat(inside(dir, '..three', 'a')))?.mode, 0o400);
});

test('an fsGroup owns the files and may read them', async () => {
  await write(payload({ a: '1' }, 0o400), 'one', 7);
  const [directory, file] = [
    await files.stat(inside(dir, '..one')),
    await files.stat(inside(dir, '..one', 'a')),
  ];
  assert.deepEqual([directory?.mode, directory?.gid], [0o2775, 7]);
  assert.deepEqual([file?.mode, file?.uid, file?.gid], [0o440, 0, 7]);
  assert.equal(await write(payload({ a: '1' }, 0o400), 'two', 7), false);
});

test('paths that lead out of the volume are refused', async () => {
  await assert.rejects(write(payload({ '../x': '1' }), 'one'), /must be relative/);
  await assert.rejects(write(payload({ '/x': '1' }), 'one'), /must be relative/);
});
