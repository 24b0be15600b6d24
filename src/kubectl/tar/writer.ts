// Writes a tar archive as bytes: a header, with a pax header before it for what ustar has no room for, the content, the padding.
// Called by `cp` with one file after the other.
import { BLOCK, Flag, headerBlock, MOST_OCTAL, type TarHeader } from './header.ts';
import { paxRecord } from './pax.ts';

const FLAGS = { file: Flag.file, directory: Flag.directory, symlink: Flag.symlink } as const;

/** Two blocks of zeros. */
export const END_OF_ARCHIVE = Buffer.alloc(2 * BLOCK);

export const paddingOf = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);

export function headerBytes(header: TarHeader & { readonly type: keyof typeof FLAGS }): Buffer {
  const named =
    header.type === 'directory' && !header.name.endsWith('/')
      ? { ...header, name: `${header.name}/` }
      : header;
  const records = [
    ...(fits(named.name) ? [] : [paxRecord('path', named.name)]),
    ...(fits(named.linkName) ? [] : [paxRecord('linkpath', named.linkName)]),
    ...(named.size > MOST_OCTAL ? [paxRecord('size', String(named.size))] : []),
    ...(named.uid > 0o7777777 ? [paxRecord('uid', String(named.uid))] : []),
    ...(named.gid > 0o7777777 ? [paxRecord('gid', String(named.gid))] : []),
  ];
  const block = headerBlock(named, FLAGS[header.type]);
  return records.length === 0 ? block : Buffer.concat([paxBytes(named, records), block]);
}

/** ASCII of at most 100 bytes. */
const fits = (text: string): boolean => text.length <= 100 && /^[\x20-\x7e]*$/.test(text);

function paxBytes(header: TarHeader, records: readonly Buffer[]): Buffer {
  const body = Buffer.concat(records);
  const name = `PaxHeaders.0/${header.name.slice(-60).replace(/[^\x21-\x7e]/g, '_')}`;
  const special = { ...header, name, linkName: '', size: body.length, mode: 0o644, uid: 0, gid: 0 };
  return Buffer.concat([headerBlock(special, Flag.pax), body, paddingOf(body.length)]);
}
