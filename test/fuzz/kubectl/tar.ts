import fc from 'fast-check';
import { TarError } from '../../../src/kubectl/tar/header.ts';
import { readTar } from '../../../src/kubectl/tar/reader.ts';
import { END_OF_ARCHIVE, headerBytes, paddingOf } from '../../../src/kubectl/tar/writer.ts';
import { nearMissBytes } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const plain = { mode: 0o644, uid: 0, gid: 0, mtime: 1_700_000_000, linkName: '' } as const;

type Written = Parameters<typeof headerBytes>[0];

function entry(header: Pick<Written, 'name' | 'type'> & Partial<Written>, content = ''): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([
    headerBytes({ ...plain, size: bytes.length, ...header }),
    bytes,
    paddingOf(bytes.length),
  ]);
}

const archive = Buffer.concat([
  entry({ name: 'a/', type: 'directory' }),
  entry({ name: 'a/file', type: 'file' }, 'content'),
  entry({ name: `${'long/'.repeat(60)}file`, type: 'file' }, 'x'.repeat(700)),
  entry({ name: 'a/link', type: 'symlink', linkName: '../../etc/passwd' }),
  END_OF_ARCHIVE,
]);

async function* chunks(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

export const targets = [
  fuzzTarget({
    name: 'kubectl/tar',
    input: fc.tuple(nearMissBytes([archive]), fc.constantFrom(61, 512, 4096)),
    run: async ([bytes, size]) => {
      for await (const { name, content } of readTar(chunks(bytes, size))) {
        if (name.includes('\0')) throw new Error('a name has a NUL');
        for await (const _ of content);
      }
    },
    refuses: (error) => error instanceof TarError,
  }),
];
