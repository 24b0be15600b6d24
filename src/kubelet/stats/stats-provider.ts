// Measures the node and its pods for the Summary API, metrics and eviction. CPU and memory come from the runtime and the
// node's cgroups; rates are computed here. Nothing is measured in the background.
import type { ContainerRuntime, ContainerStats, PodSandboxStats } from '../../cri/runtime.ts';
import { type Clock, rfc3339 } from '../../kit/clock.ts';
import { type FileSystemUsage, type NodeFiles, nodePath } from '../files/node-files.ts';
import { CONTAINER_NAME, POD_NAME, POD_NAMESPACE, POD_UID } from '../view/labels.ts';
import { Rates } from './rates.ts';
import {
  type CpuStats,
  type FsStats,
  Instant,
  type MemoryStats,
  type PodStats,
  type Summary,
  type VolumeSummary,
} from './summary.ts';
import { type Reading, readCgroup, readMachineUsage } from './usage.ts';

export interface StatsOptions {
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly nodeName: string;
  readonly memoryCapacity: number;
  /** The node's part of the cgroup tree; undefined measures the whole machine. */
  readonly cgroup: string | undefined;
  readonly files: NodeFiles;
  readonly root: string;
}

export class StatsProvider {
  readonly #options: StatsOptions;
  readonly #rates = new Rates();
  readonly #startedAt: number;
  readonly #startTime: string;

  constructor(options: StatsOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#startTime = rfc3339(this.#startedAt);
  }

  /** With `volumes`, also what these say of the pods' volumes, by pod uid. */
  async summary(
    volumes: Promise<ReadonlyMap<string, readonly VolumeSummary[]>> | undefined = undefined,
  ): Promise<Summary> {
    const { runtime, clock, nodeName, files, root } = this.#options;
    const [node, fs, running, stats, sandboxes, ofVolumes] = await Promise.all([
      this.nodeUsage(),
      files.fileSystem(nodePath(root)),
      runtime.listContainers({ state: 'running' }),
      runtime.listContainerStats(),
      runtime.listPodSandboxStats().catch((): PodSandboxStats[] => []),
      volumes,
    ]);
    const now = clock.now();
    const startTimes = new Map(running.map(({ id, createdAt }) => [id, createdAt]));
    // Statistics may contain containers that have ended since.
    const containers = stats.filter(({ attributes }) => startTimes.has(attributes.id));
    return {
      node: {
        nodeName,
        startTime: this.#startTime,
        cpu: this.#cpu('node', now, node.cpuNanoSeconds, this.#startedAt),
        memory: {
          time: new Instant(now),
          usageBytes: node.usageBytes,
          workingSetBytes: node.workingSetBytes,
          availableBytes: Math.max(0, this.#options.memoryCapacity - node.workingSetBytes),
        },
        ...(fs && { fs: fsStats(fs, now), runtime: { imageFs: fsStats(fs, now) } }),
      },
      pods: this.#pods(containers, sandboxes, startTimes, now).map((pod) => {
        const volume = ofVolumes?.get(pod.podRef.uid) ?? [];
        return volume.length > 0 ? { ...pod, volume } : pod;
      }),
    };
  }

  /** Bytes of the containers' writable layers: pod uid → container name → bytes. */
  async writableLayers(): Promise<Map<string, Map<string, number>>> {
    const pods = new Map<string, Map<string, number>>();
    for (const { attributes, writableLayer } of await this.#options.runtime.listContainerStats()) {
      const uid = attributes.labels[POD_UID] ?? '';
      const name = attributes.labels[CONTAINER_NAME] ?? attributes.metadata.name;
      const layers = pods.get(uid) ?? new Map<string, number>();
      pods.set(uid, layers.set(name, writableLayer?.usedBytes ?? 0));
    }
    return pods;
  }

  async nodeUsage(): Promise<Reading> {
    const { cgroup } = this.#options;
    return (cgroup !== undefined && (await readCgroup(cgroup))) || readMachineUsage();
  }

  #pods(
    containers: readonly ContainerStats[],
    sandboxes: readonly PodSandboxStats[],
    startTimes: ReadonlyMap<string, number>,
    now: number,
  ): PodStats[] {
    const pods = new Map<string, PodStats>();
    const seen = new Set(['node']);
    for (const stats of containers) {
      const { labels, id } = stats.attributes;
      seen.add(id);
      const startedAt = startTimes.get(id) ?? 0;
      this.#podOf(pods, labels, rfc3339(startedAt)).containers.push(this.#container(stats, startedAt));
    }
    for (const { attributes, linux } of sandboxes) {
      const pod = pods.get(attributes.labels[POD_UID] ?? '');
      if (!pod) continue;
      seen.add(attributes.id);
      const network = linux?.network;
      const { name, rxBytes = 0, txBytes = 0, rxErrors = 0, txErrors = 0 } = network?.defaultInterface ?? {};
      if (network && name)
        pod.network = {
          time: new Instant(network.timestamp || now),
          name,
          rxBytes,
          rxErrors,
          txBytes,
          txErrors,
        };
      if (linux?.process) pod.process_stats = { process_count: linux.process.processCount ?? 0 };
    }
    for (const pod of pods.values()) addTotals(pod);
    // Samples of containers that are gone would pile up.
    this.#rates.keep(seen);
    return [...pods.values()];
  }

  #podOf(pods: Map<string, PodStats>, labels: Readonly<Record<string, string>>, startTime: string): PodStats {
    const uid = labels[POD_UID] ?? '';
    const found = pods.get(uid);
    if (found) return found;
    const podRef = { name: labels[POD_NAME] ?? '', namespace: labels[POD_NAMESPACE] ?? '', uid };
    const made: PodStats = { podRef, startTime, containers: [] };
    pods.set(uid, made);
    return made;
  }

  #container(
    { attributes, cpu, memory, writableLayer }: ContainerStats,
    startedAt: number,
  ): PodStats['containers'][number] {
    const { id, labels, metadata } = attributes;
    return {
      name: labels[CONTAINER_NAME] ?? metadata.name,
      startTime: new Instant(startedAt),
      ...(cpu && { cpu: this.#cpu(id, cpu.timestamp, cpu.usageCoreNanoSeconds ?? 0, startedAt) }),
      ...(memory && { memory: memoryStats(memory) }),
      ...(writableLayer?.timestamp && {
        rootfs: {
          time: new Instant(writableLayer.timestamp),
          usedBytes: writableLayer.usedBytes ?? 0,
          inodesUsed: writableLayer.inodesUsed ?? 0,
        },
      }),
    };
  }

  #cpu(key: string, at: number, total: number, since: number): CpuStats {
    return {
      time: new Instant(at),
      usageNanoCores: this.#rates.of(key, at, total, since),
      usageCoreNanoSeconds: total,
    };
  }
}

