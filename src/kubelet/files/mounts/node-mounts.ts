// Mounts in the node's mount namespace, which need not be the kubelet's: outside it they are invisible. A new kubelet finds
// the mounts of the old one in the node's table. Used by host-files.ts.
import { type FileHandle, open } from 'node:fs/promises';
import { KeyedLocks } from '../../../kit/locks/keyed-locks.ts';
import type { NodeExec } from '../../options.ts';
import { giveToGroup } from '../access.ts';
import { namesOf, type Opened, openBeneath } from '../beneath.ts';
import { O_DIRECTORY, O_PATH } from '../descend.ts';
import {
  checkNames,
  type FileSystemUsage,
  type MemoryMount,
  type MountCall,
  type NodePath,
  pathText,
} from '../node-files.ts';
import { type DeviceCall, formatAndMount, growOnDevice } from './device-mount.ts';
import { runMeasure, runMount, runUnmount } from './mount-command.ts';
import { MountTable } from './mount-table.ts';

export class NodeMounts {
  readonly table: MountTable;
  readonly #run: NodeExec;
  readonly #devices = new KeyedLocks();

  constructor(run: NodeExec) {
    this.#run = run;
    this.table = new MountTable(run);
  }

  async mount(path: string, call: MountCall): Promise<void> {
    if (await this.table.has(path)) return;
    await runMount(this.#run, call, path);
  }

  /** One device at a time: it must not be given two file systems. */
  mountDevice(path: string, call: DeviceCall): Promise<void> {
    return this.#devices.run([call.source], async () => {
      if (await this.table.has(path)) return;
      if (await this.table.hasSource(call.source)) await runMount(this.#run, call, path);
      else await formatAndMount(this.#run, call, path);
    });
  }

  growOnDevice(path: string, device: string): Promise<void> {
    return this.#devices.run([device], () => growOnDevice(this.#run, device, path));
  }

  /** Mode and group come with the mount: from outside the node they cannot be set afterwards. */
  mountMemory(path: string, { bytes, mode, gid }: MemoryMount): Promise<void> {
    const options = [
      ...(bytes === undefined ? [] : [`size=${bytes}`]),
      `mode=${mode.toString(8).padStart(4, '0')}`,
      ...(gid === undefined ? [] : [`gid=${gid}`]),
    ];
    return this.mount(path, { type: 'tmpfs', source: 'tmpfs', options });
  }

  async unmount(path: string): Promise<void> {
    if (!(await this.table.has(path))) return;
    try {
      await runUnmount(this.#run, path);
    } catch (error) {
      // It may have been unmounted by other means since the table was read.
      if (await this.table.has(path)) throw error;
    }
  }

  measure(path: string): Promise<FileSystemUsage | undefined> {
    return runMeasure(this.#run, path);
  }

  /** What is mounted there is reached as in bind. `unlessDone` trusts the root to speak for the whole tree. */
  async giveToGroup(path: NodePath, gid: number, unlessDone: boolean): Promise<void> {
    const answer = async (pid: number) => {
      const root = await openSource(`/proc/${pid}/root`, path);
      try {
        const { gid: has, mode } = await root.stat();
        if (!unlessDone || has !== gid || (mode & GROUP_BITS) !== GROUP_BITS) await giveToGroup(root, gid);
      } finally {
        await root.close();
      }
      return '\n';
    };
    await this.#run(['sh', '-c', 'echo; read -r _'], { answer });
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
    let opened: FileHandle | undefined;
    const answer = async (pid: number) => {
      opened = await openSource(`/proc/${pid}/root`, source);
      await prepare((await opened.stat()).isDirectory());
      return `${opened.fd}\n`;
    };
    try {
      await this.#run(['sh', '-c', BIND, String(process.pid), target], { answer });
    } finally {
      await opened?.close();
    }
  }
}

/** Of a directory that belongs to a group. */
const GROUP_BITS = 0o2770;

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
