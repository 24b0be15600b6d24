// Mounts in the node's mount namespace. What is to be unmounted or removed is looked up in the table first: nothing that others
// mounted is touched, and no directory goes while something is mounted on it. Paths come from the kubelet.
import { mkdir, open, realpath, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import { GrpcError } from '../../kit/grpc/status.ts';
import { parseMounts } from '../../kit/process/mount-entries.ts';
import { MountInfo } from '../../kit/process/mount-info.ts';
import type { Mount } from './mount-table.ts';
import { quick, type Run } from './run.ts';

export class Mounts {
  readonly #run: Run;
  readonly #root: string;
  readonly #info: MountInfo;

  /** Nothing outside `root` is mounted on. */
  constructor(run: Run, root: string) {
    this.#run = quick(run);
    this.#root = root;
    this.#info = new MountInfo(run);
  }

  /** The node's mount namespace is held no longer. */
  close(): Promise<void> {
    return this.#info.close();
  }

  /** Below the root: what is mounted there is in other places as well, where others show the root itself. */
  async all(): Promise<Mount[]> {
    const root = await realpath(this.#root).catch(() => this.#root);
    const mounts = parseMounts(await this.#info.read());
    return mounts.filter(({ point }) => point.startsWith(`${root}/`));
  }

  /** As the kernel shows it; the last part need not exist. */
  async place(path: string): Promise<string> {
    if (path === '') throw new GrpcError('invalidArgument', 'a path is missing');
    if (normalize(path) !== path || !path.startsWith(`${this.#root}/`))
      throw new GrpcError('invalidArgument', `${path} is not a path below ${this.#root}`);
    const parent = await realpath(dirname(path)).catch(() => dirname(path));
    return join(parent, basename(path));
  }

  async mount(device: string, type: string, options: readonly string[], point: string): Promise<void> {
    await mkdir(point, { recursive: true });
    await this.#run(['mount', '-t', type, '-o', options.join(), device, point]);
  }

  async bind(source: string, point: string, as: 'directory' | 'file', readonly: boolean): Promise<void> {
    await mkdir(as === 'directory' ? point : dirname(point), { recursive: true });
    if (as === 'file') await (await open(point, 'a', 0o640)).close();
    await this.#run(['mount', '-o', readonly ? 'bind,ro' : 'bind', source, point]);
  }

  /** Between binding and making it read-only a process may end. */
  async makeReadOnly(point: string): Promise<void> {
    await this.#run(['mount', '-o', 'remount,bind,ro', point]);
  }

  /** All that `ours` says is ours; throws when something else is there. */
  async unmount(point: string, ours: (mount: Mount) => boolean): Promise<void> {
    for (let left = await this.#at(point); left.length > 0; left = await this.#at(point)) {
      if (!ours(left.at(-1)!))
        throw new GrpcError('failedPrecondition', `${left.at(-1)!.source} is mounted on ${point}`);
      await this.#run(['umount', '--no-canonicalize', point]);
    }
  }

  /** After unmount. A directory with something in it stays, and is an error. */
  async remove(point: string): Promise<void> {
    try {
      await ((await stat(point)).isDirectory() ? rmdir(point) : unlink(point));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  async #at(point: string): Promise<Mount[]> {
    return (await this.all()).filter((mount) => mount.point === point);
  }
}
