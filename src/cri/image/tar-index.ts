// Reads the headers of a tar archive (ustar, GNU and pax forms); contents stay where they are, nothing is written anywhere.
// Archives come from outside: every number is checked before it is used. Called by archive.ts.
import { BLOCK, type TarEntry } from './tar.ts';

/** An entry of an archive, and where its content lies in it. */
export interface TarIndexEntry extends Omit<TarEntry, 'content'> {
  offset: number;
  size: number;
}

/** Bytes of an archive from a position on; fewer than asked for only at its end. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

/** The archive is not one, or exceeds a limit. */
export class ArchiveError extends Error {}

/** Entries of an image archive: two for each layer and a few documents. */
const MAX_ENTRIES = 10_000;
/** Bytes of a long name or of pax records; the limit of Go's archive/tar. */
const MAX_EXTENSION = 1 << 20;

export async function indexTar(read: ReadAt): Promise<TarIndexEntry[]> {
  const entries: TarIndexEntry[] = [];
  let overrides: Partial<TarIndexEntry> = {};
  for (let position = 0, headers = 0; ; headers++) {
    const h = await read(position, BLOCK);
    if (h.length < BLOCK || h.every((byte) => byte === 0)) return entries;
    if (headers >= 2 * MAX_ENTRIES)
      throw new ArchiveError(`the archive has more than ${MAX_ENTRIES} entries`);
    checkSum(h);
    const type = String.fromCharCode(h[156]!);
    const extends_ = 'LKx'.includes(type);
    const size = (extends_ ? undefined : overrides.size) ?? number(h, 124, 12);
    const offset = position + BLOCK;
    position = offset + Math.ceil(size / BLOCK) * BLOCK;
    if (!Number.isSafeInteger(position)) throw new ArchiveError('invalid size of an entry');
    if (extends_) overrides = { ...overrides, ...(await extension(type, offset, size, read)) };
    else {
      if (type !== 'g') entries.push({ ...plainEntry(h, type, size, offset), ...overrides });
      overrides = {};
    }
  }
}

/** The sum of all bytes, its own field taken as blanks; some programs took the bytes as signed. */
function checkSum(h: Buffer): void {
  let [sum, signed] = [0, 0];
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : h[i]!;
    sum += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const noted = number(h, 148, 8);
  if (noted !== sum && noted !== signed) throw new ArchiveError('invalid tar header');
}

function plainEntry(h: Buffer, type: string, size: number, offset: number): TarIndexEntry {
  const prefix = h.toString('latin1', 257, 262) === 'ustar' ? text(h, 345, 155) : '';
  const name = text(h, 0, 100);
  const kinds: Record<string, TarEntry['type']> = { 1: 'hardlink', 2: 'symlink', 5: 'directory' };
  return {
    path: cleanPath(prefix ? `${prefix}/${name}` : name),
    type: kinds[type] ?? 'file',
    target: text(h, 157, 100) || undefined,
    mode: number(h, 100, 8),
    uid: number(h, 108, 8),
    gid: number(h, 116, 8),
    mtime: number(h, 136, 12),
    offset,
    size,
  };
}

async function extension(
  type: string,
  offset: number,
  size: number,
  read: ReadAt,
): Promise<Partial<TarIndexEntry>> {
  if (size > MAX_EXTENSION) throw new ArchiveError(`a tar header of ${size} bytes is too large`);
  const body = await read(offset, size);
  if (type === 'L') return { path: cleanPath(text(body, 0, body.length)) };
  if (type === 'K') return { target: text(body, 0, body.length) };
  return paxRecords(body);
}

/** Records of the form `length key=value\n`; the length counts the whole record. */
function paxRecords(body: Buffer): Partial<TarIndexEntry> {
  const out: Partial<TarIndexEntry> = {};
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const length = space < 0 || space - at > 10 ? 0 : wholeNumber(body.toString('latin1', at, space), 10);
    const equals = body.indexOf(0x3d, space);
    const end = at + length;
    if (length === 0 || equals < 0 || equals >= end || end > body.length)
      throw new ArchiveError('invalid pax header');
    const key = body.toString('utf8', space + 1, equals);
    const value = body.toString('utf8', equals + 1, end - 1);
    if (key === 'path') out.path = cleanPath(value);
    else if (key === 'linkpath') out.target = value;
    else if (key === 'size') out.size = wholeNumber(value, 10);
    at = end;
  }
  return out;
}

/** Without `/` or `./` in front, nor `/` behind. */
function cleanPath(path: string): string {
  let from = 0;
  while (path[from] === '/' || (path[from] === '.' && path[from + 1] === '/')) from++;
  return path.slice(from, path.endsWith('/') ? Math.max(from, path.length - 1) : undefined);
}

function text(b: Buffer, offset: number, length: number): string {
  const end = b.indexOf(0, offset);
  const limit = offset + length;
  return b.toString('utf8', offset, end < 0 || end > limit ? limit : end);
}

function number(h: Buffer, offset: number, width: number): number {
  if (h[offset]! & 0x80) return h.readUIntBE(offset + width - 6, 6);
  return wholeNumber(text(h, offset, width).trim() || '0', 8);
}

/** Digits only, at most 2^53. */
function wholeNumber(digits: string, base: 8 | 10): number {
  const plain = digits !== '' && [...digits.slice(0, 20)].every((d) => d >= '0' && Number(d) < base);
  const value = plain && digits.length <= 20 ? Number.parseInt(digits, base) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new ArchiveError('invalid number in a tar header');
  return value;
}
