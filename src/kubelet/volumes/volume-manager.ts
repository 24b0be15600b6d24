// The volumes of all pods on the node: finds the plug-in for each, remembers what is mounted, keeps contents up to date
// and tears everything down when a pod has ended. Called by pod workers through PodResources; knows no kind of volume.

import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Volume } from '../../api/kinds/core/v1/volume.ts';
import { selectableNode } from '../../api/nodes/affinity.ts';
import { claimNameOf, reaches } from '../../api/volumes/binding.ts';
import type { Client } from '../../client/client.ts';
import type { Clock } from '../../kit/clock.ts';
import { smallest } from '../../kit/lists.ts';
import { messageOf } from '../../kit/message-of.ts';
import { containersOf, type Pod, podUid, specOf } from '../pod.ts';
import type { MeasurableVolume } from '../stats/volume-stats.ts';
import { ClaimError, volumeSpec } from './claim.ts';
import type { PodDirectories } from './directories.ts';
import { mountOptions } from './mount-options.ts';
import { VolumePending } from './pending.ts';
import {
  isBlock,
  type MountedVolume,
  type MountedVolumes,
  nameOfVolume,
  type VolumePlugin,
  type VolumeRequest,
  type VolumeSpec,
} from './plugin.ts';
import { refusal } from './refusal.ts';

/** Volumes are being made: the worker is woken. */
export class MountPending extends Error {}

/** The node can take no more volumes: the pod has to go elsewhere. */
export class AttachLimitError extends Error {}

/** Volumes could not be made: becomes an event of this reason. */
export class MountError extends Error {
  readonly reason: 'FailedMount' | 'FailedMapVolume';

