// `tiphys cloud-controller-manager`
import type { Command } from 'commander';
import type { CloudControllerManagerFlags } from '../../../cluster/standalone/cloud-controller-manager.ts';
import { absolute, electedComponent, goDuration, positiveNumber, switchOption } from './flags.ts';

export const cloudControllerManagerCommand = (): Command =>
  electedComponent('cloud-controller-manager', 'cloud-controller-manager', 10_258)
    .description('Run the controllers of a cloud alone, against any Kubernetes API server')
    .requiredOption('--cloud-provider <name>', 'http: one that you run (docs/cloud-providers.md)')
    .option('--cloud-config <file>', 'where the provider is, and how to reach it', absolute)
    .option('--cluster-name <name>', 'what the provider is told of the cluster', 'kubernetes')
    .option('--controllers <list>', 'names; * for all, -NAME for all but one', (text) => text.split(','), [
      '*',
    ])
    .addOption(switchOption('--allocate-node-cidrs', 'nodes have ranges of pod addresses', false))
    .addOption(switchOption('--configure-cloud-routes', 'the provider makes routes to them', true))
    .option('--cluster-cidr <ranges>', 'where the nodes’ ranges are taken from: one, or IPv4 and IPv6')
    .option('--concurrent-node-syncs <count>', 'nodes looked at at once', positiveNumber, 1)
    .option('--concurrent-service-syncs <count>', 'Services looked at at once', positiveNumber, 1)
    .option('--node-status-update-frequency <time>', 'addresses of nodes; 5m0s', goDuration, 300_000)
    .option('--node-monitor-period <time>', 'machines of nodes that are not ready; 5s', goDuration, 5_000)
    .option('--route-reconciliation-period <time>', 'routes; 10s', goDuration, 10_000)
    .action(async (flags: CloudControllerManagerFlags) => {
      const { runCloudControllerManager } = await import(
        '../../../cluster/standalone/cloud-controller-manager.ts'
      );
      await runCloudControllerManager(flags);
    });
