// `tiphys up`: boots a cluster and stays with it, or leaves it running in the background.

import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { type Family, prefixOf } from '../../api/addresses/prefix.ts';
import { kubeconfigPath } from '../../client/kubeconfig/kubeconfig-path.ts';
import type { AddressOptions } from '../../cluster/addressing/address-options.ts';
import { spawnControlPlane } from '../../cluster/control-plane/spawn.ts';
import { type ClusterOptions, optionProblem } from '../../cluster/options.ts';
import { UserError } from '../../cluster/progress.ts';
import { defaultDataDir } from '../../cluster/state/paths.ts';
import { systemClock } from '../../kit/clock.ts';
import { duration, wholeNumber } from './components/flags.ts';
import { cniOption, nameOption, podNetworkOption } from './options.ts';

interface UpOptions {
  name: string;
  nodes: number;
  isolated: boolean;
  host: boolean;
  podNetwork: ClusterOptions['podNetwork'];
  cni: ClusterOptions['cni'];
  seccompDefault: boolean;
  accessLog: boolean;
  detach: boolean;
  file: string[];
  ipFamilies?: readonly Family[];
  clusterCidr?: readonly string[];
  serviceCidr?: readonly string[];
  dataDir?: string;
  apiPort: number;
  kubeconfig: string | false;
  logLevel: ClusterOptions['logLevel'];
  without: ClusterOptions['without'];
  quotaBackendBytes?: number;
  snapshotEvery?: number;
  snapshotsKept?: number;
  encrypt: boolean;
  featureGates?: string;
  runtimeConfig?: string;
  schedulerConfig?: string;
  schedulerPlugins?: string;
  simulatedNodes: number;
  simulatedNodesConfig?: string;
  loadBalancerPool: string[];
  authenticationConfig?: string;
  authorizationConfig?: string;
  auditPolicy?: string;
  auditLog?: string;
  auditWebhookConfig?: string;
}

