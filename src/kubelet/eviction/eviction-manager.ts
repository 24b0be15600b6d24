// Watches memory of the machine and the sizes of limited emptyDirs; evicts pods when there is too little of the one or
// too much of the other. Looks every 10 seconds, and only at what somebody has limited.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { wholeValue } from '../../api/quantity/quantity.ts';
import type { Logger } from '../../kit/log.ts';
import { podDirectory } from '../containers/mounts.ts';
import { type Pod, type PodFailure, podUid, specOf } from '../pod.ts';
import { rankForMemory } from './rank.ts';

export interface EvictionOptions {
  /** Bytes that must stay available; 0 = never evict for memory. */
  readonly memoryThreshold: number;
  readonly availableMemory: () => Promise<number>;
  readonly usages: () => Promise<ReadonlyMap<string, number>>;
  readonly pods: () => readonly Pod[];
  readonly evict: (pod: Pod, failure: PodFailure, graceSeconds: number) => void;
  readonly onPressure: () => void;
  readonly root: string;
  readonly log: Logger;
}

/** How many looks in a row without shortage end the pressure: 5 minutes at 10 s. */
const RELIEF_LOOKS = 30;
/** After an eviction the next one waits this many looks. */
const PAUSE_LOOKS = 2;

export class EvictionManager {
  readonly #options: EvictionOptions;
  #pressureLooks = 0;
  #pause = 0;

  constructor(options: EvictionOptions) {
    this.#options = options;
  }

  get memoryPressure(): boolean {
    return this.#pressureLooks > 0;
  }

  async look(): Promise<void> {
    await this.#checkMemory();
    for (const pod of this.#options.pods()) await this.#checkEmptyDirs(pod);
  }

  async #checkMemory(): Promise<void> {
    const { memoryThreshold, availableMemory, onPressure } = this.#options;
    if (memoryThreshold <= 0) return;
    const available = await availableMemory();
    const before = this.memoryPressure;
    if (available >= memoryThreshold) this.#pressureLooks = Math.max(0, this.#pressureLooks - 1);
    else {
      this.#pressureLooks = RELIEF_LOOKS;
      if (this.#pause-- <= 0) await this.#evictOne(available);
    }
    if (before !== this.memoryPressure) onPressure();
  }

  async #evictOne(available: number): Promise<void> {
    const { usages, pods, evict, memoryThreshold, log } = this.#options;
    const used = await usages();
    const ranked = rankForMemory(pods().map((pod) => ({ pod, memoryBytes: used.get(podUid(pod)) ?? 0 })));
    const [first] = ranked;
    if (!first) return;
    this.#pause = PAUSE_LOOKS;
    const message = `The node was low on resource: memory. Threshold quantity: ${memoryThreshold}, available: ${Math.floor(available / 1024)}Ki. `;
    log.warn('evicting a pod', { pod: first.pod.metadata.name, message });
    evict(first.pod, { reason: 'Evicted', message, disruption: 'TerminationByKubelet' }, 0);
  }

  async #checkEmptyDirs(pod: Pod): Promise<void> {
    const { root, evict } = this.#options;
    for (const { name, emptyDir } of specOf(pod).volumes ?? []) {
      const limit = wholeValue(emptyDir?.sizeLimit ?? '0');
      if (limit <= 0 || emptyDir?.medium === 'Memory') continue;
      const dir = join(podDirectory(root, podUid(pod)), 'volumes', 'kubernetes.io~empty-dir', name);
      if ((await sizeOf(dir)) <= limit) continue;
      const message = `Usage of EmptyDir volume "${name}" exceeds the limit "${emptyDir?.sizeLimit}". `;
      evict(pod, { reason: 'Evicted', message, disruption: 'TerminationByKubelet' }, 0);
      return;
    }
  }
}

/** Bytes that a directory takes on disk. */
async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return 0;
  let bytes = found.blocks * 512;
  if (!found.isDirectory()) return bytes;
  for (const name of await readdir(path).catch(() => [] as string[])) bytes += await sizeOf(join(path, name));
  return bytes;
}
