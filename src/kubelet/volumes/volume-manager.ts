// Makes a pod's volumes on the node and keeps what comes from the API up to date; takes them away when the pod has
// ended. Mounting is repeatable: a worker calls it on every sync.
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Volume } from '../../api/kinds/core/v1/volume.ts';
import { wholeValue } from '../../api/quantity/quantity.ts';
import type { Client } from '../../client/client.ts';
import type { Clock } from '../../kit/clock.ts';
import { type Pod, podName, podNamespace, podUid, specOf } from '../pod.ts';
import { podLimits } from '../resources/container-resources.ts';
import { writeAtomically } from './atomic-writer.ts';
import { claimedVolume } from './claim.ts';
import { applyFsGroup } from './fs-group.ts';
import { checkHostPath } from './host-path.ts';
import { gatherPayload, type ProjectionContext, projectedSources } from './projection.ts';
import { resolveSubPathIn } from './sub-path.ts';

/** Other things may lie beside pods' directories. */
const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface MountedVolume {
  readonly path: string;
  readonly readOnly: boolean;
  /** Finds a subPath where the kubelet itself cannot look into the volume. */
  readonly resolve?: (subPath: string) => Promise<string>;
}

export type MountedVolumes = ReadonlyMap<string, MountedVolume>;

export interface VolumeManagerOptions extends ProjectionContext {
  readonly client: Client;
  readonly clock: Clock;
  /** Holds pods/<uid>/volumes. */
  readonly root: string;
  /** On a tmpfs: secrets, tokens and projected volumes never touch a disk. */
  readonly secrets: string;
  /** Runs mount and umount where the containers will see it. */
  readonly nodeExec: (command: readonly string[]) => Promise<string>;
}

/** Volumes could not be made: becomes a FailedMount event. */
export class MountError extends Error {}

export class VolumeManager {
  readonly #options: VolumeManagerOptions;
  readonly #memory = new Map<string, Set<string>>();
  readonly #made = new Map<string, Map<string, MountedVolume>>();
  #stamp = 0;

  constructor(options: VolumeManagerOptions) {
    this.#options = options;
  }

  async mount(pod: Pod): Promise<MountedVolumes> {
    const done = this.#made.get(podUid(pod)) ?? new Map<string, MountedVolume>();
    this.#made.set(podUid(pod), done);
    await Promise.all(
      (specOf(pod).volumes ?? []).map(async (volume) => {
        const source = projectedSources(volume);
        if (done.has(volume.name) && !source) return;
        try {
          const made = source ? await this.#project(pod, volume, source) : await this.#make(pod, volume);
          if (made) done.set(volume.name, made);
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          throw new MountError(`MountVolume.SetUp failed for volume "${volume.name}" : ${message}`, {
            cause: error,
          });
        }
      }),
    );
    return done;
  }

