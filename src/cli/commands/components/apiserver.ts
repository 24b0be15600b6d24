// `tiphys apiserver`
import { join } from 'node:path';
import { Command } from 'commander';

import type { ApiServerFlags } from '../../../cluster/standalone/apiserver.ts';
import { withAccessFlags } from './access-flags.ts';
import { absolute, logLevelOption, switchOption, wholeNumber } from './flags.ts';

const logPath = (path: string): string => (path === '-' ? path : absolute(path));

const list = (text: string): string[] => text.split(',').filter((part) => part !== '');

type Given = Omit<ApiServerFlags, 'certDir' | 'advertiseAddress'> & Partial<ApiServerFlags>;

export const apiserverCommand = (): Command =>
  withAccessFlags(new Command('apiserver'))
    .description('Run the API server alone, with its store or on etcd')
    .requiredOption('--data-dir <dir>', 'where the store is kept, and the socket for its commands', absolute)
    .option('--etcd-servers <urls>', 'etcd in place of the store in DATA: URLs, comma separated', list)
    .option('--etcd-cafile <file>', "verifies etcd's certificates", absolute)
    .option('--etcd-certfile <file>', "this server's certificate for etcd", absolute)
    .option('--etcd-keyfile <file>', 'its key', absolute)
    .option('--etcd-prefix <prefix>', 'of all keys in etcd', '/registry')
    .option('--cert-dir <dir>', 'keys, certificates and kubeconfigs (default: DATA/pki)', absolute)
    .option('--bind-address <address>', 'where to listen', '127.0.0.1')
    .option('--secure-port <port>', 'port to listen on', wholeNumber, 6443)
    .option('--advertise-address <address>', 'where nodes and pods find it (default: --bind-address)')
    .option(
      '--service-cluster-ip-range <ranges>',
      'addresses of Services: one range, or one of each family',
      '10.96.0.0/16',
    )
    .option('--kubelet-certificate-authority <file>', 'verifies kubelets (default: nobody does)', absolute)
    .option(
      '--service-account-key-file <file>',
      'key whose tokens are accepted (repeatable)',
      (file, all: string[] = []) => [...all, absolute(file)],
    )
    .option('--service-account-signing-key-file <file>', 'key that signs tokens', absolute)
    .option(
      '--service-account-signing-endpoint <path>',
      'socket of a signer of tokens, in place of keys in files; @NAME is an abstract one',
    )
    .option(
      '--quota-backend-bytes <bytes>',
      'data beyond which writes are refused (default: 2 GiB)',
      wholeNumber,
    )
    .option('--encryption-provider-config <file>', 'how objects are encrypted in the store', absolute)
    .addOption(
      switchOption('--encryption-provider-config-automatic-reload', 'take up changes of that file', false),
    )
    .option('--runtime-config <list>', 'APIs to serve or not: api/beta=true,networking.k8s.io/v1beta1=true')
    .option('--feature-gates <list>', 'features to turn on or off: NAME=true,NAME=false')
    .option('--audit-policy-file <file>', 'which requests are audited', absolute)
    .option('--audit-log-path <file>', 'where audit events are written; - for standard output', logPath)
    .option('--audit-log-maxsize <megabytes>', 'size at which the audit log is rotated', wholeNumber, 100)
    .option('--audit-log-maxbackup <n>', 'rotated audit logs that are kept (0: all)', wholeNumber, 0)
    .option('--audit-log-maxage <days>', 'how long rotated audit logs are kept (0: for ever)', wholeNumber, 0)
    .addOption(switchOption('--audit-log-truncate-enabled', 'leave the objects out of long events', false))
    .option('--audit-log-truncate-max-event-size <bytes>', 'what is long (default: 102400)', wholeNumber)
    .option('--audit-webhook-config-file <file>', 'kubeconfig of the server that gets events', absolute)
    .addOption(
      switchOption('--audit-webhook-truncate-enabled', 'leave the objects out of long events', false),
    )
    .option('--audit-webhook-truncate-max-event-size <bytes>', 'what is long (default: 102400)', wholeNumber)
    .addOption(switchOption('--audit-webhook-batch-throttle-enable', 'limit how often events are sent', true))
    .option('--audit-webhook-batch-throttle-qps <n>', 'batches of events a second', Number, 10)
    .option('--audit-webhook-batch-throttle-burst <n>', 'batches at once after a pause', wholeNumber, 15)
    .addOption(logLevelOption())
    .action(async (given: Given) => {
      const { runApiServer } = await import('../../../cluster/standalone/apiserver.ts');
      await runApiServer({
        ...given,
        certDir: given.certDir ?? join(given.dataDir, 'pki'),
        advertiseAddress: given.advertiseAddress ?? given.bindAddress,
      });
    });
