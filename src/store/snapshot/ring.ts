// Which snapshots the automatic ones are, when the next is due and which of them go. Pure. Called by cluster.

export interface RingFile {
  readonly name: string;
  readonly bytes: number;
}

export interface RingLimits {
  /** Milliseconds from one to the next. */
  readonly everyMs: number;
  /** At most so many are kept, with 0 none is saved, */
  readonly keep: number;
  /** of at most so many bytes together; the newest always stays. */
  readonly bytes: number;
}

export const RING: RingLimits = { everyMs: 6 * 3_600_000, keep: 5, bytes: 1 << 30 };

const NAME = /^auto-(\d{13})-(\d{1,16})\.snapshot$/;

export const ringName = (savedAt: number, revision: number): string =>
  `auto-${String(savedAt).padStart(13, '0')}-${revision}.snapshot`;

const savedAt = (name: string): number => Number(name.match(NAME)?.[1] ?? 0);

/** The automatic snapshots, the newest first. Names sort by time. */
const ringOf = (files: readonly RingFile[]): RingFile[] =>
  files.filter(({ name }) => NAME.test(name)).sort((a, b) => (a.name < b.name ? 1 : -1));

export interface ListedSnapshot extends RingFile {
  /** Wall time in milliseconds. */
  readonly savedAt: number;
  readonly revision: number;
}

/** What the names say of the automatic snapshots, the newest first. */
export const listRing = (files: readonly RingFile[]): ListedSnapshot[] =>
  ringOf(files).map((file) => ({
    ...file,
    savedAt: savedAt(file.name),
    revision: Number(file.name.match(NAME)![2]),
  }));

/** Milliseconds until the next is due. A newest one from the future, after the clock was set back, does not delay it. */
export function dueIn(files: readonly RingFile[], now: number, { everyMs }: RingLimits): number {
  const newest = ringOf(files)[0];
  if (!newest) return everyMs;
  const age = now - savedAt(newest.name);
  return age < 0 ? everyMs : Math.max(0, everyMs - age);
}

/** Names of those that go. */
export function surplus(files: readonly RingFile[], { keep, bytes }: RingLimits): string[] {
  let total = 0;
  return ringOf(files)
    .filter((file, i) => {
      total += file.bytes;
      return i >= keep || (i > 0 && total > bytes);
    })
    .map(({ name }) => name);
}

/** Free bytes on the disk, as a multiple of the store's size, below which none is saved. */
const SPARE = 4;

export const hasRoom = (available: number, expected: number): boolean => available > SPARE * expected;
