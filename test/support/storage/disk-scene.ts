// The driver of a node's disk on real loop devices, in a mount namespace of its own, as the kubelet and the CSI controllers would call
// it. A new driver on the same directory stands for a process that was started again.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CsiCaller, inProcess } from '../../../src/csi/caller.ts';
import { controllerExpandVolume, createVolume, deleteVolume } from '../../../src/csi/messages/controller.ts';
import {
  nodeExpandVolume,
  nodeGetVolumeStats,
  nodePublishVolume,
  nodeStageVolume,
  nodeUnpublishVolume,
  nodeUnstageVolume,
} from '../../../src/csi/messages/node.ts';
import { createSnapshot, deleteSnapshot } from '../../../src/csi/messages/snapshots.ts';
import type {
  CsiAccessMode,
  VolumeCapability,
  VolumeContentSource,
} from '../../../src/csi/messages/volume.ts';
import { systemClock } from '../../../src/kit/clock.ts';
import { exec, tryExec } from '../../../src/kit/exec.ts';
import { diskDriver } from '../../../src/storage/driver.ts';
import { devicesOf } from '../../../src/storage/machine/loop-list.ts';
import type { Run } from '../../../src/storage/machine/run.ts';

export const MIB = 1 << 20;

export const mounted = (
  fsType = '',
  more: { mode?: CsiAccessMode; mountFlags?: string[] } = {},
): VolumeCapability => ({
  block: undefined,
  mount: { fsType, mountFlags: more.mountFlags ?? [], volumeMountGroup: '' },
  accessMode: { mode: more.mode ?? 'SINGLE_NODE_WRITER' },
});

export const asDevice: VolumeCapability = {
  block: {},
  mount: undefined,
  accessMode: { mode: 'SINGLE_NODE_WRITER' },
};

/** What stands for a node: a mount namespace, in which the kubelet's directory is in two places, and a directory. */
export class MountNamespace {
  readonly directory: string;
  readonly kubelet: string;
  readonly #pins: string;
  readonly #pin: string;
  /** For nsenter. */
  readonly enter: readonly string[];

  private constructor(parent: string) {
    this.directory = mkdtempSync(join(parent, 'tph-volumes-'));
    this.kubelet = join(this.directory, 'kubelet');
    this.#pins = join(this.directory, 'pins');
    this.#pin = join(this.#pins, 'mnt');
    this.enter = [`--mount=${this.#pin}`, '--'];
  }

