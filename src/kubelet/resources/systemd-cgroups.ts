// The cgroups of a node's pods where systemd makes cgroups: kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podUID.slice.
// Slices and their limits are systemd's, since it would undo what others write. Chosen by assemble.ts for the driver systemd.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Pod, podUid } from '../pod.ts';
import { cgroupPath, podCgroup, podUidOf, sliceName, TIERS, tierOf } from './cgroup-names.ts';
import { type Cgroups, hierarchiesOf, qosTier, removeDir } from './cgroups.ts';
import { podLimits } from './container-resources.ts';
import { limitProperties, type Slices } from './slices.ts';

export interface SystemdCgroupsOptions {
  /** As for cgroupfs: '' for the root of all. */
  readonly root: string;
  readonly slices: Slices;
  readonly mount?: string;
  readonly podPidsLimit?: number;
}

export class SystemdCgroups implements Cgroups {
  readonly #options: SystemdCgroupsOptions;
  readonly #mount: string;
  readonly #v2: boolean;
  readonly #hierarchies: readonly string[];
  #made: Promise<void> | undefined;

  constructor(options: SystemdCgroupsOptions) {
    this.#options = options;
    this.#mount = options.mount ?? '/sys/fs/cgroup';
    this.#hierarchies = hierarchiesOf(this.#mount);
    this.#v2 = this.#hierarchies[0] === '';
  }

  parentOf(pod: Pod): string {
    return cgroupPath('systemd', this.#parts(pod));
  }

  async ensure(pod: Pod): Promise<void> {
    // Once for all pods; a failure is not kept, so that the next pod tries again.
    this.#made ??= this.#makeTiers().catch((error: unknown) => {
      this.#made = undefined;
      throw error;
    });
    await this.#made;
    await this.#put(pod, 'exact', false);
  }

  resize(pod: Pod, how: 'widen' | 'exact'): Promise<void> {
    return this.#put(pod, how, true);
  }

  async remove(uid: string): Promise<void> {
    const { root, slices } = this.#options;
    for (const tier of TIERS) {
      const parts = podCgroup(root, tier, uid);
      const path = cgroupPath('systemd', parts);
      const there = await Promise.all(
        this.#hierarchies.map((hierarchy) =>
          readdir(join(this.#mount, hierarchy, path)).catch(() => undefined),
        ),
      );
      if (!there.some(Boolean)) continue;
      await slices.stop(sliceName(parts));
      // The runtime makes the pod's cgroup in hierarchies, too, that systemd leaves alone.
      await Promise.all(this.#hierarchies.map((hierarchy) => removeDir(join(this.#mount, hierarchy, path))));
    }
  }

  async list(): Promise<string[]> {
    const found = new Set<string>();
    for (const tier of TIERS) {
      const parts = tierOf(this.#options.root, tier);
      for (const hierarchy of this.#hierarchies) {
        const directory = join(this.#mount, hierarchy, cgroupPath('systemd', parts));
        for (const name of await readdir(directory).catch(() => [] as string[])) {
          const uid = podUidOf('systemd', parts, name);
          if (uid !== undefined) found.add(uid);
        }
      }
    }
    return [...found];
  }

  #parts(pod: Pod): string[] {
    return podCgroup(this.#options.root, qosTier(pod), podUid(pod));
  }

  /** A slice lies in the one that its name tells: systemd makes those above it. */
  async #makeTiers(): Promise<void> {
    const { root, slices } = this.#options;
    for (const tier of TIERS) {
      const least = limitProperties({ cpuShares: 2, cpuQuota: 0, memory: 0 }, { v2: this.#v2 });
      await slices.put(sliceName(tierOf(root, tier)), tier === 'besteffort' ? least : []);
    }
  }

  /** No limit is the widest; it holds only until the containers have been changed. */
  async #put(pod: Pod, how: 'widen' | 'exact', lift: boolean): Promise<void> {
    const { slices, podPidsLimit: pids } = this.#options;
    const limits = podLimits(pod);
    const wanted = how === 'exact' ? limits : { ...limits, cpuQuota: 0, memory: 0 };
    await slices.put(sliceName(this.#parts(pod)), limitProperties(wanted, { v2: this.#v2, lift, pids }));
  }
}
