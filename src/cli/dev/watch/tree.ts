// Watches the files below a directory, all but those that are no sources, and single files elsewhere. Tells of what changed once nothing
// has changed for a moment. Called by session.ts.
import { type FSWatcher, lstatSync, readdirSync, watch } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { UserError } from '../../../cluster/progress.ts';
import type { Clock, Timer } from '../../../kit/clock.ts';
import type { Change } from '../plan/plan.ts';

export interface TreeOptions {
  readonly directory: string;
  /** Nobody looks into the directory. */
  readonly skips: (path: string) => boolean;
  readonly clock: Pick<Clock, 'after' | 'monotonic'>;
  readonly onChange: (changes: readonly Change[]) => void;
  readonly onError: (error: Error) => void;
}

/** Milliseconds without a change: an editor writes a file in several steps. */
const QUIET_MS = 20;
/** Milliseconds after which changes are told even if there are more and more. */
const LONGEST_MS = 500;
/** The kernel allows 8192 watches by default, for all programs of a user. */
const MOST_DIRECTORIES = 8000;
const MOST_CHANGES = 10_000;

export class TreeWatcher {
  readonly #options: TreeOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #files = new Set<string>();
  readonly #changed = new Set<string>();
  #timer: Timer | undefined;
  #first = 0;

  constructor(options: TreeOptions) {
    this.#options = options;
    this.#enter('', false);
  }

  /** Once other directories than before are skipped, or other files are wanted: absolute paths outside of the directory. */
  update(files: readonly string[]): void {
    this.#enter('', false);
    for (const file of files) this.#files.add(file);
    for (const directory of new Set(files.map(dirname)))
      if (!this.#watchers.has(directory))
        this.#watch(directory, directory, (name) => {
          const path = join(directory, name);
          if (this.#files.has(path)) this.#note(path);
        });
  }

  close(): void {
    this.#timer?.cancel();
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** The directory and those in it that are not watched yet. `told`: files in it already count as changed. */
  #enter(path: string, told: boolean): void {
    const { directory, skips } = this.#options;
    const full = join(directory, path);
    if (!this.#watchers.has(path))
      this.#watch(path, full, (name) => this.#entryChanged(posix.join(path, name), path));
    for (const entry of readdirSync(full, { withFileTypes: true })) {
      const inner = posix.join(path, entry.name);
      if (entry.isDirectory()) {
        if (!skips(inner)) this.#enter(inner, told);
      } else if (told) this.#note(inner);
    }
  }

  #watch(key: string, full: string, onName: (name: string) => void): void {
    if (this.#watchers.size >= MOST_DIRECTORIES)
      throw new UserError(
        `more than ${MOST_DIRECTORIES} directories to watch: name those without sources in .dockerignore or .gitignore`,
      );
    try {
      const watcher = watch(full, (_event, name) => name !== null && onName(name));
      watcher.on('error', () => this.#leave(key));
      this.#watchers.set(key, watcher);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'ENOSPC' && code !== 'EMFILE') throw error;
      throw new UserError(
        'the kernel allows no more watches of files: raise fs.inotify.max_user_watches and max_user_instances',
      );
    }
  }

  #entryChanged(path: string, parent: string): void {
    const { directory, skips, onError } = this.#options;
    const facts = lstatSync(join(directory, path), { throwIfNoEntry: false });
    try {
      if (facts?.isDirectory()) {
        // A directory of that name may be another one by now.
        if (!skips(path)) this.#enter(path, true);
        return;
      }
      if (!facts && this.#watchers.has(path) && path !== parent) this.#leave(path);
      this.#note(path);
    } catch (error) {
      onError(error as Error);
    }
  }

  /** The directory is gone, and those below it. */
  #leave(path: string): void {
    for (const [key, watcher] of this.#watchers)
      if (key === path || key.startsWith(`${path}/`)) {
        watcher.close();
        this.#watchers.delete(key);
      }
  }

  #note(path: string): void {
    const { clock } = this.#options;
    if (this.#changed.size === 0) this.#first = clock.monotonic();
    if (this.#changed.size < MOST_CHANGES) this.#changed.add(path);
    this.#timer?.cancel();
    const left = this.#first + LONGEST_MS - clock.monotonic();
    this.#timer = clock.after(Math.max(0, Math.min(QUIET_MS, left)), () => this.#tell());
  }

  #tell(): void {
    const { directory, onChange } = this.#options;
    const changes = [...this.#changed].map((path) => ({
      path,
      deleted: !lstatSync(path.startsWith('/') ? path : join(directory, path), { throwIfNoEntry: false }),
    }));
    this.#changed.clear();
    onChange(changes);
  }
}
