import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { headerBlock, type TarHeader } from './header.ts';
import { paxRecord, paxRecords } from './pax.ts';
import { readTar } from './reader.ts';
import { END_OF_ARCHIVE, headerBytes, paddingOf } from './writer.ts';

const plain: TarHeader = {
  name: 'a',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 1_700_000_000,
  type: 'file',
  linkName: '',
};

const file = (name: string, content: string) => {
  const bytes = Buffer.from(content);
  return Buffer.concat([
    headerBytes({ ...plain, name, size: bytes.length, type: 'file' }),
    bytes,
    paddingOf(bytes.length),
  ]);
};

/** In pieces of seven bytes, which no structure of the format has. */
function* pieces(bytes: Buffer) {
  for (let i = 0; i < bytes.length; i += 7) yield bytes.subarray(i, i + 7);
}

async function entries(archive: Buffer) {
  const found: [name: string, type: string, content: string][] = [];
  for await (const entry of readTar(Readable.from(pieces(archive))))
    found.push([entry.name, entry.type, String(await buffer(Readable.from(entry.content)))]);
  return found;
}

const LONG = `${'d'.repeat(90)}/${'f'.repeat(90)}`;

describe('tar archives', () => {
  it('are read as they were written, whatever the names and the sizes of chunks', async () => {
    const archive = Buffer.concat([
      file('a', 'one'),
      file(LONG, 'x'.repeat(2000)),
      file('Ahoi/größe', ''),
      headerBytes({ ...plain, name: 'empty', type: 'directory' }),
      headerBytes({ ...plain, name: 'link', type: 'symlink', linkName: LONG }),
      END_OF_ARCHIVE,
    ]);
    assert.deepEqual(await entries(archive), [
      ['a', 'file', 'one'],
      [LONG, 'file', 'x'.repeat(2000)],
      ['Ahoi/größe', 'file', ''],
      ['empty/', 'directory', ''],
      ['link', 'symlink', ''],
    ]);
  });

  it('are understood by tar, and its archives here, in each of its formats', async () => {
    const mine = Buffer.concat([file(LONG, 'content'), file('größe', 'x'), END_OF_ARCHIVE]);
    const listed = spawnSync('tar', ['tf', '-', '--quoting-style=literal'], {
      input: mine,
      encoding: 'utf8',
    });
    assert.deepEqual([listed.status, listed.stdout], [0, `${LONG}\ngröße\n`]);
    for (const format of ['gnu', 'pax', 'ustar', 'v7']) {
      const made = spawnSync('tar', ['cf', '-', `--format=${format}`, '-C', '/', 'etc/hostname']);
      const [first] = await entries(made.stdout);
      assert.deepEqual(first?.slice(0, 2), ['etc/hostname', 'file'], format);
    }
    const long = spawnSync('tar', [
      'cf',
      '-',
      '--format=gnu',
      '-C',
      '/',
      `--transform=s,.*,${LONG},`,
      'etc/hostname',
    ]);
    assert.equal((await entries(long.stdout))[0]?.[0], LONG);
  });

  it('are refused when they are cut short, damaged, or claim too much', async () => {
    const whole = Buffer.concat([file('a', 'x'.repeat(600)), END_OF_ARCHIVE]);
    await assert.rejects(entries(whole.subarray(0, 700)), { message: 'unexpected EOF' });
    const damaged = Buffer.from(whole);
    damaged[0] = 0x62;
    await assert.rejects(entries(damaged), { message: 'archive/tar: invalid tar header' });
    const claims = headerBlock({ ...plain, size: 1 << 30 }, 0x78);
    await assert.rejects(entries(claims), { message: 'archive/tar: header field too long' });
    const endless = Array.from({ length: 40 }, () => headerBlock(plain, 0x4c));
    await assert.rejects(entries(Buffer.concat(endless)), { message: 'archive/tar: invalid tar header' });
    const zero = Buffer.concat([file('a', ''), Buffer.from('trailing')]);
    await assert.rejects(entries(zero), { message: 'unexpected EOF' });
  });

  it('have records whose length counts its own digits', () => {
    for (const length of [1, 88, 89, 90, 91, 985, 986, 987, 988]) {
      const record = paxRecord('path', 'x'.repeat(length));
      assert.equal(Number(String(record).split(' ')[0]), record.length);
      assert.equal(paxRecords(record).get('path')?.length, length);
    }
    for (const bad of ['9 a=b', '99999999 a=b\n', 'x a=b\n', '6 ab\n\n', '0 a=b\n', '-1 a=b\n'])
      assert.throws(() => paxRecords(Buffer.from(bad)), { message: 'archive/tar: invalid tar header' }, bad);
  });
});
