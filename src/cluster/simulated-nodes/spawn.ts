// Starts the process of the simulated nodes, which then asks its supervisor for settings. Nothing else of it is loaded here.
import type { ChildProcess } from 'node:child_process';
import { clusterPaths } from '../state/paths.ts';
import { spawnOwn } from '../supervisor/spawn.ts';

/** It logs to the cluster's log. */
export function spawnSimulatedNodes(dataDir: string): ChildProcess {
  const { log } = clusterPaths(dataDir);
  return spawnOwn({ url: import.meta.url, bundled: 'simulated-nodes.mjs', semiSpace: 16, log });
}
