// What the services of the driver share: the records and images of a node's volumes and snapshots, its mounts and loop devices, and
// turns, so that one volume has one change at a time. Made by driver.ts.
import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../kit/clock.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { KeyedLocks } from '../../kit/locks/keyed-locks.ts';
import { defaultType, type Growth, growthOf } from '../machine/default-type.ts';
import type { FileSystemType } from '../machine/file-systems.ts';
import { canShare } from '../machine/frozen-copy.ts';
import { Images } from '../machine/images.ts';
import { Loops } from '../machine/loops.ts';
import { Mounts } from '../machine/mounts.ts';
import type { Run } from '../machine/run.ts';
import { idOf, nameOf } from '../names.ts';
import { Records, type SnapshotRecord, type Source, type VolumeRecord } from './records.ts';
import { offered } from './sizes.ts';

export interface DiskOptions {
  readonly node: string;
  /** Where images and records are kept. */
  readonly directory: string;
  /** Below it are all paths that the kubelet asks to mount on. */
  readonly root: string;
  readonly run: Run;
  readonly clock: Clock;
}

export class Disk {
  readonly node: string;
  readonly run: Run;
  readonly clock: Clock;
  readonly volumes: { readonly records: Records<VolumeRecord>; readonly images: Images };
  readonly snapshots: { readonly records: Records<SnapshotRecord>; readonly images: Images };
  readonly loops: Loops;
  readonly mounts: Mounts;
  readonly #directory: string;
  readonly #locks = new KeyedLocks();
  /** To calls that have not taken all of it yet, and to volumes that have given back some of theirs for a moment. */
  #promised = 0;
  #shares: Promise<boolean> | undefined;
  #growth: Promise<Growth> | undefined;

  constructor({ node, directory, root, run, clock }: DiskOptions) {
    const [volumes, snapshots] = [join(directory, 'volumes'), join(directory, 'snapshots')];
    this.node = node;
    this.run = run;
    this.clock = clock;
    this.#directory = directory;
    this.volumes = { records: new Records(volumes), images: new Images(run, volumes) };
    this.snapshots = { records: new Records(snapshots), images: new Images(run, snapshots) };
    this.loops = new Loops(run, clock);
    this.mounts = new Mounts(run, root);
  }

  async makeDirectories(): Promise<void> {
    for (const { records } of [this.volumes, this.snapshots])
      await mkdir(records.directory, { recursive: true, mode: 0o700 });
  }

  /** Work on the same volumes and snapshots is done one after the other. */
  turn<T>(things: readonly Source[], work: () => Promise<T>): Promise<T> {
    return this.#locks.run(
      things.map(({ kind, name }) => `${kind}/${name}`),
      work,
    );
  }

  volumeTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.turn([{ kind: 'volume', name }], work);
  }

  id(name: string): string {
    return idOf(this.node, name);
  }

  name(id: string): string | undefined {
    return nameOf(this.node, id);
  }

  /** The name of something that must be there. */
  existing(kind: Source['kind'], id: string): string {
    const name = this.name(id);
    if (name === undefined) throw notFound(kind, id);
    return name;
  }

  async volume(name: string): Promise<VolumeRecord> {
    const record = await this.volumes.records.read(name);
    if (!record) throw notFound('volume', this.id(name));
    return record;
  }

  async snapshot(name: string): Promise<SnapshotRecord> {
    const record = await this.snapshots.records.read(name);
    if (!record) throw notFound('snapshot', this.id(name));
    return record;
  }

  /** The loop device of a volume, which is perhaps `likely`; undefined for one that is not staged, or that has no image. */
  async deviceOf(name: string, likely?: string): Promise<string | undefined> {
    const { images } = this.volumes;
    return (await images.exists(name)) ? this.loops.find(images.path(name), likely) : undefined;
  }

  /** Of volumes for which no file system is asked for. Asked once. */
  async defaultType(requiredBytes: number): Promise<FileSystemType> {
    this.#growth ??= growthOf(this.run);
    return defaultType(await this.#growth, requiredBytes);
  }

  /** Whether copies share what neither has written since. Asked once. */
  shares(): Promise<boolean> {
    this.#shares ??= canShare(this.run, this.#directory).catch((error) => {
      this.#shares = undefined;
      throw error;
    });
    return this.#shares;
  }

  /** Bytes that new volumes and snapshots may have. */
  async offered(): Promise<number> {
    const owed = (await this.shares()) ? await this.#owed() : 0;
    const { blocks, bavail, bsize } = await statfs(this.#directory);
    return offered({ totalBytes: blocks * bsize, availableBytes: bavail * bsize }, owed + this.#promised);
  }

  /** Work that takes so much of the disk: nobody else is offered it meanwhile. */
  async withRoom<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const room = await this.offered();
    if (bytes > room)
      throw new GrpcError(
        'resourceExhausted',
        `node ${this.node} has room for ${room} bytes of volumes, not for ${bytes}`,
      );
    return this.keeping(bytes, work);
  }

  /** Work during which so much of what looks free is somebody's. */
  async keeping<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    this.#promised += bytes;
    try {
      return await work();
    } finally {
      this.#promised -= bytes;
    }
  }

  async #owed(): Promise<number> {
    const all = [...(await this.volumes.records.all()), ...(await this.snapshots.records.all())];
    return all.reduce((sum, [, { sharedBytes }]) => sum + sharedBytes, 0);
  }
}

const notFound = (what: Source['kind'], id: string): GrpcError =>
  new GrpcError('notFound', `there is no ${what} ${id.slice(0, 400)}`);
