// What is made for a cluster, written to /run before it is made, so that it can be removed after a crash.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type NodesPlan, stateFile } from './plan.ts';

export interface NodesState {
  plan: NodesPlan;
  /** Whether the machine forwarded packets before this cluster came. */
  forwardingBefore: boolean;
}

/** Writes the state; what was before the first of all clusters is kept. */
export async function writeState(state: NodesState): Promise<void> {
  const path = state.plan.stateFile;
  const [earlier] = await listStates();
  const text = JSON.stringify({
    ...state,
    forwardingBefore: earlier?.forwardingBefore ?? state.forwardingBefore,
  });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.tmp`, `${text}\n`);
  await rename(`${path}.tmp`, path);
}

export async function readState(cluster: string): Promise<NodesState | undefined> {
  try {
    return JSON.parse(await readFile(stateFile(cluster), 'utf8')) as NodesState;
  } catch {
    return undefined;
  }
}

export async function removeState(cluster: string): Promise<void> {
  await rm(stateFile(cluster), { force: true });
}

/** The clusters this machine has nodes of, as far as they were written down. */
export async function listStates(): Promise<NodesState[]> {
  const files = await readdir(dirname(stateFile('x'))).catch(() => []);
  const names = files.filter((f) => f.endsWith('.json')).map((f) => basename(f, '.json'));
  return (await Promise.all(names.map(readState))).filter((s) => s !== undefined);
}