  static async start(parent: string = tmpdir()): Promise<MountNamespace> {
    const namespace = new MountNamespace(parent);
    for (const name of ['pins', 'kubelet', 'usual']) mkdirSync(join(namespace.directory, name));
    await exec(['mount', '--bind', namespace.#pins, namespace.#pins]);
    await exec(['mount', '--make-private', namespace.#pins]);
    await exec(['touch', namespace.#pin]);
    await namespace.#make();
    return namespace;
  }

  readonly exec: Run = (command, options) => exec(['nsenter', ...this.enter, ...command], options);

  /** As when the node was switched off and on: nothing is mounted any more, loop devices are left. */
  async renew(): Promise<void> {
    await this.loseMounts();
    await this.#make();
  }

  async loseMounts(): Promise<void> {
    await exec(['umount', '-l', this.#pin]);
  }

  async end(): Promise<void> {
    await exec(['umount', '-l', this.#pins]);
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #make(): Promise<void> {
    await exec(['unshare', `--mount=${this.#pin}`, '--propagation', 'private', 'true']);
    await this.exec(['mount', '--make-rshared', '/']);
    await this.exec(['mount', '--bind', this.kubelet, join(this.directory, 'usual')]);
  }
}

export interface DiskPlace {
  /** The kubelet's directory. */
  readonly kubelet: string;
  /** Of images and records. */
  readonly disk: string;
  /** In the node's mount namespace. */
  readonly exec: Run;
}

export class DiskScene {
  readonly #place: DiskPlace;
  /** Looks at each command before it runs, and may throw. */
  watch: (command: readonly string[]) => void | Promise<void> = () => {};
  driver: CsiCaller;
  #close: () => Promise<void>;

  constructor(place: DiskPlace) {
    this.#place = place;
    [this.driver, this.#close] = this.#start();
  }

  /** In the node's mount namespace. */
  shell(...command: readonly string[]): Promise<string> {
    return this.#place.exec(command);
  }

  /** As when the process ends. */
  stop(): Promise<void> {
    return this.#close();
  }

  async restart(): Promise<void> {
    await this.stop();
    [this.driver, this.#close] = this.#start();
  }

  #start(): [CsiCaller, () => Promise<void>] {
    const { kubelet: root, disk: directory, exec } = this.#place;
    const run: Run = async (command, options) => {
      await this.watch(command);
      return exec(command, options);
    };
    const driver = diskDriver({ node: 'n1', directory, root, run, clock: systemClock });
    return [inProcess(driver.methods), () => driver.close()];
  }

  /** Names of files, of volumes and of snapshots. */
  files(): string[] {
    return ['volumes', 'snapshots'].flatMap((folder) => readdirSync(join(this.#place.disk, folder)));
  }

  /** Loop devices of this disk's volumes. */
  async loops(): Promise<string[]> {
    const volumes = join(this.#place.disk, 'volumes');
    const files = readdirSync(volumes).map((name) => join(volumes, name));
    return [...(await devicesOf(exec, files)).values()];
  }

  /** Lets go of what a failed test has left. */
  async end(): Promise<void> {
    await this.stop();
    for (const device of await this.loops()) await tryExec(['losetup', '--detach', device]);
  }

  staging = (name: string): string => join(this.#place.kubelet, name, 'staging');
  target = (name: string, pod = 'pod'): string => join(this.#place.kubelet, name, pod);

  async create(
    name: string,
    mib: number,
    capability = mounted(),
    source?: VolumeContentSource,
  ): Promise<{ id: string; bytes: number }> {
    const { volume } = await this.driver.unary(createVolume, {
      name,
      capacityRange: { requiredBytes: mib * MIB, limitBytes: 0 },
      volumeCapabilities: [capability],
      parameters: {},
      secrets: {},
      volumeContentSource: source,
      accessibilityRequirements: undefined,
      mutableParameters: {},
    });
    return { id: volume!.volumeId, bytes: volume!.capacityBytes };
  }

  delete(name: string) {
    return this.driver.unary(deleteVolume, { volumeId: `n1/${name}`, secrets: {} });
  }

  stage(name: string, volumeCapability = mounted()) {
    return this.driver.unary(nodeStageVolume, {
      volumeId: `n1/${name}`,
      publishContext: {},
      stagingTargetPath: this.staging(name),
      volumeCapability,
      secrets: {},
      volumeContext: {},
    });
  }

  unstage(name: string) {
    const stagingTargetPath = this.staging(name);
    return this.driver.unary(nodeUnstageVolume, { volumeId: `n1/${name}`, stagingTargetPath });
  }

  publish(name: string, more: { capability?: VolumeCapability; readonly?: boolean; pod?: string } = {}) {
    return this.driver.unary(nodePublishVolume, {
      volumeId: `n1/${name}`,
      publishContext: {},
      stagingTargetPath: this.staging(name),
      targetPath: this.target(name, more.pod),
      volumeCapability: more.capability ?? mounted(),
      readonly: more.readonly ?? false,
      secrets: {},
      volumeContext: {},
    });
  }

  unpublish(name: string, pod?: string) {
    const targetPath = this.target(name, pod);
    return this.driver.unary(nodeUnpublishVolume, { volumeId: `n1/${name}`, targetPath });
  }

  /** Created, staged and published: gives the pod's path. */
  async use(
    name: string,
    mib: number,
    capability = mounted(),
    source?: VolumeContentSource,
  ): Promise<string> {
    await this.create(name, mib, capability, source);
    await this.stage(name, capability);
    await this.publish(name, { capability });
    return this.target(name);
  }

  /** Each step twice: the second changes nothing. */
  async drop(name: string): Promise<void> {
    for (const step of ['unpublish', 'unstage', 'delete'] as const) {
      await this[step](name);
      await this[step](name);
    }
  }

  async expand(name: string, mib: number, volumeCapability = mounted()): Promise<number> {
    const capacityRange = { requiredBytes: mib * MIB, limitBytes: 0 };
    const call = { volumeId: `n1/${name}`, capacityRange, secrets: {}, volumeCapability };
    await this.driver.unary(controllerExpandVolume, call);
    const paths = { volumePath: this.target(name), stagingTargetPath: this.staging(name) };
    return (await this.driver.unary(nodeExpandVolume, { ...call, ...paths })).capacityBytes;
  }

  stats(name: string) {
    const paths = { volumePath: this.target(name), stagingTargetPath: this.staging(name) };
    return this.driver.unary(nodeGetVolumeStats, { volumeId: `n1/${name}`, ...paths });
  }

  async snapshot(name: string, volume: string): Promise<string> {
    const request = { sourceVolumeId: `n1/${volume}`, name, secrets: {}, parameters: {} };
    return (await this.driver.unary(createSnapshot, request)).snapshot!.snapshotId;
  }

  deleteSnapshot(name: string) {
    return this.driver.unary(deleteSnapshot, { snapshotId: `n1/${name}`, secrets: {} });
  }
}

export const fromSnapshot = (snapshotId: string): VolumeContentSource => ({
  snapshot: { snapshotId },
  volume: undefined,
});

export const fromVolume = (volumeId: string): VolumeContentSource => ({
  snapshot: undefined,
  volume: { volumeId },
});
