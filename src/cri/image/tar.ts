// Tar archives: written in the plain ustar form (long names by GNU entries), read in ustar, GNU and pax forms.
// The same entries always give the same bytes, so image digests are stable.
import type { FileHandle } from 'node:fs/promises';

export interface TarEntry {
  /** Without leading slash or dot. */
  path: string;
  type: 'file' | 'directory' | 'symlink' | 'hardlink';
  /** Of a link. */
  target?: string;
  mode?: number;
  uid?: number;
  gid?: number;
  /** Seconds since the epoch. */
  mtime?: number;
  content?: Uint8Array;
}

const BLOCK = 512;
const TYPES = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const;

export function writeTar(entries: Iterable<TarEntry>): Buffer {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const name = entry.type === 'directory' ? `${entry.path.replace(/\/$/, '')}/` : entry.path;
    if (Buffer.byteLength(name) > 100) parts.push(...longName('L', name));
    if (entry.target && Buffer.byteLength(entry.target) > 100) parts.push(...longName('K', entry.target));
    const content = entry.type === 'file' ? (entry.content ?? Buffer.alloc(0)) : Buffer.alloc(0);
    parts.push(header(entry, name, content.length, TYPES[entry.type]), content, padding(content.length));
  }
  parts.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(parts);
}

function longName(type: 'L' | 'K', name: string): Uint8Array[] {
  const body = Buffer.from(`${name}\0`);
  const entry: TarEntry = { path: '', type: 'file', mode: 0 };
  return [header(entry, '././@LongLink', body.length, type), body, padding(body.length)];
}

function header(entry: TarEntry, name: string, size: number, type: string): Buffer {
  const h = Buffer.alloc(BLOCK);
  h.write(name, 0, 100);
  octal(h, entry.mode ?? (entry.type === 'directory' ? 0o755 : 0o644), 100, 8);
  octal(h, entry.uid ?? 0, 108, 8);
  octal(h, entry.gid ?? 0, 116, 8);
  octal(h, size, 124, 12);
  octal(h, entry.mtime ?? 0, 136, 12);
  h.write('        ', 148);
  h.write(type, 156);
  h.write(entry.target ?? '', 157, 100);
  h.write('ustar\x0000', 257);
  let sum = 0;
  for (const byte of h) sum += byte;
  h.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return h;
}

/** A number in octal digits, or, where these do not suffice, in GNU's binary form. */
function octal(h: Buffer, value: number, offset: number, width: number): void {
  const digits = value.toString(8);
  if (digits.length < width) {
    h.write(`${digits.padStart(width - 1, '0')}\0`, offset);
    return;
  }
  h.writeUIntBE(value, offset + width - 6, 6);
  h[offset] = 0x80;
}

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** An entry of an archive file, and where its content lies in it. */
export interface TarIndexEntry extends Omit<TarEntry, 'content'> {
  offset: number;
  size: number;
}

/** Reads the headers of an archive file; contents stay on disk. */
export async function indexTar(file: FileHandle): Promise<TarIndexEntry[]> {
  const read = async (position: number, length: number) => {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  };
  const entries: TarIndexEntry[] = [];
  let overrides: Partial<TarIndexEntry> = {};
  for (let position = 0; ; ) {
    const h = await read(position, BLOCK);
    if (h.length < BLOCK || h.every((byte) => byte === 0)) return entries;
    const size = overrides.size ?? number(h, 124, 12);
    const type = String.fromCharCode(h[156]!);
    const offset = position + BLOCK;
    position = offset + Math.ceil(size / BLOCK) * BLOCK;
    if ('LKx'.includes(type)) overrides = { ...overrides, ...extension(type, await read(offset, size)) };
    else {
      if (type !== 'g') entries.push({ ...plainEntry(h, type, size, offset), ...overrides });
      overrides = {};
    }
  }
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

function extension(type: string, body: Buffer): Partial<TarIndexEntry> {
  if (type === 'L') return { path: cleanPath(text(body, 0, body.length)) };
  if (type === 'K') return { target: text(body, 0, body.length) };
  const out: Partial<TarIndexEntry> = {};
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const length = Number(body.toString('latin1', at, space));
    if (space < 0 || !(length > 0)) break;
    const record = body.toString('utf8', space + 1, at + length - 1);
    const [key, value] = [record.slice(0, record.indexOf('=')), record.slice(record.indexOf('=') + 1)];
    if (key === 'path') out.path = cleanPath(value);
    else if (key === 'linkpath') out.target = value;
    else if (key === 'size') out.size = Number(value);
    at += length;
  }
  return out;
}

function cleanPath(path: string): string {
  return path.replace(/^(\.?\/)+/, '').replace(/\/$/, '');
}

function text(b: Buffer, offset: number, length: number): string {
  const end = b.indexOf(0, offset);
  const limit = offset + length;
  return b.toString('utf8', offset, end < 0 || end > limit ? limit : end);
}

function number(h: Buffer, offset: number, width: number): number {
  if (h[offset]! & 0x80) return h.readUIntBE(offset + width - 6, 6);
  return Number.parseInt(text(h, offset, width).trim() || '0', 8);
}
