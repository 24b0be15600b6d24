// Removes what was written for policies in a network namespace. Called where no policy is left, and by the teardown of a node that
// uses the machine's own namespace.
import type { NodeExec } from '../node-exec.ts';
import { TABLE_NAME } from './rules/family.ts';

export async function removePolicyTables(exec: NodeExec): Promise<void> {
  const tables = (await exec(['nft', 'list', 'tables'])).split('\n');
  for (const table of tables.filter((line) => line.endsWith(` ${TABLE_NAME}`)))
    await exec(['nft', 'delete', ...table.split(' ')]);
}
