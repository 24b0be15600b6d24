// The storage behind the tests' CSI driver: volumes, snapshots, attachments and uses, kept in a file so that they outlive a killed
// driver. It notes every call that a careful caller does not make: those are what the lifecycle test looks for.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { GrpcError } from '../../src/kit/grpc/status.ts';

export interface ArrayVolume {
  readonly id: string;
  readonly name: string;
  bytes: number;
  /** Nodes to which it is attached. */
  attached: string[];
  /** `NODE STAGING-PATH`. */
  staged: string[];
  /** `NODE TARGET-PATH`. */
  published: string[];
}

export interface ArraySnapshot {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly bytes: number;
  readonly seconds: number;
}

interface Contents {
  volumes: Record<string, ArrayVolume>;
  snapshots: Record<string, ArraySnapshot>;
  violations: string[];
  made: number;
}

export class StorageArray {
  readonly #file: string;
  readonly #contents: Contents;

  constructor(file: string) {
    this.#file = file;
    this.#contents = existsSync(file)
      ? JSON.parse(readFileSync(file, 'utf8'))
      : { volumes: {}, snapshots: {}, violations: [], made: 0 };
  }

  get volumes(): readonly ArrayVolume[] {
    return Object.values(this.#contents.volumes);
  }

  get snapshots(): readonly ArraySnapshot[] {
    return Object.values(this.#contents.snapshots);
  }

  get violations(): readonly string[] {
    return this.#contents.violations;
  }

  /** Throws notFound. */
  volume(id: string): ArrayVolume {
    const found = this.#contents.volumes[id];
    if (!found) throw new GrpcError('notFound', `volume ${id} does not exist`);
    return found;
  }

  find(id: string): ArrayVolume | undefined {
    return this.#contents.volumes[id];
  }

  create(name: string, bytes: number): ArrayVolume {
    const before = this.volumes.find((volume) => volume.name === name);
    if (before) return before;
    const id = `vol-${++this.#contents.made}`;
    const volume = { id, name, bytes, attached: [], staged: [], published: [] };
    this.#contents.volumes[id] = volume;
    this.save();
    return volume;
  }

  delete(id: string): void {
    const volume = this.find(id);
    if (!volume) return;
    for (const use of ['attached', 'staged', 'published'] as const)
      if (volume[use].length > 0) this.refuse(`volume ${id} is to be deleted while it is ${use}`);
    delete this.#contents.volumes[id];
    this.save();
  }

  snapshot(name: string, source: string, seconds: number): ArraySnapshot {
    const before = this.snapshots.find((snapshot) => snapshot.name === name);
    if (before) return before;
    const id = `snap-${++this.#contents.made}`;
    const snapshot = { id, name, source, bytes: this.volume(source).bytes, seconds };
    this.#contents.snapshots[id] = snapshot;
    this.save();
    return snapshot;
  }

  deleteSnapshot(id: string): void {
    delete this.#contents.snapshots[id];
    this.save();
  }

  /** A call that must not be made. */
  refuse(violation: string): never {
    this.#contents.violations.push(violation);
    this.save();
    throw new GrpcError('failedPrecondition', violation);
  }

  add(volume: ArrayVolume, use: 'attached' | 'staged' | 'published', what: string): void {
    if (!volume[use].includes(what)) volume[use].push(what);
    this.save();
  }

  remove(volume: ArrayVolume, use: 'attached' | 'staged' | 'published', what: string): void {
    volume[use] = volume[use].filter((other) => other !== what);
    this.save();
  }

  grow(volume: ArrayVolume, bytes: number): void {
    volume.bytes = Math.max(volume.bytes, bytes);
    this.save();
  }

  /** Whole or not at all: the driver is killed at any time. */
  save(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#contents));
    renameSync(`${this.#file}.new`, this.#file);
  }
}