function memoryStats(memory: NonNullable<ContainerStats['memory']>): MemoryStats {
  const { timestamp, workingSetBytes = 0, usageBytes, rssBytes, pageFaults, majorPageFaults } = memory;
  return {
    time: new Instant(timestamp),
    usageBytes: usageBytes || workingSetBytes,
    workingSetBytes,
    ...(rssBytes !== undefined && { rssBytes }),
    ...(pageFaults !== undefined && { pageFaults }),
    ...(majorPageFaults !== undefined && { majorPageFaults }),
  };
}

function addTotals(pod: PodStats): void {
  const time = pod.containers[0]?.cpu?.time;
  if (!time) return;
  const sum = (read: (c: PodStats['containers'][number]) => number | undefined) =>
    pod.containers.reduce((total, container) => total + (read(container) ?? 0), 0);
  pod.cpu = {
    time,
    usageNanoCores: sum((c) => c.cpu?.usageNanoCores),
    usageCoreNanoSeconds: sum((c) => c.cpu?.usageCoreNanoSeconds),
  };
  pod.memory = {
    time,
    usageBytes: sum((c) => c.memory?.usageBytes),
    workingSetBytes: sum((c) => c.memory?.workingSetBytes),
  };
}

const fsStats = (fs: FileSystemUsage, now: number): FsStats => ({
  time: new Instant(now),
  availableBytes: fs.availableBytes,
  capacityBytes: fs.capacityBytes,
  usedBytes: fs.usedBytes,
  inodes: fs.inodes,
  inodesFree: fs.inodesFree,
  inodesUsed: fs.inodes - fs.inodesFree,
});
