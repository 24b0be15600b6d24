// Records of pax headers, `LENGTH KEY=VALUE\n`, where LENGTH counts the whole record in bytes: what does not fit into a ustar
// header. Called by reader.ts and writer.ts.
import { TarError } from './header.ts';

/** Throws a TarError for anything else. A later record wins. */
export function paxRecords(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const digits = space < 0 || space - at > 8 ? '' : bytes.toString('latin1', at, space);
    const end = at + (/^[0-9]{1,8}$/.test(digits) ? Number(digits) : Number.NaN);
    const equals = bytes.indexOf(0x3d, space);
    if (!(end <= bytes.length) || bytes[end - 1] !== 0x0a || equals < 0 || equals >= end)
      throw new TarError('archive/tar: invalid tar header');
    records.set(bytes.toString('utf8', space + 1, equals), bytes.toString('utf8', equals + 1, end - 1));
    at = end;
  }
  return records;
}

export function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  // The digits of the length count, too.
  if (String(length).length > String(rest).length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}
