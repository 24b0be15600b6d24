// The driver of a node's disk on real loop devices, in a mount namespace of its own, as the kubelet and the CSI controllers would call
// it. A new driver on the same directory stands for a process that was started again.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CsiCaller, inProcess } from '../../src/csi/caller.ts';
import { controllerExpandVolume, createVolume, deleteVolume } from '../../src/csi/messages/controller.ts';
import {
  nodeExpandVolume,
  nodeGetVolumeStats,
  nodePublishVolume,
  nodeStageVolume,
  nodeUnpublishVolume,
  nodeUnstageVolume,
} from '../../src/csi/messages/node.ts';
import { createSnapshot, deleteSnapshot } from '../../src/csi/messages/snapshots.ts';
import type { CsiAccessMode, VolumeCapability, VolumeContentSource } from '../../src/csi/messages/volume.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { exec, tryExec } from '../../src/kit/exec.ts';
import { diskDriver } from '../../src/storage/driver.ts';
import type { Run } from '../../src/storage/machine/run.ts';

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

export class DiskScene {
  readonly directory: string;
  readonly images: string;
  readonly #namespace: string;
  /** Looks at each command before it runs, and may throw. */
  watch: (command: readonly string[]) => void = () => {};
  driver: CsiCaller;

  private constructor(directory: string) {
    this.directory = directory;
    this.images = join(directory, 'disk');
    this.#namespace = join(directory, 'pins/mnt');
    this.driver = this.restart();
  }

  static async start(): Promise<DiskScene> {
    const scene = new DiskScene(mkdtempSync(join(tmpdir(), 'tph-volumes-')));
    const pins = join(scene.directory, 'pins');
    mkdirSync(pins);
    for (const name of ['kubelet', 'usual']) mkdirSync(join(scene.directory, name));
    await exec(['mount', '--bind', pins, pins]);
    await exec(['mount', '--make-private', pins]);
    await exec(['touch', scene.#namespace]);
    await scene.remount();
    return scene;
  }

  /** A mount namespace without the mounts of the one before. As in a node, the kubelet's directory is in a second place. */
  async remount(): Promise<void> {
    await exec(['unshare', `--mount=${this.#namespace}`, '--propagation', 'private', 'true']);
    await this.shell('mount', '--make-rshared', '/');
    await this.shell('mount', '--bind', join(this.directory, 'kubelet'), join(this.directory, 'usual'));
  }

  /** For nsenter: leads into the node's mount namespace. */
  get enter(): readonly string[] {
    return [`--mount=${this.#namespace}`, '--'];
  }

  /** Also what a failed test has left. */
  async end(): Promise<void> {
    await this.loseMounts();
    for (const { device } of await this.loops()) await tryExec(['losetup', '--detach', device]);
    await tryExec(['umount', '-l', join(this.directory, 'pins')]);
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** As a node that is switched off: its mount namespace ends, loop devices are left. */
  async loseMounts(): Promise<void> {
    await tryExec(['umount', '-l', this.#namespace]);
  }

  readonly run: Run = async (command, options) => {
    this.watch(command);
    return exec(['nsenter', ...this.enter, ...command], options);
  };

  /** In the node's mount namespace. */
  shell(...command: readonly string[]): Promise<string> {
    return exec(['nsenter', ...this.enter, ...command]);
  }

  restart(): CsiCaller {
    const { images, directory, run } = this;
    const options = {
      node: 'n1',
      directory: images,
      root: join(directory, 'kubelet'),
      run,
      clock: systemClock,
    };
    this.driver = inProcess(diskDriver(options).methods);
    return this.driver;
  }

  async loops(): Promise<{ device: string; file: string }[]> {
    const list = ['losetup', '--list', '--noheadings', '--raw', '--output', 'NAME,BACK-FILE'];
    const lines = (await exec(list)).split('\n').filter((line) => line.includes(this.directory));
    return lines.map((line) => ({ device: line.split(' ')[0]!, file: line.slice(line.indexOf(' ') + 1) }));
  }

  staging = (name: string): string => join(this.directory, 'kubelet', name, 'staging');
  target = (name: string, pod = 'pod'): string => join(this.directory, 'kubelet', name, pod);

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
