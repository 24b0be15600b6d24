// A snapshot as bytes: one line of JSON that says what follows, the records of one revision in key order, each after its
// CRC-32, and the SHA-256 of all of it. It holds no old versions. Independent of the engine's own file.
// Called by save.ts, read.ts and the parser's fuzz target.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { recordSize, type StoredRecord, writeRecord } from '../sqlite/record-codec.ts';

export const FORMAT = 1;
const KIND = 'tiphys-snapshot';

export interface SnapshotHeader {
  readonly format: number;
  readonly revision: number;
  /** How many records follow. */
  readonly entries: number;
  /** Wall time in milliseconds. */
  readonly savedAt: number;
}

/** A file that is no snapshot, is damaged, or has a format that this version does not know. */
export class SnapshotError extends Error {}

/** Bytes of one chunk, at least; one record may be larger. */
const CHUNK = 1 << 20;
/** Limits of what is read: characters of the first line, bytes of a key and of a value. */
const LONGEST_HEADER = 1_024;
const LONGEST_KEY = 64 << 10;
const LONGEST_VALUE = 32 << 20;

const CRC = 4;
const RECORD_HEADER = 32;
const SHA256 = 32;

export function* writeSnapshot(header: SnapshotHeader, records: Iterable<StoredRecord>): Generator<Buffer> {
  const hash = createHash('sha256');
  const hashed = (chunk: Buffer) => {
    hash.update(chunk);
    return chunk;
  };
  yield hashed(Buffer.from(`${JSON.stringify({ kind: KIND, ...header })}\n`));
  let chunk = Buffer.allocUnsafeSlow(CHUNK);
  let used = 0;
  for (const record of records) {
    const size = CRC + recordSize(record);
    if (used + size > chunk.length) {
      if (used > 0) yield hashed(chunk.subarray(0, used));
      chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK, size));
      used = 0;
    }
    const end = writeRecord(chunk, used + CRC, record);
    chunk.writeUInt32LE(crc32(chunk.subarray(used + CRC, end)), used);
    used = end;
  }
  if (used > 0) yield hashed(chunk.subarray(0, used));
  yield hash.digest();
}

/** Reads chunk by chunk and throws a SnapshotError at the first damage; end() must be called last. */
export class SnapshotParser {
  #header: SnapshotHeader | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #left = 0;
  readonly #hash = createHash('sha256');

  get header(): SnapshotHeader | undefined {
    return this.#header;
  }

  /** The records that are complete with this chunk; their values are views of it. */
  push(chunk: Buffer): StoredRecord[] {
    let rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    if (!this.#header) {
      const end = rest.indexOf(0x0a);
      if (end < 0 && rest.length <= LONGEST_HEADER) {
        this.#rest = rest;
        return [];
      }
      if (end < 0 || end > LONGEST_HEADER) throw new SnapshotError('the file is not a snapshot');
      this.#header = readHeader(rest.toString('utf8', 0, end));
      this.#left = this.#header.entries;
      rest = this.#consume(rest, end + 1);
    }
    const records: StoredRecord[] = [];
    while (this.#left > 0) {
      const record = this.#record(rest);
      if (!record) break;
      records.push(record);
      this.#left--;
      rest = this.#consume(rest, CRC + recordSize(record));
    }
    if (this.#left === 0 && rest.length > SHA256) throw new SnapshotError('there are bytes after its end');
    this.#rest = rest;
    return records;
  }

  end(): SnapshotHeader {
    const header = this.#header;
    if (!header) throw new SnapshotError('the file is not a snapshot');
    if (this.#left > 0)
      throw new SnapshotError(`it ends after ${header.entries - this.#left} of ${header.entries} entries`);
    if (this.#rest.length !== SHA256) throw new SnapshotError('it ends before its checksum');
    if (!this.#hash.digest().equals(this.#rest)) throw new SnapshotError('its checksum is wrong');
    return header;
  }

  #record(bytes: Buffer): StoredRecord | undefined {
    if (bytes.length < CRC + RECORD_HEADER) return undefined;
    const keyStart = CRC + RECORD_HEADER;
    const keyLength = bytes.readUInt32LE(CRC + 24);
    const valueLength = bytes.readUInt32LE(CRC + 28);
    const entry = () => `entry ${this.#header!.entries - this.#left + 1}`;
    if (keyLength > LONGEST_KEY || valueLength > LONGEST_VALUE)
      throw new SnapshotError(`${entry()} is damaged`);
    const valueStart = keyStart + keyLength;
    const end = valueStart + valueLength;
    if (bytes.length < end) return undefined;
    const key = bytes.toString('utf8', keyStart, valueStart);
    if (crc32(bytes.subarray(CRC, end)) !== bytes.readUInt32LE(0))
      throw new SnapshotError(`the checksum of ${entry()}, key ${key}, is wrong`);
    return {
      revision: bytes.readDoubleLE(CRC),
      created: bytes.readDoubleLE(CRC + 8),
      due: bytes.readDoubleLE(CRC + 16),
      key,
      value: bytes.subarray(valueStart, end),
    };
  }

  #consume(bytes: Buffer, length: number): Buffer {
    this.#hash.update(bytes.subarray(0, length));
    return bytes.subarray(length);
  }
}

function readHeader(line: string): SnapshotHeader {
  let header: Partial<SnapshotHeader & { kind: string }> | null;
  try {
    header = JSON.parse(line);
  } catch {
    header = null;
  }
  if (header?.kind !== KIND) throw new SnapshotError('the file is not a snapshot');
  const { format, revision, entries, savedAt } = header;
  if (Number(format) > FORMAT)
    throw new SnapshotError(`its format is ${format}; this version reads formats up to ${FORMAT}`);
  if (!isCount(format) || !isCount(revision) || !isCount(entries) || !Number.isFinite(savedAt))
    throw new SnapshotError('its first line is damaged');
  return { format, revision, entries, savedAt: savedAt! };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
