import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { headerBytes, paddingOf } from '../../tar/writer.ts';
import { archiveOf } from './archive.ts';
import { archivePrefix, fileSpec, placeOf } from './file-spec.ts';
import { unpack } from './untar.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubectl-cp-'));
after(() => rmSync(folder, { recursive: true }));

const entry = (name: string, type: 'file' | 'directory' | 'symlink', content = '', linkName = '') => {
  const bytes = Buffer.from(content);
  const header = { name, type, linkName, mode: 0o644, uid: 0, gid: 0, size: bytes.length, mtime: 0 };
  return Buffer.concat([headerBytes(header), bytes, paddingOf(bytes.length)]);
};

const unpacked = async (entries: Buffer[], target: string, prefix = '') => {
  const warnings: string[] = [];
  const warn = (text: string) => warnings.push(text);
  const archive = Readable.from([Buffer.concat([...entries, Buffer.alloc(1024)])]);
  await unpack({ archive, prefix, target, cwd: folder, warn, linkAdvice: ' (advice)' });
  return warnings.join('');
};

describe('words of cp', () => {
  it('name a file here or one in a pod, with or without its namespace', () => {
    assert.deepEqual(fileSpec('/tmp/x/'), { pod: '', namespace: '', file: '/tmp/x' });
    assert.deepEqual(fileSpec('p:/a\\b'), { pod: 'p', namespace: '', file: '/a/b' });
    assert.deepEqual(fileSpec('ns/p:c:d'), { pod: 'p', namespace: 'ns', file: 'c:d' });
    for (const word of [':x', 'a/b/c:d'])
      assert.throws(() => fileSpec(word), /filespec must match the canonical format/);
  });

  it('leave out of the names in an archive what tar leaves out', () => {
    assert.deepEqual(['/tmp/foo', '../../foo', './foo', '/', '.', 'a/../b'].map(archivePrefix), [
      'tmp/foo',
      'foo',
      'foo',
      '',
      '',
      'b',
    ]);
  });
});

describe('places of entries', () => {
  it('are below the target, or marked as outside', () => {
    assert.deepEqual(placeOf('out', 'src', 'src/a/b'), { path: 'out/a/b', outside: false });
    assert.deepEqual(placeOf('out', 'src', 'src'), { path: 'out', outside: false });
    for (const name of ['src/../x', 'src/a/../../x', 'src/../../../etc/passwd', 'src/..\\..\\x'])
      assert.equal(placeOf('out', 'src', name).outside, true, name);
    assert.equal(placeOf('/', '', 'etc/../x').outside, false);
  });
});

describe('an archive of a pod', () => {
  it('is written below the target', async () => {
    const files = [
      entry('src/a', 'file', 'one'),
      entry('src/b/c', 'file', 'two'),
      entry('src/e', 'directory'),
    ];
    assert.equal(await unpacked(files, 'whole', 'src'), '');
    assert.equal(readFileSync(join(folder, 'whole/a'), 'utf8'), 'one');
    assert.equal(readFileSync(join(folder, 'whole/b/c'), 'utf8'), 'two');
    assert.ok(existsSync(join(folder, 'whole/e')));
  });

  it('writes nothing outside, neither by its names nor through a link', async () => {
    const warnings = await unpacked(
      [
        entry('src/../escaped', 'file', 'x'),
        entry('src/link', 'symlink', '', '..'),
        entry('src/other', 'symlink', '', '/'),
        entry('src/link/escaped', 'file', 'x'),
      ],
      'safe',
      'src',
    );
    assert.equal(
      warnings,
      'warning: file "escaped" is outside target destination, skipping\n' +
        'warning: skipping symlink: "safe/link" -> ".." (advice)\n' +
        'warning: skipping symlink: "safe/other" -> "/"\n',
    );
    assert.ok(!existsSync(join(folder, 'escaped')));
    assert.ok(existsSync(join(folder, 'safe/link/escaped')));
  });

  it('is refused when its names are others than were asked for', async () => {
    await assert.rejects(unpacked([entry('etc/passwd', 'file')], 'x', 'src'), {
      message: 'tar contents corrupted',
    });
  });

  it('is what a folder becomes, with its empty folders, without the link it would follow', async () => {
    const source = join(folder, 'source');
    mkdirSync(join(source, 'deep/empty'), { recursive: true });
    writeFileSync(join(source, 'deep/file'), 'content');
    symlinkSync('deep/file', join(source, 'link'));
    const archive = Readable.from(archiveOf(source, 'there'));
    const warnings: string[] = [];
    await unpack({
      archive,
      prefix: 'there',
      target: 'copied',
      cwd: folder,
      warn: (text) => warnings.push(text),
      linkAdvice: '',
    });
    assert.equal(readFileSync(join(folder, 'copied/deep/file'), 'utf8'), 'content');
    assert.ok(existsSync(join(folder, 'copied/deep/empty')));
    assert.deepEqual(warnings, ['warning: skipping symlink: "copied/link" -> "deep/file"\n']);
  });
});
