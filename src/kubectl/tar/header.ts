// One 512-byte header of a tar archive, as POSIX (ustar) and GNU write it: read with its checksum proved, and written.
// Called by reader.ts and writer.ts.

export const BLOCK = 512;

export type EntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';

export interface TarHeader {
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  readonly type: EntryType;
  /** Target of a link. */
  readonly linkName: string;
}

/** The byte that says what an entry is. */
export const Flag = {
  file: 0x30,
  hardlink: 0x31,
  symlink: 0x32,
  directory: 0x35,
  contiguous: 0x37,
  pax: 0x78,
  paxGlobal: 0x67,
  gnuLongName: 0x4c,
  gnuLongLink: 0x4b,
} as const;

export interface RawHeader extends TarHeader {
  readonly flag: number;
}

export class TarError extends Error {}

const invalid = () => new TarError('archive/tar: invalid tar header');

/** Undefined for a block of zeros, which ends an archive. Throws a TarError for anything that is no header. */
export function readHeader(block: Buffer): RawHeader | undefined {
  if (isZero(block)) return undefined;
  if (number(block, 148, 8) !== checksum(block)) throw invalid();
  const ustar = block.toString('latin1', 257, 262) === 'ustar';
  const gnu = ustar && block.toString('latin1', 262, 265) === '  \0';
  const prefix = ustar && !gnu ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  const flag = block[156] || Flag.file;
  return {
    name: prefix ? `${prefix}/${name}` : name,
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: hasContent(flag) ? number(block, 124, 12) : 0,
    mtime: number(block, 136, 12),
    type: typeOf(flag, name),
    linkName: text(block, 157, 100),
    flag,
  };
}

/** Links and directories have no content whatever their size says. */
const hasContent = (flag: number): boolean =>
  !(
    flag === Flag.hardlink ||
    flag === Flag.symlink ||
    flag === Flag.directory ||
    (flag >= 0x33 && flag <= 0x36)
  );

/** Archives from before POSIX mark a directory by a slash at the end. */
export function typeOf(flag: number, name: string): EntryType {
  if (flag === Flag.directory) return 'directory';
  if (flag === Flag.symlink) return 'symlink';
  if (flag === Flag.hardlink) return 'hardlink';
  if (flag !== Flag.file && flag !== Flag.contiguous) return 'other';
  return name.endsWith('/') ? 'directory' : 'file';
}

const isZero = (block: Buffer): boolean => block.every((byte) => byte === 0);

/** The sum of all bytes, those of the checksum itself counted as spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += block[i]!;
  return sum;
}

function text(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** Octal digits, or, with the top bit set, a binary number (GNU). */
function number(block: Buffer, at: number, length: number): number {
  if (block[at]! & 0x80) return binary(block.subarray(at, at + length));
  const digits = text(block, at, length).trim();
  if (digits === '') return 0;
  if (!/^[0-7]{1,12}$/.test(digits)) throw invalid();
  return Number.parseInt(digits, 8);
}

function binary(field: Buffer): number {
  let value = field[0]! & 0x7f;
  // A negative number, such as a time before 1970, is of no use here.
  if (value & 0x40) return 0;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  if (!Number.isSafeInteger(value)) throw invalid();
  return value;
}

/** The most that a field of 11 octal digits holds: 8 GiB. */
export const MOST_OCTAL = 0o77777777777;

/** A ustar header. What does not fit is cut; writer.ts has written it in a pax header before. */
export function headerBlock(header: TarHeader, flag: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(header.name, 0, 100);
  octal(block, header.mode & 0o7777, 100, 8);
  octal(block, header.uid, 108, 8);
  octal(block, header.gid, 116, 8);
  octal(block, header.size, 124, 12);
  octal(block, header.mtime, 136, 12);
  block[156] = flag;
  block.write(header.linkName, 157, 100);
  block.write('ustar\x0000', 257, 'latin1');
  octal(block, checksum(block), 148, 7);
  block[155] = 0x20;
  return block;
}

/** Digits with leading zeros and a zero byte at the end; a number too large becomes 0. */
function octal(block: Buffer, value: number, at: number, length: number): void {
  const digits = Math.max(0, Math.floor(value))
    .toString(8)
    .padStart(length - 1, '0');
  block.write(digits.length < length ? digits : '0'.repeat(length - 1), at, 'latin1');
}
