// `tiphys server`: the control plane on its own, until a signal ends it.
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { CLIENT_PORT, PEER_PORT } from '../../../cluster/etcd-member/member-flags.ts';
import { UserError } from '../../../cluster/progress.ts';
import { DEFAULT_DATA_DIR, flagProblem, type ServerFlags } from '../../../cluster/server/flags.ts';
import { absolute, duration, logLevelOption, wholeNumber } from '../components/flags.ts';
import { listServersCommand, removeServerCommand, serverTokenCommand } from './members.ts';

interface Given extends Omit<ServerFlags, 'storage' | 'audit' | 'etcd'> {
  readonly tokenFile?: string;
  readonly certificateKeyFile?: string;
  readonly etcdServers: readonly string[];
  readonly etcdCafile?: string;
  readonly etcdCertfile?: string;
  readonly etcdKeyfile?: string;
  readonly etcdPrefix?: string;
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

const repeated = (text: string, all: string[]): string[] => [...all, text];

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
    .option('--cluster-init', 'store everything in an etcd of the servers’ own, which this one founds', false)
    .option('--server <url>', 'join the cluster of this server: https://HOST:6443')
    .addOption(
      new Option('--token <token>', 'lets this machine join, from tiphys server token').env('TIPHYS_TOKEN'),
    )
    .option('--token-file <file>', 'where the token is, in place of --token', absolute)
    .option('--ca-hash <hash>', 'of the cluster’s authority: sha256:… (repeatable)', repeated, [])
    .addOption(
      new Option('--certificate-key <key>', 'opens what the cluster has for this server').env(
        'TIPHYS_CERTIFICATE_KEY',
      ),
    )
    .option('--certificate-key-file <file>', 'where the key is, in place of --certificate-key', absolute)
    .option(
      '--cluster-reset',
      'forget all other members of etcd, of which a majority is lost, and end',
      false,
    )
    .option('--cluster-reset-restore-path <file>', 'go on from this snapshot then', absolute)
    .option('--etcd-client-port <port>', 'of the servers’ own etcd', wholeNumber, CLIENT_PORT)
    .option('--etcd-peer-port <port>', 'of the servers’ own etcd, for other members', wholeNumber, PEER_PORT)
    .option('--etcd-servers <urls>', 'an etcd that others look after: URLs with commas between', lists, [])
    .option('--etcd-cafile <file>', 'authority of its certificates', absolute)
    .option('--etcd-certfile <file>', 'certificate of this server', absolute)
    .option('--etcd-keyfile <file>', 'its key', absolute)
    .option('--etcd-prefix <prefix>', 'before all keys (default: /registry)')
    .option(
      '--load-balancer-pool <ranges>',
      'addresses that nodes announce for LoadBalancer Services: ranges with commas between',
      lists,
      [],
    )
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
    .option(
      '--manifests <dir>',
      'keep the manifests and charts in it applied (default: DATA/manifests)',
      absolute,
    )
    .option('--scheduler-plugins <file>', 'scheduler plugins in TypeScript, for profiles to enable', absolute)
    .addOption(logLevelOption())
    .enablePositionalOptions()
    .addCommand(listServersCommand())
    .addCommand(removeServerCommand())
    .addCommand(serverTokenCommand())
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
    ...secretsOf(given),
    ...etcdOf(given),
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

/** Words of a command line can be seen by all users of the machine. */
function secretsOf({
  tokenFile,
  certificateKeyFile,
  ...given
}: Given): Pick<ServerFlags, 'token' | 'certificateKey'> {
  // Processes that this one starts have no use for them.
  for (const name of ['TIPHYS_TOKEN', 'TIPHYS_CERTIFICATE_KEY']) delete process.env[name];
  const token = tokenFile ? readFileSync(tokenFile, 'utf8').trim() : given.token;
  const certificateKey = certificateKeyFile
    ? readFileSync(certificateKeyFile, 'utf8').trim()
    : given.certificateKey;
  return { ...(token && { token }), ...(certificateKey && { certificateKey }) };
}

function etcdOf(given: Given): Pick<ServerFlags, 'etcd'> {
  const { etcdServers: endpoints, etcdCafile: ca, etcdCertfile: cert, etcdKeyfile: key, etcdPrefix } = given;
  if (endpoints.length === 0) return {};
  if ((ca || cert || key) && !(ca && cert && key))
    throw new UserError('--etcd-cafile, --etcd-certfile and --etcd-keyfile: give all three, or none');
  return {
    etcd: {
      endpoints,
      ...(ca && cert && key && { tls: { ca, cert, key } }),
      ...(etcdPrefix && { prefix: etcdPrefix }),
    },
  };
}
