import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openArchive, writeArchive } from './archive.ts';
import { buildImage, entriesOfDirectory } from './build.ts';
import { digestOf, type ImageContent, imageArchitecture } from './content.ts';
import { pauseImage } from './pause/pause.ts';
import { normalizeReference } from './reference.ts';
import { type TarEntry, writeTar } from './tar.ts';
import { indexTar } from './tar-index.ts';

let scratch: string;
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'image-'));
});
after(() => rm(scratch, { recursive: true }));

const LONG = `${'deep/'.repeat(30)}file`;
const file = (path: string, text: string): TarEntry => ({ path, type: 'file', content: Buffer.from(text) });

const readerOf = (tar: Buffer) => async (position: number, length: number) =>
  tar.subarray(position, position + length);
const indexOf = (tar: Buffer) => indexTar(readerOf(tar));

async function blobText(image: ImageContent, digest: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(image.blobs.get(digest)!.chunks()));
}

test('an archive reads back as it was written, long names and links included', async () => {
  const entries: TarEntry[] = [
    { path: 'd', type: 'directory', mode: 0o1777 },
    file('d/a', 'hello'),
    file(LONG, 'x'.repeat(1000)),
    { path: 'd/l', type: 'symlink', target: `/${LONG}` },
    { path: 'd/h', type: 'hardlink', target: 'd/a', uid: 1000, gid: 2000 },
  ];
  const read = await indexOf(writeTar(entries));
  assert.deepEqual(
    read.map((e) => [e.path, e.type, e.size, e.target]),
    [
      ['d', 'directory', 0, undefined],
      ['d/a', 'file', 5, undefined],
      [LONG, 'file', 1000, undefined],
      ['d/l', 'symlink', 0, `/${LONG}`],
      ['d/h', 'hardlink', 0, 'd/a'],
    ],
  );
  assert.equal(read[0]!.mode, 0o1777);
  assert.equal(read[4]!.uid, 1000);
});

test('the tar program reads what we write, and we read what it writes', async () => {
  const path = join(scratch, 'ours.tar');
  await writeFile(path, writeTar([file('a/b', '1'), file(LONG, '22')]));
  assert.equal(execFileSync('tar', ['-tf', path], { encoding: 'utf8' }), `a/b\n${LONG}\n`);
  const directory = join(scratch, 'tree');
  await mkdir(join(directory, 'deep/'.repeat(30)), { recursive: true });
  await writeFile(join(directory, LONG), 'content');
  for (const format of ['gnu', 'pax', 'ustar']) {
    const tar = execFileSync('tar', ['-C', directory, `--format=${format}`, '-cf', '-', '.']);
    const found = (await indexOf(tar)).find((e) => e.path === LONG);
    assert.equal(found?.size, 7, format);
  }
});

test('the same files give the same digests', () => {
  const build = () => buildImage({ layers: [[file('a', 'b')]], config: { cmd: ['/a'] }, gzip: true });
  assert.equal(build().manifest.digest, build().manifest.digest);
});

test('an image names its layers, config and user', async () => {
  const image = buildImage({
    layers: [[file('a', '1')], [file('b', '2')]],
    config: { entrypoint: ['/a'], user: '1000:1000', env: ['X=y'], exposedPorts: ['80/tcp'] },
  });
  const manifest = JSON.parse((await blobText(image, image.manifest.digest)).toString());
  assert.equal(manifest.layers.length, 2);
  const config = JSON.parse((await blobText(image, image.config.digest)).toString());
  assert.deepEqual(config.config.Entrypoint, ['/a']);
  assert.equal(config.config.User, '1000:1000');
  assert.deepEqual(config.config.ExposedPorts, { '80/tcp': {} });
  assert.equal(config.architecture, imageArchitecture());
  assert.deepEqual(config.rootfs.diff_ids, [...image.layers.map((l) => l.digest)]);
});

test('an OCI archive opens as the image it was made from', async () => {
  const image = buildImage({
    layers: [[file('a', 'x'.repeat(2 << 20))]],
    names: ['docker.io/library/app:1'],
  });
  const path = join(scratch, 'oci.tar');
  await writeFile(path, await writeArchive(image));
  const [opened] = await openArchive(path);
  assert.deepEqual(opened!.names, ['docker.io/library/app:1']);
  assert.equal(opened!.manifest.digest, image.manifest.digest);
  for (const { digest } of [opened!.manifest, opened!.config, ...opened!.layers]) {
    assert.equal(digestOf(await blobText(opened!, digest)), digest);
  }
  await opened!.close();
});

