// Mounts of tmpfs and of subPaths in the node's mount namespace, which need not be the kubelet's: outside it they are
// invisible. A new kubelet finds the mounts of the old one in the node's table. Used by host-files.ts.
import { type FileHandle, open } from 'node:fs/promises';
import type { NodeExec } from '../options.ts';
import { namesOf, type Opened, openBeneath } from './beneath.ts';
import { O_DIRECTORY, O_PATH } from './descend.ts';
import { checkNames, type MemoryMount, type NodePath, pathText } from './node-files.ts';

export class NodeMounts {
  readonly #run: NodeExec;
  /** Read once, then kept up by what is mounted and unmounted here. */
  #mounted: Promise<Set<string>> | undefined;

  constructor(run: NodeExec) {
    this.#run = run;
  }

  /** Mode and group come with the mount: from outside the node they cannot be set afterwards. */
  async mountMemory(path: string, { bytes, mode, gid }: MemoryMount): Promise<void> {
    const mounted = await this.#table();
    if (mounted.has(path)) return;
    const options = [
      ...(bytes === undefined ? [] : [`size=${bytes}`]),
      `mode=${mode.toString(8).padStart(4, '0')}`,
      ...(gid === undefined ? [] : [`gid=${gid}`]),
    ];
    await this.#run(['mount', '-t', 'tmpfs', '-o', options.join(), 'tmpfs', path]);
    mounted.add(path);
  }

  async unmount(path: string): Promise<void> {
    if (!(await this.#table()).has(path)) return;
    try {
      await this.#run(['umount', path]);
    } catch (error) {
      // It may have been unmounted by other means since the table was read.
      this.#mounted = undefined;
      if ((await this.#table()).has(path)) throw error;
    }
    (await this.#table()).delete(path);
  }

  /**
   * Shows at `target` what is opened of `source`. A process in the node's mount namespace waits meanwhile: its root is
   * the way to the node's mounts, and only mounts of that namespace can be bound in it. `prepare` makes the target.
   */
  async bind(
    source: NodePath,
    target: string,
    prepare: (isDirectory: boolean) => Promise<void>,
  ): Promise<void> {
    const mounted = await this.#table();
    let opened: FileHandle | undefined;
    const answer = async (pid: number) => {
      opened = await openSource(`/proc/${pid}/root`, source);
      await prepare((await opened.stat()).isDirectory());
      return `${opened.fd}\n`;
    };
    try {
      await this.#run(['sh', '-c', BIND, String(process.pid), target], { answer });
      mounted.add(target);
    } finally {
      await opened?.close();
    }
  }

  #table(): Promise<Set<string>> {
    this.#mounted ??= this.#run(['cat', '/proc/self/mounts']).then(
      (table) => new Set(table.split('\n').flatMap((line) => unescaped(line.split(' ')[1]))),
      (error) => {
        this.#mounted = undefined;
        throw error;
      },
    );
    return this.#mounted;
  }
}

/** The kernel writes blanks and backslashes of paths as octal numbers. */
const unescaped = (field: string | undefined): string[] =>
  field
    ? [field.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)))]
    : [];

/**
 * Mounts the descriptor whose number it reads, of the kubelet. Without --no-canonicalize, mount would look up the name
 * that the descriptor had and mount what has that name now.
 */
const BIND = `echo; read -r fd && exec mount --no-canonicalize --bind "/proc/$0/fd/$fd" "$1"`;

/**
 * What a container mounts by subPath, from a root directory as the node sees it. Links in the volume's own path are
 * followed, as everywhere; those in the volume only inside it. Missing directories get the volume's mode.
 */
async function openSource(root: string, source: NodePath): Promise<FileHandle> {
  checkNames(source);
  const top = await open(root, O_PATH | O_DIRECTORY);
  try {
    const volume = await openBeneath(namesOf(source.root), {
      root: top,
      absolute: namesOf,
      above: () => {},
    });
    try {
      return await openInVolume(volume, source);
    } finally {
      await volume.handle.close();
    }
  } finally {
    await top.close();
  }
}

async function openInVolume(volume: Opened, source: NodePath): Promise<FileHandle> {
  const outside = () => {
    throw new Error(`subpath ${pathText(source)} is not within volume path ${source.root}`);
  };
  const { handle } = await openBeneath(source.below, {
    root: volume.handle,
    absolute: (target) => {
      const names = namesOf(target);
      return volume.names.every((name, i) => names[i] === name)
        ? names.slice(volume.names.length)
        : outside();
    },
    above: outside,
    makeMode: (await volume.handle.stat()).mode & 0o7777,
  });
  return handle;
}
