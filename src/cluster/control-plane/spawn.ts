// Starts the control plane's process, which then asks its supervisor for settings.
import type { ChildProcess } from 'node:child_process';
import { clusterPaths, makePrivate } from '../state/paths.ts';
import { spawnOwn } from '../supervisor/spawn.ts';

/** The word that tells its process, before it has settings, that it needs no worker of the embedded store. */
export const ETCD = 'etcd';

/**
 * It logs to the cluster's log. The API server makes much garbage; V8's own young generation, of 3 x 32 MB, makes it no faster
 * than half of that.
 */
export function spawnControlPlane(dataDir: string, store: 'embedded' | 'etcd' = 'embedded'): ChildProcess {
  makePrivate(dataDir);
  const { log } = clusterPaths(dataDir);
  return spawnOwn({
    url: import.meta.url,
    bundled: 'control-plane.mjs',
    semiSpace: 64,
    log,
    words: store === 'etcd' ? [ETCD] : [],
  });
}
