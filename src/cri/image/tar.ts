// Writes tar archives in the plain ustar form, long names by GNU entries. The same entries always give the same bytes, so
// image digests are stable. Read by tar-index.ts.

import { addAll } from '../../kit/lists.ts';

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

export const BLOCK = 512;
const TYPES = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const;

export function writeTar(entries: Iterable<TarEntry>): Buffer {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const content = entry.type === 'file' ? (entry.content ?? Buffer.alloc(0)) : Buffer.alloc(0);
    addAll(parts, tarHeader(entry, content.length));
    parts.push(content, tarPadding(content.length));
  }
  parts.push(TAR_END);
  return Buffer.concat(parts);
}

export const TAR_END = Buffer.alloc(2 * BLOCK);

/** What precedes a content of so many bytes; tarPadding follows it. */
export function tarHeader(entry: Omit<TarEntry, 'content'>, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const name = entry.type === 'directory' ? `${entry.path.replace(/\/$/, '')}/` : entry.path;
  if (Buffer.byteLength(name) > 100) addAll(parts, longName('L', name));
  if (entry.target && Buffer.byteLength(entry.target) > 100) addAll(parts, longName('K', entry.target));
  parts.push(header(entry, name, size, TYPES[entry.type]));
  return parts;
}

function longName(type: 'L' | 'K', name: string): Uint8Array[] {
  const body = Buffer.from(`${name}\0`);
  const entry: TarEntry = { path: '', type: 'file', mode: 0 };
  return [header(entry, '././@LongLink', body.length, type), body, tarPadding(body.length)];
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

export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}