  constructor(reason: MountError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export interface VolumeManagerOptions {
  /** The first that supports a volume has it. */
  readonly plugins: readonly VolumePlugin[];
  readonly client: Pick<Client, 'get'>;
  readonly directories: PodDirectories;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** This node, once it is known: a volume that it does not reach is not mounted. */
  readonly node?: () => Node | undefined;
  /** As the API has it now; asked before a volume is refused. */
  readonly readNode?: () => Promise<Node | undefined>;
}

export interface VolumeCounts {
  readonly actual: ReadonlyMap<string, number>;
  readonly desired: ReadonlyMap<string, number>;
}

const FULL = 'Node has reached its volume attachment limit, rejecting pod';

/** Upstream's podAttachAndMountTimeout: how long a pod waits before it is told which volumes are missing. */
const PATIENCE_MS = 123_000;

interface Pending {
  /** Or when the pod was told the last time. */
  readonly since: number;
  readonly volumes: ReadonlyMap<string, VolumePending>;
}

interface Mounted {
  readonly plugin: VolumePlugin;
  readonly request: VolumeRequest;
  readonly volume: MountedVolume;
}

export class VolumeManager {
  readonly #options: VolumeManagerOptions;
  /** By pod uid and volume name. Lost with the process: then setUp is called again, which changes nothing. */
  readonly #mounted = new Map<string, Map<string, Mounted>>();
  /** By pod uid. */
  readonly #pending = new Map<string, Pending>();

  constructor(options: VolumeManagerOptions) {
    this.#options = options;
  }

  /** Mounts what is not mounted yet, and brings the rest up to date. */
  async mount(pod: Pod): Promise<MountedVolumes> {
    const mounted = this.#mounted.get(podUid(pod)) ?? new Map<string, Mounted>();
    this.#mounted.set(podUid(pod), mounted);
    const pending = new Map<string, VolumePending>();
    await Promise.all(
      usedVolumes(pod).map(async (volume) => {
        try {
          mounted.set(volume.name, await this.#mount(pod, volume, mounted.get(volume.name)));
        } catch (error) {
          if (error instanceof VolumePending) return void pending.set(volume.name, error);
          throw error instanceof MountError
            ? error
            : new MountError('FailedMount', failure(volume.name, error), { cause: error });
        }
      }),
    );
    await this.#checkPending(podUid(pod), pending);
    return new Map([...mounted].map(([name, { volume }]) => [name, volume]));
  }

  /** Tears down what is on the node, also volumes that an earlier kubelet set up. One that fails does not keep the others;
   *  while one is pending, call it again. */
  async unmount(uid: string): Promise<void> {
    const { plugins, directories } = this.#options;
    const failures: string[] = [];
    let pending: VolumePending | undefined;
    for (const plugin of plugins)
      for (const name of await plugin.found(uid))
        await plugin.tearDown(uid, name).catch((error: unknown) => {
          if (error instanceof VolumePending) pending = error;
          else failures.push(`UnmountVolume.TearDown failed for volume "${name}" : ${messageOf(error)}`);
        });
    if (failures.length > 0) throw new Error(failures.join('; '));
    if (pending) throw pending;
    await Promise.all([directories.disk.removePod(uid), directories.memory.removePod(uid)]);
    this.#mounted.delete(uid);
    this.#pending.delete(uid);
  }

  /** When some volume of the pod must be updated although nothing changes in the API. */
  renewAt(uid: string): number | undefined {
    const times = this.#options.plugins.flatMap((plugin) => plugin.renewAt?.(uid) ?? []);
    return times.length > 0 ? smallest(times) : undefined;
  }

  /** Bytes that the pod's mounted volumes take, by name, as far as their plug-ins measure. */
  async usedBytes(pod: Pod, names: readonly string[]): Promise<Map<string, number>> {
    const mounted = this.#mounted.get(podUid(pod));
    const used = new Map<string, number>();
    for (const name of names) {
      const one = mounted?.get(name);
      const stats = await one?.plugin.stats?.(one.request);
      if (stats?.usedBytes !== undefined) used.set(name, stats.usedBytes);
    }
    return used;
  }

  /** The pod's volumes that are mounted and can be measured. */
  measurable(pod: Pod): MeasurableVolume[] {
    return [...(this.#mounted.get(podUid(pod)) ?? [])].flatMap(([name, { plugin, request }]) => {
      if (!plugin.stats) return [];
      const claim = claimNameOf(request.pod, request.spec.volume);
      const measure = async () => plugin.stats?.(request);
      return [{ name, measure, ...(claim !== undefined && { claim }) }];
    });
  }

  /** How many volumes pods want, and how many they have, by upstream's name of the plug-in. */
  counts(): VolumeCounts {
    const actual = new Map<string, number>();
    const desired = new Map<string, number>();
    const add = (counts: Map<string, number>, plugin: string) =>
      counts.set(plugin, (counts.get(plugin) ?? 0) + 1);
    for (const mounted of this.#mounted.values())
      for (const { plugin, request } of mounted.values())
        for (const counts of [actual, desired]) add(counts, fullName(plugin.name, request.spec));
    for (const { volumes } of this.#pending.values())
      for (const { pluginName } of volumes.values()) add(desired, pluginName);
    return { actual, desired };
  }

  /** Uids of pods that have directories of volumes on this node. */
  async list(): Promise<string[]> {
    const { disk, memory } = this.#options.directories;
    return [...new Set([...(await disk.uids()), ...(await memory.uids())])];
  }

  async #checkPending(uid: string, volumes: Pending['volumes']): Promise<void> {
    const now = this.#options.clock.monotonic();
    const since = this.#pending.get(uid)?.since ?? now;
    if (volumes.size === 0) return void this.#pending.delete(uid);
    const isLate = now - since >= PATIENCE_MS;
    this.#pending.set(uid, { since: isLate ? now : since, volumes });
    const names = [...volumes.keys()].sort();
    if (!isLate) throw new MountPending(`volumes are being mounted: ${names.join(', ')}`);
    const unattached = names.filter((name) => !volumes.get(name)!.isAttached);
    const message = `unmounted volumes=[${names.join(' ')}], unattached volumes=[${unattached.join(' ')}], failed to process volumes=[]: timed out waiting for the condition`;
    for (const name of unattached)
      if (await volumes.get(name)!.isExhausted()) throw new AttachLimitError(`${FULL}. ${message}`);
    throw new MountError('FailedMount', `Unable to attach or mount volumes: ${message}`);
  }

  async #mount(pod: Pod, volume: Volume, before: Mounted | undefined): Promise<Mounted> {
    if (before) {
      const request = { pod, spec: { ...before.request.spec, volume } };
      await before.plugin.update?.(request);
      return { ...before, request };
    }
    const request = { pod, spec: await this.#specOf(pod, volume) };
    const plugin = this.#pluginFor(request.spec);
    await this.#checkReach(request.spec);
    checkMode(request.spec, plugin);
    checkOptions(request.spec, plugin);
    try {
      return { plugin, request, volume: await plugin.setUp(request) };
    } catch (error) {
      if (error instanceof VolumePending) {
        error.pluginName = fullName(plugin.name, request.spec);
        error.spec = request.spec;
        throw error;
      }
      const { reason, operation } = isBlock(request.spec) ? MAP : MOUNT;
      const name = nameOfVolume(request.spec);
      throw new MountError(reason, failure(name, error, operation), { cause: error });
    }
  }

  /** A claim stays bound to its PersistentVolume: the API is asked about it once, and not again when the volume is there. */
  async #specOf(pod: Pod, volume: Volume): Promise<VolumeSpec> {
    const known = this.#pending.get(podUid(pod))?.volumes.get(volume.name)?.spec;
    return known ? { ...known, volume } : volumeSpec(pod, volume, this.#options.client);
  }

  #pluginFor(spec: VolumeSpec): VolumePlugin {
    const plugin = this.#options.plugins.find((candidate) => candidate.supports(spec));
    if (plugin) return plugin;
    const { atSetUp, message } = refusal(spec);
    throw atSetUp ? new Error(message) : new ClaimError(message);
  }

  /**
   * A pod that was bound without the scheduler may be on a node where another volume has the same path. A driver that has just
   * registered has given the node labels that only the API knows yet.
   */
  async #checkReach(spec: VolumeSpec): Promise<void> {
    const { node, readNode } = this.#options;
    if (isReached(spec, node?.())) return;
    const now = await readNode?.();
    if (now && isReached(spec, now)) return;
    const name = nameOfVolume(spec);
    throw new MountError(
      'FailedMount',
      `MountVolume.NodeAffinity check failed for volume "${name}" : no matching NodeSelectorTerms`,
    );
  }
}

/** As upstream's, which names the driver of a CSI volume as well. */
function fullName(plugin: string, { volume, persistentVolume }: VolumeSpec): string {
  const { driver } = (persistentVolume ? persistentVolume.spec?.csi : volume.csi) ?? {};
  return plugin.replace('~', '/') + (driver ? `:${driver}` : '');
}

/** What no container mounts or has as a device is left alone, as upstream does. */
function usedVolumes(pod: Pod): Volume[] {
  const used = new Set(
    containersOf(pod).flatMap(({ spec: { volumeMounts = [], volumeDevices = [] } }) =>
      [...volumeMounts, ...volumeDevices].map(({ name }) => name),
    ),
  );
  return (specOf(pod).volumes ?? []).filter(({ name }) => used.has(name));
}

const MOUNT = { reason: 'FailedMount', operation: 'MountVolume.SetUp' } as const;
const MAP = { reason: 'FailedMapVolume', operation: 'MapVolume.MapPodDevice' } as const;

function failure(name: string, error: unknown, operation: string = MOUNT.operation): string {
  const message = messageOf(error);
  return error instanceof ClaimError
    ? `Unable to attach or mount volumes: unmounted volumes=[${name}], unattached volumes=[], failed to process volumes=[${name}]: ${message}`
    : `${operation} failed for volume "${name}" : ${message}`;
}

const isReached = ({ persistentVolume }: VolumeSpec, node: Node | undefined): boolean =>
  !persistentVolume || !node || reaches(selectableNode(node), persistentVolume);

function checkMode(spec: VolumeSpec, { devices }: VolumePlugin): void {
  if (!isBlock(spec) || devices) return;
  const why = 'failed to find BlockVolumeMapper plugin. Volume plugin is nil.';
  throw new MountError(
    MAP.reason,
    `MapVolume.FindMapperPluginBySpec ${why} for volume "${nameOfVolume(spec)}"`,
  );
}

function checkOptions(spec: VolumeSpec, plugin: VolumePlugin): void {
  if (isBlock(spec) || plugin.takesMountOptions || mountOptions(spec).length === 0) return;
  const name = nameOfVolume(spec);
  throw new MountError(
    MOUNT.reason,
    `MountVolume.MountOptionSupport check failed for volume "${name}" : Mount options are not supported for this volume type`,
  );
}
