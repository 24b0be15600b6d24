// What is made for a cluster, written to /run before it is made, so that it can be removed after a crash.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Family } from '../../api/addresses/prefix.ts';
import type { Found } from './kernel-forwarding.ts';
import { type NodesPlan, stateFile } from './plan.ts';

export interface NodesState {
  plan: NodesPlan;
  /**
   * Whether the machine forwarded packets of a family before the first cluster came that needs it. Notes of versions that knew IPv4 only
   * are without.
   */
  forwarding?: Partial<Record<Family, Found>>;
}

/** Writes the state; what was before the first of all clusters is kept. Returns what was written. */
export async function writeState({ plan, forwarding = {} }: NodesState): Promise<NodesState> {
  const path = plan.stateFile;
  const earlier = await listStates();
  const found = Object.entries(forwarding).map(([family, now]) => [
    family,
    earlier.map((state) => state.forwarding?.[family as Family]).find(Boolean) ?? now,
  ]);
  const state: NodesState = { plan, forwarding: Object.fromEntries(found) };
  const text = JSON.stringify(state);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.tmp`, `${text}\n`);
  await rename(`${path}.tmp`, path);
  return state;
}

/** Whether some cluster still needs the machine to forward. */
export const isForwarded = (family: Family, states: readonly NodesState[]): boolean =>
  states.some(({ forwarding }) => (forwarding ? family in forwarding : family === 'IPv4'));

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
