// `tiphys server`: the control plane on its own, until a signal ends it.
import { Command } from 'commander';
import { UserError } from '../../../cluster/progress.ts';
import { DEFAULT_DATA_DIR, flagProblem, type ServerFlags } from '../../../cluster/server/flags.ts';
import { absolute, duration, logLevelOption, wholeNumber } from '../components/flags.ts';

interface Given extends Omit<ServerFlags, 'storage' | 'audit'> {
  readonly quotaBackendBytes?: number;
  readonly snapshotEvery?: number;
  readonly snapshotsKept?: number;
  readonly auditPolicy?: string;
  readonly auditLog?: string;
  readonly auditWebhookConfig?: string;
}

const lists = (text: string, all: string[]): string[] => [
  ...all,
  ...text.split(',').map((one) => one.trim()),
];

export const serverCommand = (): Command =>
  new Command('server')
    .description('Run a control plane without nodes; nodes of other machines join it')
    .option('--data-dir <dir>', 'where the server keeps everything', absolute, DEFAULT_DATA_DIR)
    .option('--name <name>', 'of this server among several (default: the host’s name)')
    .option('--bind-address <address>', 'where to listen', '0.0.0.0')
    .option(
      '--advertise-address <address>',
      'where other machines find it (default: that of the default route)',
    )
    .option('--secure-port <port>', 'port to listen on', wholeNumber, 6443)
    .option('--tls-san <names>', 'further names and addresses in its certificate (repeatable)', lists, [])
    .option(
      '--virtual-address <address>',
      'an address of the servers’ network that one living server has; give it to all servers',
    )
    .option(
      '--service-cidr <ranges>',
      'addresses of Services: a range of each family (default: 10.96.0.0/16)',
    )
    .option('--cluster-cidr <ranges>', 'addresses of pods: a range of each family (default: 10.128.0.0/16)')
    .option(
      '--without <components>',
      'leave these to other programs: scheduler, controller-manager, cloud-controller-manager',
      lists,
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
    .option('--audit-policy <file>', 'audit requests as this policy says', absolute)
    .option(
      '--audit-log <file>',
      'where audit events are written (default: audit.log in the data directory)',
      absolute,
    )
    .option('--audit-webhook-config <file>', 'kubeconfig of a server that gets audit events, too', absolute)
    .option(
      '--authentication-config <file>',
      'issuers of tokens that are accepted, and what may be anonymous',
      absolute,
    )
    .option('--authorization-config <file>', 'authorizers in their order (default: Node, RBAC)', absolute)
    .option(
      '--scheduler-config <file>',
      'profiles and plugins of the scheduler (KubeSchedulerConfiguration)',
      absolute,
    )
    .option('--scheduler-plugins <file>', 'scheduler plugins in TypeScript, for profiles to enable', absolute)
    .addOption(logLevelOption())
    .action(async (given: Given) => {
      const flags = flagsOf(given);
      const problem = flagProblem(flags);
      if (problem) throw new UserError(problem);
      const { runServer } = await import('../../run-server.ts');
      await runServer(flags);
    });

function flagsOf(given: Given): ServerFlags {
  const { quotaBackendBytes, snapshotEvery, snapshotsKept, auditPolicy, auditLog, auditWebhookConfig } =
    given;
  return {
    ...given,
    storage: {
      ...(quotaBackendBytes !== undefined && { quotaBytes: quotaBackendBytes }),
      snapshots: {
        ...(snapshotEvery !== undefined && { everyMs: snapshotEvery }),
        ...(snapshotsKept !== undefined && { keep: snapshotsKept }),
      },
    },
    ...(auditPolicy && {
      audit: {
        policy: auditPolicy,
        ...(auditLog && { log: auditLog }),
        ...(auditWebhookConfig && { webhookConfig: auditWebhookConfig }),
      },
    }),
  };
}
