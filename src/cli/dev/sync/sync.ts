// Copies changed files into all running containers of an image, and tells the process there. What was copied since the image was built
// is copied again into containers that start later. Called by session.ts.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openChannel, type RuntimeChannel } from '../../../cri/containerd/channel.ts';
import { signalTask } from '../../../cri/containerd/tasks.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Random } from '../../../kit/random.ts';
import type { SyncedFile } from '../plan/plan.ts';
import type { Restart } from '../project/config.ts';
import { withContainerRoot } from './container-root.ts';
import { type FileContent, removeInside, writeInside } from './write.ts';

export interface RunningContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly id: string;
  /** containerd's, of its node. */
  readonly socket: string;
}

export interface SyncOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Runs a command in a container. */
  readonly exec: (container: RunningContainer, command: readonly string[]) => Promise<void>;
}

/** Bytes of one file: what is larger belongs into the image. */
const LARGEST_FILE = 64 * 1024 * 1024;

interface Loaded {
  readonly target: string;
  /** Undefined: removed. */
  readonly content: FileContent | undefined;
}

export class FileSync {
  readonly #options: SyncOptions;
  readonly #channels = new Map<string, RuntimeChannel>();
  /** Since the image was built, by repository and place in the container. */
  readonly #copied = new Map<string, Map<string, SyncedFile>>();
  /** Containers that have all of it. */
  readonly #complete = new Set<string>();

  constructor(options: SyncOptions) {
    this.#options = options;
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.close();
  }

  /** A new image has everything. */
  built(repository: string): void {
    this.#copied.delete(repository);
  }

  /** Rejects when a container cannot take a file; the others may have it. */
  async copy(
    repository: string,
    files: readonly SyncedFile[],
    containers: readonly RunningContainer[],
    restart: Restart | undefined,
  ): Promise<void> {
    const all = this.#copied.get(repository) ?? new Map<string, SyncedFile>();
    this.#copied.set(repository, all);
    for (const file of files) all.set(file.target, file);
    const loaded = await Promise.all(files.map((file) => this.#load(file)));
    await Promise.all(containers.map((container) => this.#into(container, loaded, restart)));
    for (const { id } of containers) this.#complete.add(id);
  }

  /** For containers that have started since. */
  async catchUp(
    repository: string,
    containers: readonly RunningContainer[],
    restart: Restart | undefined,
  ): Promise<void> {
    const missing = containers.filter(({ id }) => !this.#complete.has(id));
    for (const { id } of missing) this.#complete.add(id);
    const files = [...(this.#copied.get(repository)?.values() ?? [])];
    if (missing.length === 0 || files.length === 0) return;
    const loaded = await Promise.all(files.map((file) => this.#load(file)));
    await Promise.all(missing.map((container) => this.#into(container, loaded, restart)));
  }

  async #load({ path, target }: SyncedFile): Promise<Loaded> {
    const full = join(this.#options.directory, path);
    const facts = await stat(full).catch(() => undefined);
    if (!facts) return { target, content: undefined };
    if (!facts.isFile()) throw new Error(`${path} is no file`);
    if (facts.size > LARGEST_FILE) throw new Error(`${path}: more than ${LARGEST_FILE} bytes`);
    return { target, content: { bytes: await readFile(full), mode: facts.mode } };
  }

  async #into(
    container: RunningContainer,
    files: readonly Loaded[],
    restart: Restart | undefined,
  ): Promise<void> {
    const grpc = this.#channel(container.socket);
    await withContainerRoot(grpc, container.id, async (root) => {
      for (const { target, content } of files)
        await (content
          ? writeInside(root, target, content, this.#options.random)
          : removeInside(root, target));
    });
    if (!restart) return;
    if ('signal' in restart) await signalTask(grpc, container.id, restart.signal);
    else await this.#options.exec(container, restart.command);
  }

  #channel(socket: string): RuntimeChannel {
    const known = this.#channels.get(socket) ?? openChannel(socket, this.#options.clock);
    this.#channels.set(socket, known);
    return known;
  }
}
