// `tiphys join`
import { Command } from 'commander';
import type { JoinFlags } from '../../../cluster/join/join-flags.ts';
import { absolute, logLevelOption } from '../components/flags.ts';
import { withRuntimeOptions } from '../components/runtime-options.ts';
import { cniOption, podNetworkOption } from '../options.ts';

const repeated = (text: string, all: string[] = []): string[] => [...all, text];
const list = (text: string): string[] => text.split(',').filter(Boolean);

export const joinCommand = (): Command =>
  withRuntimeOptions(
    new Command('join')
      .description('Make this machine a node of a cluster, and run the node (docs/joining.md)')
      .argument(
        '[servers]',
        'HOST:PORT of its servers, with commas between; none where the machine has joined before',
      )
      .option('--token <token>', 'ID.SECRET, from tiphys token create')
      .option('--token-file <file>', 'file with the token', absolute)
      .option('--ca-hash <hash>', 'sha256:HEX of the cluster authority’s key (repeatable)', repeated, [])
      .option(
        '--discovery-file <file>',
        'kubeconfig with the cluster’s authority, in place of --ca-hash',
        absolute,
      )
      .option('--unsafe-skip-ca-verification', 'trust whoever knows the token to be the cluster', false)
      .option('--node-name <name>', 'name of the node (default: the host name)')
      .option('--node-ip <addresses>', 'of the node: one, or one of each family (default: the machine’s)')
      .option('--node-labels <list>', 'labels of the node: key=value,…')
      .option('--register-with-taints <list>', 'taints of the new node: key=value:Effect,…')
      .option('--root-dir <dir>', 'where the node keeps everything', absolute, '/var/lib/tiphys/agent'),
  )
    .option('--cluster-dns <addresses>', 'name servers of pods (default: as the cluster says)', list)
    .option('--cluster-cidr <ranges>', 'addresses of all pods (default: as the cluster says)')
    .option('--pod-cidr <ranges>', 'addresses of this node’s pods (default: those that the cluster gives it)')
    .option('--seccomp-default', 'give containers without a seccomp profile the runtime’s own', false)
    .option('--cloud-provider <name>', 'external: a cloud controller manager initializes the node')
    .option('--provider-id <id>', 'what the cloud calls this machine: PROVIDER://ID')
    .addOption(podNetworkOption())
    .addOption(cniOption())
    .option('--feature-gates <list>', 'features to turn on or off: NAME=true,NAME=false')
    .addOption(logLevelOption())
    .action(async (servers: string | undefined, flags: Omit<JoinFlags, 'servers'>) => {
      const { runJoin } = await import('../../../cluster/join/join.ts');
      await runJoin({ ...flags, servers: list(servers ?? '') });
    });