  async unmount(uid: string): Promise<void> {
    for (const path of await this.#memoryMounts(uid))
      await this.#options.nodeExec(['umount', path]).catch(() => {});
    this.#memory.delete(uid);
    this.#made.delete(uid);
    this.#options.tokens.forget(uid);
    await Promise.all([
      rm(join(this.#options.secrets, uid), { recursive: true, force: true }),
      rm(join(this.#options.root, 'pods', uid, 'volumes'), { recursive: true, force: true }),
    ]);
  }

  /** When a token in one of the pod's volumes is due for renewal. */
  renewAt(uid: string): number | undefined {
    return this.#options.tokens.renewAt(uid);
  }

  /** Takes away everything of a pod that is forgotten. */
  async removePod(uid: string): Promise<void> {
    await this.unmount(uid);
    await rm(join(this.#options.root, 'pods', uid), { recursive: true, force: true });
  }

  /** Uids of pods that have volumes on this node. */
  async list(): Promise<string[]> {
    const dirs = [this.#options.secrets, join(this.#options.root, 'pods')];
    const names = await Promise.all(dirs.map((dir) => readdir(dir).catch(() => [] as string[])));
    return [...new Set(names.flat())].filter((name) => UID.test(name));
  }

  async #project(
    pod: Pod,
    volume: Volume,
    source: NonNullable<ReturnType<typeof projectedSources>>,
  ): Promise<MountedVolume> {
    const payload = await gatherPayload(pod, source, this.#options);
    const path = this.#pathOf(pod, volume);
    const gid = specOf(pod).securityContext?.fsGroup;
    await writeAtomically(path, payload, this.#nextStamp(), gid === undefined ? {} : { gid });
    // No container may write here, whatever its mount says: the kubelet, as root, follows the links that lie in it.
    return { path, readOnly: true };
  }

  #pathOf(pod: Pod, volume: Volume): string {
    const { root, secrets } = this.#options;
    const uid = podUid(pod);
    if (volume.secret) return join(secrets, uid, 'kubernetes.io~secret', volume.name);
    if (volume.projected) return join(secrets, uid, 'kubernetes.io~projected', volume.name);
    const plugin = volume.configMap ? 'configmap' : volume.downwardAPI ? 'downward-api' : 'empty-dir';
    return join(root, 'pods', uid, 'volumes', `kubernetes.io~${plugin}`, volume.name);
  }

  #nextStamp(): string {
    const time = new Date(this.#options.clock.now()).toISOString().replace(/[-:.TZ]/g, '_');
    return `${time}.${++this.#stamp}`;
  }

  async #make(pod: Pod, volume: Volume): Promise<MountedVolume | undefined> {
    if (volume.emptyDir) return this.#emptyDir(pod, volume, volume.emptyDir);
    if (volume.hostPath) {
      await checkHostPath(volume.hostPath);
      return { path: volume.hostPath.path, readOnly: false };
    }
    const claim = volume.persistentVolumeClaim?.claimName ?? ephemeralClaim(pod, volume);
    if (claim) return this.#claim(pod, claim, volume.persistentVolumeClaim?.readOnly ?? false);
    if (volume.image) return undefined;
    const plugin = Object.keys(volume).find((key) => key !== 'name') ?? 'none';
    throw new Error(`volume plugin ${plugin} is not supported on this node`);
  }

  async #claim(pod: Pod, name: string, readOnly: boolean): Promise<MountedVolume> {
    const found = await claimedVolume(this.#options.client, podNamespace(pod), name);
    const { fsGroup, fsGroupChangePolicy } = specOf(pod).securityContext ?? {};
    if (found.fsGroup && fsGroup !== undefined && !readOnly)
      await applyFsGroup(found.path, fsGroup, fsGroupChangePolicy);
    return { path: found.path, readOnly: readOnly || found.readOnly };
  }

  async #emptyDir(
    pod: Pod,
    volume: Volume,
    { medium, sizeLimit }: NonNullable<Volume['emptyDir']>,
  ): Promise<MountedVolume> {
    const path = this.#pathOf(pod, volume);
    await mkdir(path, { recursive: true });
    if (medium === 'Memory') await this.#mountMemory(pod, path, sizeLimit);
    await chmod(path, 0o777);
    const gid = specOf(pod).securityContext?.fsGroup;
    if (gid !== undefined) await applyFsGroup(path, gid);
    if (medium !== 'Memory') return { path, readOnly: false };
    const resolve = (subPath: string) => resolveSubPathIn(this.#options.nodeExec, path, subPath);
    return { path, readOnly: false, resolve };
  }

  /** Done in the node's mount namespace, once: a new kubelet finds the mount of the old one. */
  async #mountMemory(pod: Pod, path: string, sizeLimit: string | undefined): Promise<void> {
    const uid = podUid(pod);
    if ((await this.#memoryMounts(uid)).has(path)) return;
    const limits = [wholeValue(sizeLimit ?? '0'), podLimits(pod).memory].filter((bytes) => bytes > 0);
    const size = limits.length > 0 ? [`size=${Math.min(...limits)}`] : [];
    // Outside the node nobody sees the mount, so mode and group must come with it.
    const gid = specOf(pod).securityContext?.fsGroup;
    const access = gid === undefined ? ['mode=0777'] : ['mode=2777', `gid=${gid}`];
    const options = [...size, ...access].join();
    await this.#options.nodeExec(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', path]);
    const mounts = this.#memory.get(uid) ?? new Set();
    this.#memory.set(uid, mounts.add(path));
  }

  async #memoryMounts(uid: string): Promise<ReadonlySet<string>> {
    const known = this.#memory.get(uid);
    if (known) return known;
    const marker = `/pods/${uid}/volumes/`;
    const needed = await readdir(
      join(this.#options.root, 'pods', uid, 'volumes', 'kubernetes.io~empty-dir'),
    ).catch(() => [] as string[]);
    if (needed.length === 0) return new Set();
    const table = await this.#options.nodeExec(['cat', '/proc/self/mounts']).catch(() => '');
    const paths = table.split('\n').map((line) => line.split(' ')[1] ?? '');
    const found = new Set(paths.filter((path) => path.includes(marker)));
    this.#memory.set(uid, found);
    return found;
  }
}

const ephemeralClaim = (pod: Pod, volume: Volume): string | undefined =>
  volume.ephemeral ? `${podName(pod)}-${volume.name}` : undefined;
