// `tiphys status`: the clusters of this machine.
import { Command } from 'commander';
import { listRecords } from '../../cluster/state/registry.ts';
import { type ClusterStatus, clusterStatus } from '../../cluster/status.ts';
import { type Column, type Format, print } from '../output/print.ts';
import { knownCluster, outputOption } from './options.ts';

const columns: Column<ClusterStatus>[] = [
  { title: 'NAME', cell: (c) => c.name },
  { title: 'STATUS', cell: (c) => c.status },
  { title: 'API', cell: (c) => c.api },
  { title: 'NODES', cell: (c) => c.nodes.map((n) => `${n.name} (${n.status})`).join(', ') },
  { title: 'PODS', cell: (c) => (c.pods === undefined ? '' : String(c.pods)) },
  { title: 'DATA', cell: (c) => c.dataDir },
];

export const statusCommand = (): Command =>
  new Command('status')
    .description('Show the clusters of this machine, or one of them')
    .option('--name <name>', 'only this cluster')
    .addOption(outputOption())
    .action(async ({ name, output }: { name?: string; output: Format }) => {
      const records = name ? [knownCluster(name).record] : listRecords();
      const rows = await Promise.all(records.map(clusterStatus));
      if (rows.length === 0 && output === 'table')
        process.stderr.write('No clusters on this machine; tiphys up starts one.\n');
      else print(output, rows, columns);
      if (rows.some((row) => row.status !== 'Running')) process.exitCode = 3;
    });
