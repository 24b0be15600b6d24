// `tiphys down`: stops a cluster and removes every process, namespace, mount, cgroup and link of it.
import { Command } from 'commander';
import { forgetCluster } from '../current-cluster.ts';
import { spokenOf } from '../output/progress.ts';
import { knownCluster, nameOption } from './options.ts';

export const downCommand = (): Command =>
  new Command('down')
    .description('Stop a cluster and everything that belongs to it; its data stay unless --purge')
    .addOption(nameOption())
    .option('--purge', 'delete its data and its kubeconfig context too', false)
    .action(async ({ name, purge }: { name: string; purge: boolean }) => {
      const { record } = knownCluster(name);
      const { takeDown } = await import('../../cluster/down.ts');
      const remainder = await spokenOf(`cluster ${name} ends`, takeDown(record, { purge }));
      if (purge) forgetCluster(name);
      const data = remainder ? `; ${remainder.text}` : purge ? ' and its data are gone' : '';
      process.stderr.write(`Cluster ${name} is down${data}.\n`);
      if (remainder && !remainder.empty) process.exitCode = 1;
    });
