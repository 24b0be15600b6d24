// The cgroup tree of a node's pods: <root>/kubepods[/burstable|/besteffort]/pod<uid>, on cgroup v1 or v2, by plain
// files. A pod's cgroup is made before its sandbox and removed after it; what a crash left over is removed at start.

import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { qosClassOf } from '../../api/pods/qos-class.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type Pod, podUid } from '../pod.ts';
import { cgroupPath, podCgroup, podUidOf, TIERS, type Tier, tierOf } from './cgroup-names.ts';
import { weightOf } from './cgroup-weight.ts';
import { CPU_PERIOD, type PodLimits, podLimits } from './container-resources.ts';

export interface Cgroups {
  /** The path to give as cgroup_parent; undefined when cgroups are left to the runtime. */
  parentOf(pod: Pod): string | undefined;
  ensure(pod: Pod): Promise<void>;
  /** New limits for a running pod; `widen` only raises them. */
  resize(pod: Pod, how: 'widen' | 'exact'): Promise<void>;
  remove(uid: string): Promise<void>;
  /** Uids of all pods that have a cgroup. */
  list(): Promise<string[]>;
}

/** Leaves cgroups to the runtime: for tests, and where they are not writable. */
export const noCgroups: Cgroups = {
  parentOf: () => undefined,
  ensure: async () => {},
  resize: async () => {},
  remove: async () => {},
  list: async () => [],
};

export interface CgroupOptions {
  /** First part of every path, e.g. /tiphys-node1; '' for the root. */
  readonly root: string;
  readonly mount?: string;
  readonly podPidsLimit?: number;
  readonly log: Logger;
}

const V1_CONTROLLERS = [
  'cpu',
  'cpuacct',
  'memory',
  'pids',
  'cpuset',
  'blkio',
  'devices',
  'freezer',
  'systemd',
  'hugetlb',
  'net_cls,net_prio',
  'perf_event',
];
/**
 * Of version 1: those in which a pod has limits. In the others the runtime makes the pod's cgroup with its first container, and
 * fills an empty cpuset from above.
 */
const LIMITED = ['cpu', 'memory', 'pids'];

/** The mounted trees: one per controller, or '' for the single one of version 2. */
export function hierarchiesOf(mount: string): string[] {
  if (existsSync(join(mount, 'cgroup.controllers'))) return [''];
  return V1_CONTROLLERS.filter((name) => existsSync(join(mount, name, 'cgroup.procs')));
}

const pathOf = (parts: readonly string[]): string => cgroupPath('cgroupfs', parts);

export class CgroupTree implements Cgroups {
  readonly #options: CgroupOptions;
  readonly #mount: string;
  readonly #v2: boolean;
  readonly #hierarchies: string[];
  #made: Promise<void> | undefined;

  constructor(options: CgroupOptions) {
    this.#options = options;
    this.#mount = options.mount ?? '/sys/fs/cgroup';
    this.#hierarchies = hierarchiesOf(this.#mount);
    this.#v2 = this.#hierarchies[0] === '';
  }