export const upCommand = (): Command =>
  new Command('up')
    .description('Boot a cluster, or continue one that stopped')
    .addOption(nameOption())
    .option('--nodes <n>', 'how many nodes, each in namespaces of its own (0: the API only)', wholeNumber, 1)
    .option(
      '-f, --file <path>',
      'apply this manifest or directory once the API is up (repeatable)',
      (f, all: string[]) => [...all, f],
      [],
    )
    .option('-d, --detach', 'return when the cluster is ready and leave it running', false)
    .option('--isolated', 'give nodes no route to the outside', false)
    .option('--host', 'one node that uses this machine’s own namespaces', false)
    .addOption(podNetworkOption())
    .addOption(cniOption())
    .option('--seccomp-default', 'give containers without a seccomp profile the runtime’s own', false)
    .option(
      '--access-log',
      'log requests of Ingresses and Gateways to access.log in the data directory',
      false,
    )
    .option(
      '--ip-families <list>',
      'of pods’ and Services’ addresses: IPv4 (default), IPv6, IPv4,IPv6 or IPv6,IPv4',
      listOf,
    )
    .option('--cluster-cidr <ranges>', 'addresses of pods: a range of each family', listOf)
    .option('--service-cidr <ranges>', 'addresses of Services: a range of each family', listOf)
    .option('--api-port <port>', 'port of the API on 127.0.0.1 (0: any free one)', wholeNumber, 0)
    .option('--data-dir <dir>', 'where the cluster keeps everything (default: /var/lib/tiphys/NAME)')
    .addOption(
      new Option('--kubeconfig <file>', 'merge a context into this file').default(
        kubeconfigPath(process.env),
      ),
    )
    .option(
      '--without <components>',
      'leave these to other programs: scheduler, controller-manager, cloud-controller-manager',
      (text) => text.split(','),
      [],
    )
    .option(
      '--quota-backend-bytes <bytes>',
      'data beyond which writes are refused (default: 2 GiB)',
      wholeNumber,
    )
    .option('--snapshot-every <duration>', 'from one automatic snapshot to the next (default: 6h)', duration)
    .option('--snapshots-kept <n>', 'automatic snapshots that are kept (default: 5; 0: none)', wholeNumber)
    .option('--encrypt', 'encrypt Secrets in the store, now and at every later start', false)
    .option('--runtime-config <list>', 'APIs to serve or not: api/beta=true,networking.k8s.io/v1beta1=true')
    .option('--feature-gates <list>', 'features to turn on or off: NAME=true,NAME=false')
    .option('--audit-policy <file>', 'audit requests as this policy says')
    .option('--audit-log <file>', 'where audit events are written (default: audit.log in the data directory)')
    .option('--audit-webhook-config <file>', 'kubeconfig of a server that gets audit events, too')
    .option(
      '--authentication-config <file>',
      'issuers of tokens that are accepted, and what may be anonymous',
    )
    .option('--authorization-config <file>', 'authorizers in their order (default: Node, RBAC)')
    .option('--scheduler-config <file>', 'profiles and plugins of the scheduler (KubeSchedulerConfiguration)')
    .option('--scheduler-plugins <file>', 'scheduler plugins in TypeScript, for profiles to enable')
    .option(
      '--simulated-nodes <n>',
      'nodes on which pods only seem to run, besides the others',
      wholeNumber,
      0,
    )
    .option('--simulated-nodes-config <file>', 'their size, delays and failures (SimulatedNodes)')
    .option(
      '--load-balancer-pool <ranges>',
      'addresses for LoadBalancer Services that nodes announce: 192.0.2.10-192.0.2.50,2001:db8::/120 (repeatable)',
      (text, all: string[]) => [...all, ...text.split(',').map((range) => range.trim())],
      [],
    )
    .option('--no-kubeconfig', 'leave kubeconfig files alone')
    .addOption(
      new Option('--log-level <level>', 'how much to log')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .action(async (given: UpOptions) => {
      const options = clusterOptions(given);
      const problem = optionProblem(options);
      if (problem) throw new UserError(problem);
      await checkFlags(options);
      const files = given.file.map((file) => resolve(file));
      if (given.detach) return (await import('../run-detached.ts')).runDetached(options);
      // The control plane loads while this process loads the nodes' part.
      const controlPlane = spawnControlPlane(options.dataDir);
      const { runInForeground } = await import('../run-cluster.ts');
      await runInForeground(options, files, controlPlane);
    });

/** What only other processes use is checked here: their own words would be in the log. */
async function checkFlags({
  featureGates,
  runtimeConfig,
  schedulerConfig,
  schedulerPlugins,
  simulatedNodes,
}: ClusterOptions): Promise<void> {
  if (simulatedNodes.config)
    (await import('../../cluster/simulated-nodes/config.ts')).simulationSettings(simulatedNodes.config);
  const gates = featureGates
    ? (await import('../../cluster/feature-gates.ts')).featureGates(featureGates)
    : undefined;
  if (schedulerConfig || schedulerPlugins) {
    const files = {
      ...(schedulerConfig && { schedulerConfig }),
      ...(schedulerPlugins && { schedulerPlugins }),
    };
    const { schedulerFiles } = await import('../../cluster/control-plane/scheduler-config.ts');
    await schedulerFiles(files, systemClock, gates);
  }
  if (runtimeConfig) await (await import('../../cluster/runtime-config.ts')).servedApis(runtimeConfig);
}

const listOf = (text: string): string[] => text.split(',').map((part) => part.trim());

/** Families that are not named are those of the ranges. */
function addressOptions({ ipFamilies, clusterCidr, serviceCidr }: UpOptions): AddressOptions {
  const ranges = serviceCidr ?? clusterCidr ?? [];
  const found = ranges.flatMap((range) => prefixOf(range)?.family ?? []);
  return {
    families: ipFamilies ?? (found.length > 0 ? [...new Set(found)] : ['IPv4']),
    ...(clusterCidr && { clusterCidrs: clusterCidr }),
    ...(serviceCidr && { serviceCidrs: serviceCidr }),
  };
}

function clusterOptions(given: UpOptions): ClusterOptions {
  return {
    name: given.name,
    nodes: given.nodes,
    isolated: given.isolated,
    host: given.host,
    podNetwork: given.podNetwork,
    cni: given.cni,
    seccompDefault: given.seccompDefault,
    accessLog: given.accessLog,
    ...addressOptions(given),
    dataDir: resolve(given.dataDir ?? defaultDataDir(given.name)),
    apiPort: given.apiPort,
    kubeconfig: given.kubeconfig === false ? undefined : resolve(given.kubeconfig),
    logLevel: given.logLevel,
    without: given.without,
    storage: {
      ...(given.quotaBackendBytes !== undefined && { quotaBytes: given.quotaBackendBytes }),
      snapshots: {
        ...(given.snapshotEvery !== undefined && { everyMs: given.snapshotEvery }),
        ...(given.snapshotsKept !== undefined && { keep: given.snapshotsKept }),
      },
    },
    encrypt: given.encrypt,
    loadBalancerPool: given.loadBalancerPool,
    ...(given.authenticationConfig && { authenticationConfig: resolve(given.authenticationConfig) }),
    ...(given.authorizationConfig && { authorizationConfig: resolve(given.authorizationConfig) }),
    ...(given.featureGates && { featureGates: given.featureGates }),
    ...(given.runtimeConfig && { runtimeConfig: given.runtimeConfig }),
    ...(given.schedulerConfig && { schedulerConfig: resolve(given.schedulerConfig) }),
    ...(given.schedulerPlugins && { schedulerPlugins: resolve(given.schedulerPlugins) }),
    simulatedNodes: {
      count: given.simulatedNodes,
      ...(given.simulatedNodesConfig && { config: resolve(given.simulatedNodesConfig) }),
    },
    ...(given.auditPolicy && {
      audit: {
        policy: resolve(given.auditPolicy),
        ...(given.auditLog && { log: resolve(given.auditLog) }),
        ...(given.auditWebhookConfig && { webhookConfig: resolve(given.auditWebhookConfig) }),
      },
    }),
  };
}
