// `tiphys server list`, `tiphys server remove` and `tiphys server token`: the servers of a cluster that has an etcd of its own.
import { Command } from 'commander';
import { DEFAULT_DATA_DIR } from '../../../cluster/server/flags.ts';
import type { PrintedOffer } from '../../../cluster/server/joining/offer-command.ts';
import type { ListedServer } from '../../../cluster/server/members.ts';
import { type Column, type Format, print } from '../../output/print.ts';
import { absolute, goDuration } from '../components/flags.ts';
import { outputOption } from '../options.ts';

interface Given {
  readonly dataDir: string;
  readonly output: Format;
}

const megabytes = (bytes: number | undefined) =>
  bytes === undefined ? '' : `${(bytes / 1e6).toFixed(1)} MB`;

const columns: Column<ListedServer>[] = [
  { title: 'NAME', cell: (s) => s.name || '(new)' },
  { title: 'STATUS', cell: (s) => s.status },
  { title: 'ROLE', cell: (s) => s.role },
  { title: 'ETCD', cell: (s) => s.version ?? '' },
  { title: 'SIZE', cell: (s) => megabytes(s.bytes) },
  { title: 'USED', cell: (s) => megabytes(s.bytesUsed) },
  { title: 'URL', cell: (s) => s.url },
];

const dataDirOption = [
  '--data-dir <dir>',
  'where this machine’s server keeps everything',
  absolute,
  DEFAULT_DATA_DIR,
] as const;

export const listServersCommand = (): Command =>
  new Command('list')
    .description('Show the servers of the cluster: the members of its etcd')
    .option(...dataDirOption)
    .addOption(outputOption())
    .action(async ({ dataDir, output }: Given) => {
      const { listMembers } = await import('../../../cluster/server/members.ts');
      await print(output, await listMembers(dataDir), columns);
    });

export const removeServerCommand = (): Command =>
  new Command('remove')
    .description('Remove a server from the cluster’s etcd: for good, or because it is dead')
    .argument('<name>', 'as tiphys server list shows it')
    .option('--force', 'also if those that are left are too few to go on', false)
    .option(...dataDirOption)
    .action(async (name: string, { dataDir, force }: Given & { force: boolean }) => {
      const { removeMember } = await import('../../../cluster/server/members.ts');
      const removed = await removeMember(dataDir, name, force);
      process.stdout.write(`server ${removed.name || removed.url} removed\n`);
    });

const offerColumns: Column<PrintedOffer>[] = [{ title: 'COMMAND', cell: (offer) => offer.command }];

export const serverTokenCommand = (): Command =>
  new Command('token')
    .description('Let one more machine become a server, and print the command for it')
    .option('--ttl <duration>', 'how long the command works', goDuration, 2 * 3_600_000)
    .option(...dataDirOption)
    .addOption(outputOption())
    .action(async ({ dataDir, ttl, output }: Given & { ttl: number }) => {
      const { printedOffer } = await import('../../../cluster/server/joining/offer-command.ts');
      const offer = await printedOffer(dataDir, ttl);
      if (output === 'table') process.stdout.write(`${offer.command}\n`);
      else await print(output, [offer], offerColumns, offer);
    });
