// What every node and every running pod uses now, for whoever keeps it (the dashboard's charts). Whether somebody may see it is not
// asked here. Called through measures.ts.
import { Pace } from '../../kit/clock.ts';
import { isRunning, type MetricsOptions, nodeOf } from './metrics-api.ts';
import { nodeUsage, podUsage } from './usage.ts';

export interface CpuAndMemory {
  /** Cores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

export interface AllUsage {
  readonly nodes: ReadonlyMap<string, CpuAndMemory>;
  /** By `namespace/name`. What cannot be measured is left out. */
  readonly pods: ReadonlyMap<string, CpuAndMemory>;
}

const NANO = 1e9;

export async function usageOfAll({ nodes, pods, samples, clock }: MetricsOptions): Promise<AllUsage> {
  const names = nodes.cache.items().map(({ name }) => name);
  await samples.refresh(names);
  const pace = new Pace(clock);
  const found = { nodes: new Map<string, CpuAndMemory>(), pods: new Map<string, CpuAndMemory>() };
  for (const name of names) {
    const pair = samples.pair(name);
    const usage = pair && nodeUsage(pair);
    if (usage) found.nodes.set(name, { cpu: usage.cpu / NANO, memory: usage.memory });
  }
  for (const item of pods.cache.items()) {
    const pair = isRunning(item) ? samples.pair(nodeOf(item.object)) : undefined;
    const key = `${item.namespace}/${item.name}`;
    const usages = pair && podUsage(pair, key);
    if (usages) {
      let [cpu, memory] = [0, 0];
      for (const usage of usages.values()) {
        cpu += usage.cpu / NANO;
        memory += usage.memory;
      }
      found.pods.set(key, { cpu, memory });
    }
    const rest = pace.rest();
    if (rest) await rest;
  }
  return found;
}
