// Evicts pods when the machine's memory runs short, and pods that exceed their ephemeral-storage or emptyDir limits. Both
// are checked every 10 seconds, apart: measuring what a pod has written may take long. Only pods with a limit are measured.
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { podDirectory } from '../containers/mounts.ts';
import { podLogDirectory } from '../containers/sandbox-config.ts';
import { type NodeFiles, nodePath } from '../files/node-files.ts';
import type { NodePressure } from '../node/pressure.ts';
import { type Pod, type PodFailure, podLabel, podUid } from '../pod.ts';
import { diskEmptyDirs, type StorageUse, storageExcess, storageLimits } from './local-storage.ts';
import { rankForMemory } from './rank.ts';

export interface EvictionOptions {
  /** Bytes that must stay available; 0 = never evict for memory. */
  readonly memoryThreshold: number;
  readonly availableMemory: () => Promise<number>;
  readonly usages: () => Promise<ReadonlyMap<string, number>>;
  /** Bytes of the writable layers: pod uid → container name → bytes. */
  readonly writableLayers: () => Promise<ReadonlyMap<string, ReadonlyMap<string, number>>>;
  readonly pods: () => readonly Pod[];
  readonly evict: (pod: Pod, failure: PodFailure, graceSeconds: number) => void;
  readonly pressure: NodePressure;
  /** Bytes that volumes of a pod take on disk, by name. */
  readonly volumeBytes: (pod: Pod, names: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readonly files: NodeFiles;
  /** Holds pods/<uid>. */
  readonly root: string;
  /** Where pods' logs are. */
  readonly logs: string;
  readonly log: Logger;
}

/** Checks in a row without shortage that end the pressure: 5 minutes at 10 s (upstream's transition period). */
const RELIEF_CHECKS = 30;
/** Checks to wait after an eviction, until the memory of the evicted pod is free. */
const PAUSE_CHECKS = 2;

export class EvictionManager {
  readonly #options: EvictionOptions;
  #pressureChecks = 0;
  #pause = 0;

  constructor(options: EvictionOptions) {
    this.#options = options;
  }

  async checkMemory(): Promise<void> {
    const { memoryThreshold, availableMemory, pressure } = this.#options;
    if (memoryThreshold <= 0) return;
    const available = await availableMemory();
    if (available >= memoryThreshold) this.#pressureChecks = Math.max(0, this.#pressureChecks - 1);
    else {
      this.#pressureChecks = RELIEF_CHECKS;
      if (this.#pause-- <= 0) await this.#evictOne(available);
    }
    pressure.memory = this.#pressureChecks > 0;
  }

  /** One pod at a time: the next check may find that it was enough. */
  async #evictOne(available: number): Promise<void> {
    const { usages, pods, evict, memoryThreshold, log } = this.#options;
    const used = await usages();
    const ranked = rankForMemory(pods().map((pod) => ({ pod, memoryBytes: used.get(podUid(pod)) ?? 0 })));
    const [first] = ranked;
    if (!first) return;
    this.#pause = PAUSE_CHECKS;
    const message = `The node was low on resource: memory. Threshold quantity: ${memoryThreshold}, available: ${Math.floor(available / 1024)}Ki. `;
    log.warn('evicting a pod', { pod: first.pod.metadata.name, message });
    evict(first.pod, { reason: 'Evicted', message, disruption: 'TerminationByKubelet' }, 0);
  }

  async checkStorage(): Promise<void> {
    const { pods, writableLayers } = this.#options;
    const limited = pods().filter(
      (pod) => storageLimits(pod).size > 0 || diskEmptyDirs(pod).some((v) => v.emptyDir?.sizeLimit),
    );
    if (limited.length === 0) return;
    const layers = limited.some((pod) => storageLimits(pod).size > 0) ? await writableLayers() : new Map();
    for (const pod of limited) await this.#evictIfFull(pod, layers.get(podUid(pod)) ?? new Map());
  }

  /** A pod whose files cannot be measured does not keep the others from it. */
  async #evictIfFull(pod: Pod, layers: ReadonlyMap<string, number>): Promise<void> {
    const { evict, log } = this.#options;
    try {
      const message = storageExcess(pod, await this.#storageUse(pod, layers));
      if (message) evict(pod, { reason: 'Evicted', message, disruption: 'TerminationByKubelet' }, 0);
    } catch (error) {
      log.warn('storage of a pod not measured', { pod: podLabel(pod), error: messageOf(error) });
    }
  }

  async #storageUse(pod: Pod, layers: ReadonlyMap<string, number>): Promise<StorageUse> {
    const { files, root, logs, volumeBytes } = this.#options;
    const names = diskEmptyDirs(pod).map(({ name }) => name);
    const containers = new Map<string, number>();
    for (const [name, bytes] of layers) {
      const logged = await files.diskUsage(nodePath(podLogDirectory(logs, pod), name));
      containers.set(name, bytes + logged.bytes);
    }
    const own = podDirectory(root, podUid(pod));
    const podFiles = await Promise.all(
      ['etc-hosts', 'containers'].map((name) => files.diskUsage(nodePath(own, name))),
    );
    return {
      emptyDirs: await volumeBytes(pod, names),
      containers,
      podFiles: podFiles.reduce((total, { bytes }) => total + bytes, 0),
    };
  }
}
