// The file of --scheduler-plugins: scheduler plugins in TypeScript (docs/scheduler-plugins.md). It is code that runs in this process, so
// only its owner may be able to change it. Loaded by import(), and again whenever it has changed.
import { createHash } from 'node:crypto';
import { type FSWatcher, readFileSync, realpathSync, type Stats, statSync, watch } from 'node:fs';
import { basename, dirname, isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Clock, Timer } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type PluginRegistry, registryOf } from '../../scheduler/user-plugins/registry.ts';
import { UserError } from '../progress.ts';

/** Bytes of the file. */
const MAX_FILE = 1 << 20;
/** Milliseconds: editors write a file in several steps. */
const SETTLE_MS = 100;
/** Milliseconds until the file must have been evaluated; top-level await may wait for ever. */
const LOAD_MS = 10_000;

export interface LoadedPlugins {
  readonly plugins: PluginRegistry;
  /** Of the file's content. */
  readonly version: string;
}

/** Throws a UserError that says what is wrong with the file. */
export async function loadSchedulerPlugins(file: string, clock: Clock): Promise<LoadedPlugins> {
  try {
    const path = trusted(file);
    const version = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
    return { plugins: registryOf(await evaluated(path, version, clock)), version };
  } catch (error) {
    throw new UserError(`${file}: ${messageOf(error)}`);
  }
}

/** Where the file is, if nobody but its owner can change it. Throws if somebody can. */
function trusted(file: string): string {
  if (!isAbsolute(file)) throw new Error('the path must be absolute');
  const path = realpathSync(file);
  const stats = statSync(path);
  if (!stats.isFile()) throw new Error('is not a file');
  if (stats.size > MAX_FILE) throw new Error(`the file is larger than ${MAX_FILE} bytes`);
  refuseOthers(path, stats);
  refuseOthers(dirname(path), statSync(dirname(path)));
  return path;
}

const OTHERS_MAY_WRITE = 0o022;

function refuseOthers(path: string, { uid, mode }: Stats): void {
  const ours = process.getuid?.();
  if (uid !== 0 && uid !== ours)
    throw new Error(`${path} must belong to root or to uid ${ours}, not to uid ${uid}`);
  if (mode & OTHERS_MAY_WRITE)
    throw new Error(`${path} must not be writable by others (its mode is ${(mode & 0o7777).toString(8)})`);
}

/** Each version of the file is a module of its own; those before it are kept by the runtime. */
async function evaluated(path: string, version: string, clock: Clock): Promise<object> {
  const url = pathToFileURL(path);
  url.search = `version=${version}`;
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = clock.after(LOAD_MS, () => reject(new Error(`was not evaluated within ${LOAD_MS} ms`)));
  });
  try {
    return await Promise.race([import(url.href) as Promise<object>, late]);
  } finally {
    timer?.cancel();
  }
}

export interface PluginFileListener {
  readonly onChange: (plugins: PluginRegistry) => void;
  readonly onError: (error: unknown) => void;
}

/** Loads the file again after changes, one load at a time. */
export class SchedulerPluginFile {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #listener: PluginFileListener;
  readonly #watcher: FSWatcher;
  #version: string;
  #timer: Timer | undefined;
  #loading: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(file: string, version: string, clock: Clock, listener: PluginFileListener) {
    this.#file = file;
    this.#version = version;
    this.#clock = clock;
    this.#listener = listener;
    // Its directory: editors replace files instead of writing to them.
    const name = basename(file);
    this.#watcher = watch(dirname(file), { persistent: false }, (_, changed) => {
      if (changed === null || changed === name) this.#changed();
    });
    this.#watcher.on('error', (error) => listener.onError(error));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#watcher.close();
    this.#timer?.cancel();
    await this.#loading;
  }

  #changed(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(SETTLE_MS, () => {
      this.#loading = this.#loading.then(() => this.#load());
    });
  }

  async #load(): Promise<void> {
    if (this.#isStopped) return;
    try {
      const { plugins, version } = await loadSchedulerPlugins(this.#file, this.#clock);
      if (this.#isStopped || version === this.#version) return;
      this.#listener.onChange(plugins);
      this.#version = version;
    } catch (error) {
      if (!this.#isStopped) this.#listener.onError(error);
    }
  }
}