test('what docker save writes opens too, gzipped and with linked layers', async () => {
  const layer = writeTar([file('a', '1')]);
  const config = Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { diff_ids: [] } }),
  );
  const manifest = [
    { Config: 'abc.json', RepoTags: ['app:1', 'app:2'], Layers: ['one/layer.tar', 'two/layer.tar'] },
  ];
  const tar = writeTar([
    { path: 'one/layer.tar', type: 'file', content: layer },
    { path: 'two/layer.tar', type: 'symlink', target: '../one/layer.tar' },
    { path: 'abc.json', type: 'file', content: config },
    file('manifest.json', JSON.stringify(manifest)),
  ]);
  const path = join(scratch, 'docker.tar.gz');
  await writeFile(path, gzipSync(tar));
  const [opened] = await openArchive(path);
  assert.deepEqual(opened!.names, ['app:1', 'app:2']);
  assert.deepEqual(
    opened!.layers.map((l) => l.digest),
    [digestOf(layer), digestOf(layer)],
  );
  assert.deepEqual(await blobText(opened!, opened!.config.digest), config);
  await opened!.close();
});

test('an archive for several machines gives the image for this one', async () => {
  const other = imageArchitecture() === 'amd64' ? 'arm64' : 'amd64';
  const images = [other, imageArchitecture()].map((architecture) =>
    buildImage({ layers: [[file('a', architecture)]], architecture }),
  );
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      manifests: images.map((image, i) => ({
        ...image.manifest,
        platform: { os: 'linux', architecture: [other, imageArchitecture()][i] },
      })),
    }),
  );
  const blobs = await Promise.all(
    images.flatMap((image) =>
      [...image.blobs.keys()].map(async (d) => [d, await blobText(image, d)] as const),
    ),
  );
  const top = {
    manifests: [
      {
        mediaType: 'x',
        digest: digestOf(index),
        size: index.length,
        annotations: { 'io.containerd.image.name': 'm' },
      },
    ],
  };
  const path = join(scratch, 'many.tar');
  await writeFile(
    path,
    writeTar([
      file('index.json', JSON.stringify(top)),
      ...[...new Map([...blobs, [digestOf(index), index] as const])].map(
        ([digest, content]): TarEntry => ({
          path: `blobs/${digest.replace(':', '/')}`,
          type: 'file',
          content,
        }),
      ),
    ]),
  );
  const [opened] = await openArchive(path);
  assert.equal(opened!.manifest.digest, images[1]!.manifest.digest);
  assert.deepEqual(opened!.names, ['m']);
  await opened!.close();
});

test('an archive that breaks off leaves nothing behind', async () => {
  const path = join(scratch, 'broken.tar.gz');
  await writeFile(path, gzipSync(Buffer.alloc(100_000, 'x')).subarray(0, 50));
  await assert.rejects(openArchive(path));
  assert.deepEqual(
    (await readdir(scratch)).filter((name) => name.startsWith('broken')),
    ['broken.tar.gz'],
  );
});

test('a file that is no image archive is refused with a message', async () => {
  const path = join(scratch, 'none.tar');
  await writeFile(path, writeTar([file('a', '1')]));
  await assert.rejects(openArchive(path), /none\.tar: no image/);
});

test('a directory becomes entries in a stable order, owned by root', async () => {
  const directory = join(scratch, 'dir');
  await mkdir(join(directory, 'sub'), { recursive: true });
  await writeFile(join(directory, 'z'), '1', { mode: 0o755 });
  await symlink('z', join(directory, 'link'));
  await writeFile(join(directory, 'sub', 'a'), '2');
  assert.deepEqual(
    (await entriesOfDirectory(directory)).map((e) => [e.path, e.type, e.mode?.toString(8)]),
    [
      ['link', 'symlink', '777'],
      ['sub', 'directory', '755'],
      ['sub/a', 'file', '644'],
      ['z', 'file', '755'],
    ],
  );
});

test('the pause image is an executable for x86-64 and refuses other machines', async () => {
  const image = pauseImage('x64');
  const tar = await blobText(image, image.layers[0]!.digest);
  assert.equal(tar.toString('latin1', 512, 516), '\x7fELF');
  assert.throws(() => pauseImage('arm64'), /unsupported on arm64/);
});

test('short names are completed as docker does', () => {
  const full = {
    busybox: 'docker.io/library/busybox:latest',
    'busybox:1': 'docker.io/library/busybox:1',
    'me/app': 'docker.io/me/app:latest',
    'localhost/app:1': 'localhost/app:1',
    'localhost:5000/app': 'localhost:5000/app:latest',
    'quay.io/a/b@sha256:00': 'quay.io/a/b@sha256:00',
    'registry.k8s.io/pause:3.10': 'registry.k8s.io/pause:3.10',
  };
  for (const [short, long] of Object.entries(full)) assert.equal(normalizeReference(short), long);
});
