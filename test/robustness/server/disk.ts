// A file system of its own for a cluster's data, small enough to be filled. `tmpfs` in memory, or `ext4` in a file, which can
// be made read-only under open files, as the kernel does after an error of the disk.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { exec, tryExec } from '../../../src/kit/exec.ts';
import { eventually } from '../../support/eventually.ts';

export type FileSystem = 'tmpfs' | 'ext4';

const MEGABYTES = 48;

export class Disk {
  /** Where it is mounted. */
  readonly directory: string;
  readonly #image: string;
  readonly #fileSystem: FileSystem;

  private constructor(directory: string, image: string, fileSystem: FileSystem) {
    this.directory = directory;
    this.#image = image;
    this.#fileSystem = fileSystem;
  }

  static async mount(parent: string, fileSystem: FileSystem): Promise<Disk> {
    const disk = new Disk(join(parent, 'disk'), join(parent, 'disk.img'), fileSystem);
    mkdirSync(disk.directory);
    if (fileSystem === 'ext4') {
      await exec(['truncate', '-s', `${MEGABYTES}M`, disk.#image]);
      await exec(['/usr/sbin/mkfs.ext4', '-q', '-F', disk.#image]);
    }
    await disk.#mount();
    return disk;
  }

  /** Takes all the space that is left. */
  async fill(): Promise<void> {
    const file = await open(join(this.directory, 'filler'), 'w');
    const block = Buffer.alloc(64 * 1024);
    try {
      for (;;) await file.write(block);
    } catch {
      // Full.
    } finally {
      await file.close();
    }
  }

  free(): void {
    rmSync(join(this.directory, 'filler'), { force: true });
  }

  /** As after an error of the disk: what is open for writing can be written no more. */
  async failReadOnly(): Promise<void> {
    await exec(['mount', '-o', 'remount,abort', this.directory]);
  }

  /** Checks and mounts it again, once nobody uses it. */
  async repair(): Promise<void> {
    await this.#unmount();
    // Codes below 4: there was nothing to correct, or all was corrected.
    const { code, stdout } = await tryExec(['/usr/sbin/e2fsck', '-f', '-y', this.#image]);
    if (code >= 4) throw new Error(`e2fsck: ${stdout}`);
    await this.#mount();
  }

  async unmount(): Promise<void> {
    await this.#unmount();
    if (existsSync(this.#image)) rmSync(this.#image);
  }

  /** A process that was killed may still have files open for a moment. */
  async #unmount(): Promise<void> {
    await eventually('unmounting', async () => (await tryExec(['umount', this.directory])).code === 0);
  }

  async #mount(): Promise<void> {
    const words =
      this.#fileSystem === 'tmpfs'
        ? ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m`, 'tmpfs']
        : ['-o', 'loop,errors=remount-ro', this.#image];
    await exec(['mount', ...words, this.directory]);
  }
}
