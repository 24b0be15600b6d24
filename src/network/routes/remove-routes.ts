// Takes back what the pod network of a cluster has set in a network namespace that outlives the cluster. Called at teardown.
import type { NodeExec } from '../node-exec.ts';
import { changesOf, type Identity } from './changes.ts';
import { readKernel } from './kernel.ts';

export async function removeRoutes(exec: NodeExec, identity: Identity): Promise<void> {
  const nothing = { routes: new Map(), tunnel: undefined, neighbours: new Map(), forwarding: new Map() };
  const { last } = changesOf(nothing, await readKernel(exec, identity), identity);
  for (const { program, lines } of last)
    await exec([program, '-force', '-batch', '-'], { input: `${lines.join('\n')}\n` });
}
