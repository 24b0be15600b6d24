// `tiphys controller-manager`
import type { Command } from 'commander';
import type { ControllerManagerFlags } from '../../../cluster/standalone/controller-manager.ts';
import {
  absolute,
  decimalNumber,
  electedComponent,
  goDuration,
  positiveNumber,
  switchOption,
  wholeNumber,
} from './flags.ts';

export const controllerManagerCommand = (): Command =>
  electedComponent('controller-manager', 'kube-controller-manager', 10_257)
    .description('Run the controllers alone, against any Kubernetes API server')
    .option('--controllers <list>', 'names; * for all, -NAME for all but one', (text) => text.split(','), [
      '*',
    ])
    .addOption(
      switchOption('--use-service-account-credentials', 'a service account for each controller', false),
    )
    .addOption(switchOption('--allocate-node-cidrs', 'give nodes ranges of pod addresses', false))
    .option('--cluster-cidr <ranges>', 'where the nodes’ ranges are taken from: one, or IPv4 and IPv6')
    .option('--node-cidr-mask-size <bits>', 'size of a node’s range; 24 for IPv4, 64 for IPv6', wholeNumber)
    .option('--node-cidr-mask-size-ipv4 <bits>', 'size of a node’s IPv4 range', wholeNumber)
    .option('--node-cidr-mask-size-ipv6 <bits>', 'size of a node’s IPv6 range', wholeNumber)
    .option('--root-ca-file <file>', 'authority that service accounts are told to trust', absolute)
    .option('--cluster-signing-cert-file <file>', 'signs certificates that are asked for', absolute)
    .option('--cluster-signing-key-file <file>', 'its key', absolute)
    .option('--concurrent-horizontal-pod-autoscaler-syncs <count>', 'looked at at once', positiveNumber)
    .option('--horizontal-pod-autoscaler-sync-period <time>', 'how often; 15s', goDuration)
    .option('--horizontal-pod-autoscaler-downscale-stabilization <time>', 'window; 5m0s', goDuration)
    .option('--horizontal-pod-autoscaler-tolerance <ratio>', 'deviation without effect; 0.1', decimalNumber)
    .option('--horizontal-pod-autoscaler-cpu-initialization-period <time>', '5m0s', goDuration)
    .option('--horizontal-pod-autoscaler-initial-readiness-delay <time>', '30s', goDuration)
    .option('--node-monitor-grace-period <time>', 'silence after which a node is down; 50s', goDuration)
    .option('--node-startup-grace-period <time>', 'the same for a new node; 1m0s', goDuration)
    .option('--node-eviction-rate <rate>', 'nodes per second and zone; 0.1', decimalNumber)
    .option('--secondary-node-eviction-rate <rate>', 'the same in an unhealthy zone; 0.01', decimalNumber)
    .option('--unhealthy-zone-threshold <share>', 'of nodes that are down; 0.55', decimalNumber)
    .option('--large-cluster-size-threshold <nodes>', 'less in an unhealthy zone: none; 50', wholeNumber)
    .addOption(
      switchOption('--disable-force-detach-on-timeout', 'wait for nodes that are down to unmount', false),
    )
    .option('--cloud-provider <name>', 'external: a cloud controller manager runs beside it')
    .action(async (flags: ControllerManagerFlags) => {
      const { runControllerManager } = await import('../../../cluster/standalone/controller-manager.ts');
      await runControllerManager(flags);
    });
