// Archives that are made to harm whoever reads them: each is refused with a message, in bounded time and memory.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { atMost, openArchive } from './archive.ts';
import { imagesIn } from './archive-images.ts';
import { digestOf } from './content.ts';
import { type TarEntry, writeTar } from './tar.ts';
import { ArchiveError, indexTar } from './tar-index.ts';

const BLOCK = 512;
const readerOf = (tar: Buffer) => async (position: number, length: number) =>
  tar.subarray(position, position + length);
const json = (path: string, value: unknown): TarEntry => ({
  path,
  type: 'file',
  content: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});

/** A header whose checksum is right again after `change`. */
function altered(tar: Buffer, change: (header: Buffer) => void): Buffer {
  const header = tar.subarray(0, BLOCK);
  change(header);
  header.write('        ', 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return tar;
}

const pax = (record: string): Buffer =>
  Buffer.concat([
    altered(writeTar([json('pax', record)]), (h) => h.write('x', 156)).subarray(0, 2 * BLOCK),
    writeTar([json('index.json', '{}')]),
  ]);

/** A record of at least ten bytes. */
const record = (key: string, value: string) => `${key.length + value.length + 5} ${key}=${value}\n`;

const refused = (tar: Buffer, message: RegExp) =>
  assert.rejects(
    imagesIn(readerOf(tar)),
    (error) => error instanceof ArchiveError && message.test(error.message),
  );

test('sizes that lead backwards, nowhere, or beyond any file are refused', async () => {
  for (const size of ['-1536', 'NaN', '1e3', 'Infinity', '99999999999999999999'])
    await refused(pax(record('size', size)), /invalid number in a tar header/);
  await refused(pax('13 size=1'), /invalid pax header/);
  await refused(pax('x'), /invalid pax header/);
  const tar = writeTar([json('a', 'b')]);
  await refused(
    altered(Buffer.from(tar), (h) => h.write('-0000000001', 124)),
    /invalid number/,
  );
});

test('a long name does not have to be read to be refused', async () => {
  const tar = altered(writeTar([json('a', 'b')]), (h) => {
    h.write('L', 156);
    h.write('77777777777', 124);
  });
  await refused(tar, /a tar header of 8589934591 bytes is too large/);
});

test('bytes that are no tar archive, and one of endlessly many entries, are refused', async () => {
  await refused(Buffer.alloc(2048, 'x'), /invalid number in a tar header|invalid tar header/);
  const entry = writeTar([{ path: 'd', type: 'directory' }]).subarray(0, BLOCK);
  await assert.rejects(
    indexTar(async () => entry),
    /more than 10000 entries/,
  );
});

test('links in an archive that form a circle are refused', async () => {
  const link = (path: string, target: string): TarEntry => ({ path, type: 'symlink', target });
  const manifest = json('manifest.json', [{ Config: 'a', Layers: [] }]);
  await refused(writeTar([manifest, link('a', 'b'), link('b', 'a')]), /too many levels of symbolic links/);
  await refused(
    writeTar([manifest, link('a', '../../../etc/passwd')]),
    /does not contain \.\.\/\.\.\/\.\.\/etc\/passwd/,
  );
});

const digest = `sha256:${'0'.repeat(64)}`;
const index = (...manifests: object[]) => json('index.json', { manifests });

test('documents of other shapes, sizes and digests than they claim are refused', async () => {
  for (const text of ['null', '[]', '{', '{"manifests": {}}', '{"manifests": [null]}', '{"manifests": [{}]}'])
    await refused(writeTar([json('index.json', text)]), /expected|not valid JSON/);
  for (const wrong of ['sha256:../../x', 'sha256:00', `sha256:${'0'.repeat(63)}/`, 'x', 7])
    await refused(writeTar([index({ digest: wrong })]), /invalid digest|expected/);
  const blob = json(`blobs/sha256/${'0'.repeat(64)}`, { manifests: [{ digest }] });
  await refused(writeTar([index({ digest }), blob]), /does not have the digest/);
  await refused(writeTar([json('index.json', ' '.repeat((4 << 20) + 1))]), /4194305 bytes are too many/);
  await refused(
    writeTar([index(...Array.from({ length: 1001 }, () => ({ digest })))]),
    /more than 1000 items/,
  );
});

test('indexes are followed to a bounded depth', async () => {
  let inner = Buffer.from('{}');
  const blobs: TarEntry[] = [];
  for (let i = 0; i < 10; i++) {
    blobs.push(json(`blobs/${digestOf(inner).replace(':', '/')}`, inner.toString()));
    inner = Buffer.from(JSON.stringify({ manifests: [{ digest: digestOf(inner) }] }));
  }
  await refused(writeTar([json('index.json', inner.toString()), ...blobs]), /too many manifests/);
});

test('what a gzipped archive unpacks to is limited, and the message names the file', async (t) => {
  const bomb = Readable.from([Buffer.alloc(600), Buffer.alloc(600)]).pipe(atMost(1000, 'x.tar.gz'));
  await assert.rejects(bomb.toArray(), /x\.tar\.gz: more than 1000 bytes when unpacked/);
  const dir = await mkdtemp(join(tmpdir(), 'hostile-'));
  t.after(() => rm(dir, { recursive: true }));
  const path = join(dir, 'a.tar.gz');
  await writeFile(path, gzipSync(writeTar([json('index.json', 'null')])));
  await assert.rejects(openArchive(path), /a\.tar\.gz: manifest: an object is expected/);
});
