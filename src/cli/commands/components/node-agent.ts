// `tiphys node-agent`
import { Command } from 'commander';
import type { NodeAgentFlags } from '../../../cluster/standalone/node-agent.ts';
import { cniOption, podNetworkOption } from '../options.ts';
import { absolute, logLevelOption } from './flags.ts';
import { withRuntimeOptions } from './runtime-options.ts';

export const nodeAgentCommand = (): Command =>
  withRuntimeOptions(
    new Command('node-agent')
      .description('Make this machine a node of any Kubernetes cluster')
      .requiredOption('--kubeconfig <file>', 'how to reach the API server', absolute)
      .option('--node-name <name>', 'name of the node (default: the host name)')
      .option('--hostname-override <name>', 'the same, as the kubelet calls it')
      .option('--root-dir <dir>', 'where the node keeps everything', absolute, '/var/lib/tiphys/node-agent'),
  )
    .option('--cluster-dns <addresses>', 'name servers of pods (default: one that it runs)', (text) =>
      text.split(','),
    )
    .option('--cluster-domain <domain>', 'domain of the cluster’s names', 'cluster.local')
    .option('--seccomp-default', 'give containers without a seccomp profile the runtime’s own', false)
    .option('--cloud-provider <name>', 'external: a cloud controller manager initializes the node')
    .option('--provider-id <id>', 'what the cloud calls this machine: PROVIDER://ID')
    .option('--node-ip <addresses>', 'of the node: one, or one of each family (default: the machine’s)')
    .option(
      '--cluster-cidr <ranges>',
      'addresses of all pods of the cluster: one range, or one of each family',
    )
    .option('--pod-cidr <ranges>', 'addresses of this node’s pods: likewise')
    .addOption(podNetworkOption())
    .addOption(cniOption())
    .option('--client-ca-file <file>', 'vouches for callers (default: as in the kubeconfig)', absolute)
    .option('--tls-cert-file <file>', 'certificate of the kubelet (default: self-signed)', absolute)
    .option('--tls-private-key-file <file>', 'its key', absolute)
    .option('--feature-gates <list>', 'features to turn on or off: NAME=true,NAME=false')
    .addOption(logLevelOption())
    .action(async (flags: NodeAgentFlags) => {
      const { runNodeAgent } = await import('../../../cluster/standalone/node-agent.ts');
      await runNodeAgent(flags);
    });
