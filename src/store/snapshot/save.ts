// Saves a snapshot while the store serves: from memory, so commits are not held up and a damaged disk does not matter, and of one
// revision. The file appears under its name only when it is complete and on disk. Called by cluster.
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../kit/clock.ts';
import type { StoredRecord } from '../sqlite/record-codec.ts';
import type { Entry } from '../store.ts';
import { FORMAT, writeSnapshot } from './format.ts';

/** What one revision shows. */
export interface Capture {
  readonly revision: number;
  readonly entries: readonly Entry[];
  /** When a version expires, in wall time; 0 for never. */
  dueOf(revision: number): number;
}

export interface SavedSnapshot {
  readonly file: string;
  readonly revision: number;
  readonly entries: number;
  readonly bytes: number;
}

export async function saveSnapshot(
  capture: Capture,
  file: string,
  clock: Pick<Clock, 'now'>,
  progress: (bytes: number) => void = () => {},
): Promise<SavedSnapshot> {
  const { revision, entries } = capture;
  const header = { format: FORMAT, revision, entries: entries.length, savedAt: clock.now() };
  const part = `${file}.part`;
  let bytes = 0;
  // Secrets are in it: for its owner only.
  const handle = await open(part, 'w', 0o600);
  try {
    for (const chunk of writeSnapshot(header, recordsOf(capture))) {
      await writeAll(handle, chunk);
      bytes += chunk.length;
      progress(bytes);
    }
    await handle.sync();
    await handle.close();
    await rename(part, file);
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(part, { force: true });
    throw error;
  }
  await syncDirectory(dirname(file));
  return { file, revision, entries: entries.length, bytes };
}

function* recordsOf({ entries, dueOf }: Capture): Generator<StoredRecord> {
  for (const { key, value, revision, created } of entries)
    yield { key, value, revision, created, due: dueOf(revision) };
}

async function writeAll(handle: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten;
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  await handle.sync();
  await handle.close();
}
