// Removes nftables tables by their names, in every family, from a network namespace. Called where no network policy is left, and by
// the teardown of a cluster.
import type { NodeExec } from './node-exec.ts';

export async function removeTables(exec: NodeExec, names: readonly string[]): Promise<void> {
  const tables = (await exec(['nft', 'list', 'tables'])).split('\n').filter((line) => isNamed(line, names));
  if (tables.length > 0)
    await exec(['nft', '-f', '-'], { input: tables.map((table) => `delete ${table}\n`).join('') });
}

/** Lines are such as `table ip6 NAME`. */
const isNamed = (line: string, names: readonly string[]): boolean => names.includes(line.split(' ')[2] ?? '');