  parentOf(pod: Pod): string {
    return pathOf(podCgroup(this.#options.root, qosTier(pod), podUid(pod)));
  }

  async ensure(pod: Pod): Promise<void> {
    // Once for all pods; a failure is not kept, so that the next pod tries again.
    this.#made ??= this.#makeTiers().catch((error: unknown) => {
      this.#made = undefined;
      throw error;
    });
    await this.#made;
    const path = this.parentOf(pod);
    const limited = this.#v2 ? [''] : LIMITED.filter((name) => this.#hierarchies.includes(name));
    await Promise.all(limited.map((name) => mkdir(join(this.#mount, name, path), { recursive: true })));
    await this.#limit(path, podLimits(pod));
  }

  async resize(pod: Pod, how: 'widen' | 'exact'): Promise<void> {
    const limits = podLimits(pod);
    // No limit is the widest; it holds only until the containers have been changed.
    await this.#limit(
      this.parentOf(pod),
      how === 'exact' ? limits : { ...limits, cpuQuota: 0, memory: 0 },
      true,
    );
  }

  async remove(uid: string): Promise<void> {
    const { root } = this.#options;
    await Promise.all(TIERS.map((tier) => this.#removeTree(pathOf(podCgroup(root, tier, uid)))));
  }

  async list(): Promise<string[]> {
    const found = new Set<string>();
    for (const tier of TIERS) {
      const parts = tierOf(this.#options.root, tier);
      for (const hierarchy of this.#hierarchies) {
        for (const name of await readdir(join(this.#mount, hierarchy, pathOf(parts))).catch(() => [])) {
          const uid = podUidOf('cgroupfs', parts, name);
          if (uid !== undefined) found.add(uid);
        }
      }
    }
    return [...found];
  }

  async #makeTiers(): Promise<void> {
    const { root } = this.#options;
    for (const tier of TIERS) await this.#makeTier(pathOf(tierOf(root, tier)));
    const least: [string, string] = this.#v2 ? ['cpu.weight', '1'] : ['cpu.shares', '2'];
    await this.#write('cpu', pathOf(tierOf(root, 'besteffort')), least);
  }

  /** mkdir -p in every hierarchy, able to hold pods; on v1 a new cpuset is unusable until it has cpus and mems. */
  async #makeTier(path: string): Promise<void> {
    const parts = path.split('/').filter(Boolean);
    await Promise.all(
      this.#hierarchies.map(async (hierarchy) => {
        if (!this.#v2 && hierarchy !== 'cpuset') {
          await mkdir(join(this.#mount, hierarchy, path), { recursive: true });
          return;
        }
        let dir = join(this.#mount, hierarchy);
        for (const part of parts) {
          const parent = dir;
          dir = join(dir, part);
          if (this.#v2) await enableControllers(parent);
          if (!existsSync(dir)) await mkdir(dir, { recursive: true });
          if (hierarchy === 'cpuset') await copyCpuset(parent, dir);
        }
        if (this.#v2) await enableControllers(dir);
      }),
    );
  }

  async #limit(path: string, limits: PodLimits, lift = false): Promise<void> {
    const { podPidsLimit } = this.#options;
    const writes: Promise<void>[] = [];
    const put = (controller: string, file: string, value: string) =>
      writes.push(this.#write(controller, path, [file, value]));
    if (this.#v2) {
      put('cpu', 'cpu.weight', String(weightOf(limits.cpuShares)));
      put('cpu', 'cpu.max', `${limits.cpuQuota || 'max'} ${CPU_PERIOD}`);
      if (limits.memory || lift) put('memory', 'memory.max', String(limits.memory || 'max'));
    } else {
      put('cpu', 'cpu.shares', String(limits.cpuShares));
      if (limits.cpuQuota || lift) put('cpu', 'cpu.cfs_quota_us', String(limits.cpuQuota || -1));
      if (limits.memory || lift) put('memory', 'memory.limit_in_bytes', String(limits.memory || -1));
    }
    if (podPidsLimit) put('pids', 'pids.max', String(podPidsLimit));
    await Promise.all(writes);
  }

  async #write(controller: string, path: string, [file, value]: [string, string]): Promise<void> {
    const target = join(this.#mount, this.#v2 ? '' : controller, path, file);
    await writeFile(target, value).catch((error) =>
      this.#options.log.warn('cannot set cgroup limit', { target, value, error: messageOf(error) }),
    );
  }

  /** A cgroup can only be removed once its processes and children are gone. */
  async #removeTree(path: string): Promise<void> {
    await Promise.all(this.#hierarchies.map((hierarchy) => removeDir(join(this.#mount, hierarchy, path))));
  }
}

export async function removeDir(dir: string): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeDir(join(dir, entry.name));
  await rmdir(dir).catch(() => {});
}

async function copyCpuset(parent: string, dir: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const have = await readFile(join(dir, file), 'utf8').catch(() => '');
    if (have.trim()) continue;
    const value = await readFile(join(parent, file), 'utf8').catch(() => '');
    if (value.trim()) await writeFile(join(dir, file), value.trim()).catch(() => {});
  }
}

async function enableControllers(dir: string): Promise<void> {
  const available = await readFile(join(dir, 'cgroup.controllers'), 'utf8').catch(() => '');
  for (const name of available.trim().split(/\s+/).filter(Boolean))
    await writeFile(join(dir, 'cgroup.subtree_control'), `+${name}`).catch(() => {});
}

/** Where the pod lies among the others. */
export function qosTier(pod: Pod): Tier {
  const qos = qosClassOf(pod);
  return qos === 'Guaranteed' ? '' : qos === 'Burstable' ? 'burstable' : 'besteffort';
}
