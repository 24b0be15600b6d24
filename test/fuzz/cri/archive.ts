import fc from 'fast-check';
import { imagesIn } from '../../../src/cri/image/archive-images.ts';
import { digestOf } from '../../../src/cri/image/content.ts';
import { type TarEntry, writeTar } from '../../../src/cri/image/tar.ts';
import { ArchiveError, indexTar } from '../../../src/cri/image/tar-index.ts';
import { jsonValues, nearMissBytes, nearMisses } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const BLOCK = 512;
const readerOf = (tar: Buffer) => async (position: number, length: number) =>
  tar.subarray(position, position + length);
const refuses = (error: unknown) => error instanceof ArchiveError;

const file = (path: string, text: string): TarEntry => ({ path, type: 'file', content: Buffer.from(text) });
const long = 'deep/'.repeat(50);
const archive = writeTar([
  file(`${long}f`, 'x'),
  { path: 'l', type: 'symlink', target: `../${long}f` },
  file('pax', '20 path=other/name\n12 size=00\n'),
]);

/** Archives in which the checksums of all blocks that could be headers are right, so that the rest is looked at. */
function summed(bytes: Uint8Array): Buffer {
  const tar = Buffer.from(bytes);
  for (let at = 0; at + BLOCK <= tar.length; at += BLOCK) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.toString('latin1', 257, 262) !== 'ustar') continue;
    header.write('        ', 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  }
  return tar;
}

const config = '{"architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}';
const digest = digestOf(Buffer.from(config));
const described = `{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"${digest}","size":64}`;
const documents = [
  `{"schemaVersion":2,"manifests":[${described}]}`,
  `{"schemaVersion":2,"config":${described},"layers":[${described}]}`,
  '[{"Config":"c","RepoTags":["app:1"],"Layers":["c","l"]}]',
  'null',
];
const document = fc.oneof(
  nearMisses(documents),
  jsonValues().map((value) => JSON.stringify(value)),
);

export const targets = [
  fuzzTarget({
    name: 'cri/tar',
    input: nearMissBytes([archive]).map(summed),
    run: (tar) => indexTar(readerOf(tar)),
    refuses,
  }),
  fuzzTarget({
    name: 'cri/image-archive',
    input: fc.record({ index: fc.option(document), list: fc.option(document), blob: document }),
    run: ({ index, list, blob }) => {
      const name = (text: string) => `blobs/${digestOf(Buffer.from(text)).replace(':', '/')}`;
      const top = (text: string) => text.replaceAll(digest, digestOf(Buffer.from(blob)));
      const entries = [
        file(name(blob), blob),
        file(name(config), config),
        file('c', config),
        { path: 'l', type: 'symlink', target: 'l' } as const,
        ...(index === null ? [] : [file('index.json', top(index))]),
        ...(list === null ? [] : [file('manifest.json', list)]),
      ];
      return imagesIn(readerOf(writeTar(entries)));
    },
    refuses,
  }),
];
