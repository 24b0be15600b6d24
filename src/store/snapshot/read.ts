// Reads a snapshot file from beginning to end. Rejects with a SnapshotError when anything in it is not as it was saved.
import { createReadStream } from 'node:fs';
import type { StoredRecord } from '../sqlite/record-codec.ts';
import { SnapshotError, type SnapshotHeader, SnapshotParser } from './format.ts';

const AT_ONCE = 1 << 20;

/** Calls `use` with each chunk's records; nothing may be kept of them unless this resolves. */
export async function readSnapshot(
  file: string,
  use: (records: readonly StoredRecord[]) => void = () => {},
): Promise<SnapshotHeader> {
  const parser = new SnapshotParser();
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: AT_ONCE }))
      use(parser.push(chunk as Buffer));
    return parser.end();
  } catch (error) {
    if (error instanceof SnapshotError) throw new SnapshotError(`${file}: ${error.message}`);
    throw error;
  }
}
