// Starts the control plane's process, which then asks its supervisor for settings.
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { clusterPaths, makePrivate } from '../state/paths.ts';
import { spawnSupervised } from '../supervisor/spawn.ts';

/** Runs main.ts, as it is in a clone or in the bundle; it logs to the cluster's log. */
export function spawnControlPlane(dataDir: string): ChildProcess {
  makePrivate(dataDir);
  const main = import.meta.url.endsWith('.ts') ? './main.ts' : './control-plane.mjs';
  // The node agent's young generation (bin/tiphys) is too small for the API server, which makes much garbage; V8's own, of
  // 3 x 32 MB, makes it no faster than half of that.
  const others = process.execArgv.filter((flag) => !flag.startsWith('--max-semi-space-size'));
  const flags = [...others, '--max-semi-space-size=16'];
  const output = openSync(clusterPaths(dataDir).log, 'a');
  try {
    const script = fileURLToPath(new URL(main, import.meta.url));
    return spawnSupervised([process.execPath, ...flags, script], output);
  } finally {
    closeSync(output);
  }
}
