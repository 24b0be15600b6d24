// `tiphys cluster list|use`: the clusters of this machine, and which one commands mean.
import { Command } from 'commander';
import type { ListedCluster } from '../../../cluster/cluster-list.ts';
import { currentCluster, useCluster } from '../../current-cluster.ts';
import { nodeSummary } from '../../output/node-summary.ts';
import { type Column, type Format, print } from '../../output/print.ts';
import { knownCluster, outputOption } from '../options.ts';

interface Row extends ListedCluster {
  readonly current: boolean;
  /** As kubectl shows it. */
  readonly age: string;
}

const columns: Column<Row>[] = [
  { title: 'CURRENT', cell: (c) => (c.current ? '*' : '') },
  { title: 'NAME', cell: (c) => c.name },
  { title: 'STATE', cell: (c) => c.state },
  { title: 'NODES', cell: (c) => nodeSummary(c.nodes) },
  { title: 'VERSION', cell: (c) => c.version ?? '' },
  { title: 'API', cell: (c) => c.api },
  { title: 'AGE', cell: (c) => c.age },
  { title: 'MEMORY', cell: (c) => `${Math.round(c.memoryBytes / (1 << 20))} MiB` },
];

const listCommand = () =>
  new Command('list')
    .alias('ls')
    .description('List the clusters of this machine')
    .addOption(outputOption())
    .action(async ({ output }: { output: Format }) => {
      const { listClusters } = await import('../../../cluster/cluster-list.ts');
      const { since } = await import('../../../api/columns/printer.ts');
      const { systemClock } = await import('../../../kit/clock.ts');
      const found = await listClusters();
      const rows = found
        .map(
          (one): Row => ({
            current: one.name === currentCluster(),
            ...one,
            age: one.created ? since(one.created, systemClock.now()) : '',
          }),
        )
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      if (rows.length === 0 && output === 'table')
        process.stderr.write('No clusters on this machine; tiphys up starts one.\n');
      else await print(output, rows, columns);
      // A connection to an API server that does not answer would keep this process until its own, longer time-out.
      process.exit(0);
    });

const useCommand = () =>
  new Command('use')
    .description(
      'Make this cluster the one that commands mean without --name, and its context kubectl’s current one',
    )
    .argument('<name>', 'name of the cluster')
    .action(async (name: string) => {
      const { record, paths } = knownCluster(name);
      const { useContext } = await import('../../../cluster/cluster-kubeconfigs.ts');
      const { kubeconfigPath } = await import('../../../client/kubeconfig/kubeconfig-path.ts');
      const path = record.kubeconfig ?? kubeconfigPath(process.env);
      await useContext(path, name, paths.kubeconfig);
      useCluster(name);
      process.stderr.write(
        `Commands without --name mean cluster ${name} now, and ${path} has its context as the current one.\n`,
      );
    });

export const clusterCommand = (): Command =>
  new Command('cluster')
    .description('List the clusters of this machine, or choose one')
    .addCommand(listCommand())
    .addCommand(useCommand());
