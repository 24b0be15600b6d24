// `tiphys certs`: when certificates end, and their renewal; the columns are those of `kubeadm certs check-expiration`.
import { resolve } from 'node:path';
import { Argument, Command, Option } from 'commander';
import type { Expiration } from '../../cluster/pki/expirations.ts';
import { rotateServiceAccountKey, STEPS, type Step } from '../../cluster/pki/service-account-keys.ts';
import { systemClock } from '../../kit/clock.ts';
import { type Column, type Format, print } from '../output/print.ts';
import { knownCluster, nameOption, outputOption } from './options.ts';

interface CertsOptions {
  readonly name: string;
  readonly certDir?: string;
}

const DAY = 86_400_000;
const YEAR = 365 * DAY;

export const certsCommand = (): Command =>
  new Command('certs')
    .description('Show when certificates expire, or renew them')
    .addCommand(
      subcommand('check-expiration', 'List certificates with their expiration')
        .alias('check')
        .addOption(outputOption())
        .action(async (options: CertsOptions & { output: Format }) => {
          const { expirations } = await import('../../cluster/pki/expirations.ts');
          await print(options.output, expirations(directoryOf(options)), columns);
        }),
    )
    .addCommand(
      subcommand(
        'renew',
        'Renew one certificate, or all; a running cluster takes them up within half a minute',
      )
        .argument('<certificate>', 'all, or a name that check-expiration lists')
        .action(async (certificate: string, options: CertsOptions) => {
          const { renewCertificates } = await import('../../cluster/pki/expirations.ts');
          for (const name of renewCertificates(directoryOf(options), certificate, systemClock))
            process.stderr.write(`certificate ${name} renewed\n`);
        }),
    )
    .addCommand(
      subcommand(
        'rotate-service-account-key',
        'Take the next step to another key for service account tokens: publish a new one, sign with it, retire the old one',
      )
        .addArgument(new Argument('<step>').choices(STEPS))
        .option('--force', 'retire a key while its tokens may be in use', false)
        .action(async (step: Step, options: CertsOptions & { force: boolean }) => {
          rotateServiceAccountKey(directoryOf(options), step, systemClock, options.force);
          process.stderr.write(`${NEXT[step]}\n`);
        }),
    );

const NEXT: Readonly<Record<Step, string>> = {
  publish:
    'The new key is published within half a minute. Sign with it when everybody who verifies tokens has read it (an hour).',
  sign: 'The new key signs within half a minute. Retire the old one when its tokens have ended (a year).',
  retire:
    'The old key is not accepted any more within half a minute. Delete the tokens in Secrets of the type kubernetes.io/service-account-token: they are made anew.',
};

const subcommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .addOption(nameOption())
    .addOption(new Option('--cert-dir <dir>', 'directory of certificates (default: the cluster’s)'));

const directoryOf = ({ name, certDir }: CertsOptions): string =>
  certDir ? resolve(certDir) : knownCluster(name).paths.pki;

const columns: Column<Expiration>[] = [
  { title: 'CERTIFICATE', cell: ({ name }) => name },
  {
    title: 'EXPIRES',
    cell: ({ notAfter }) => `${new Date(notAfter).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  },
  { title: 'RESIDUAL TIME', cell: ({ notAfter }) => residual(notAfter - systemClock.now()) },
  { title: 'CERTIFICATE AUTHORITY', cell: ({ authority }) => authority ?? '' },
];

function residual(ms: number): string {
  if (ms <= 0) return '<expired>';
  if (ms >= YEAR) return `${Math.floor(ms / YEAR)}y`;
  if (ms >= DAY) return `${Math.floor(ms / DAY)}d`;
  return `${Math.floor(ms / 3_600_000)}h`;
}
