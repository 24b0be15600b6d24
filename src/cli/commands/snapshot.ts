// `tiphys snapshot save|list|check|restore`: copies of what a cluster has stored.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { AutomaticSnapshot } from '../../cluster/backup/snapshot-files.ts';
import type { SnapshotProgress } from '../../cluster/backup/store-routes.ts';
import { callControl } from '../../cluster/control/client.ts';
import { DEFAULT_DATA_DIR } from '../../cluster/server/flags.ts';
import { clusterPaths, defaultDataDir } from '../../cluster/state/paths.ts';
import { readRecord } from '../../cluster/state/registry.ts';
import { systemClock } from '../../kit/clock.ts';
import { currentCluster } from '../current-cluster.ts';
import { type Column, type Format, print } from '../output/print.ts';
import { wholeNumber } from './components/flags.ts';
import { nameOption, outputOption } from './options.ts';

interface Where {
  readonly name: string;
  readonly dataDir?: string;
}

interface Summary {
  readonly file: string;
  readonly revision: number;
  readonly entries: number;
  readonly bytes?: number;
  readonly savedAt?: number;
}

const columns: Column<Summary>[] = [
  { title: 'FILE', cell: (s) => s.file },
  { title: 'REVISION', cell: (s) => String(s.revision) },
  { title: 'KEYS', cell: (s) => String(s.entries) },
];

const dataDirOption = [
  '--data-dir <dir>',
  'the data directory (default: the one of the cluster of that name, or of this machine’s server)',
] as const;

/** The directory named, or that of the cluster of that name, which need not run; on a machine with a server and no such cluster the server's. */
export function dataDirOf({ name, dataDir }: Where): string {
  const known = dataDir ?? readRecord(name)?.dataDir;
  if (known) return resolve(known);
  const own = defaultDataDir(name);
  const isServers = name === currentCluster() && !existsSync(own) && existsSync(DEFAULT_DATA_DIR);
  return isServers ? DEFAULT_DATA_DIR : own;
}

const saveCommand = () =>
  new Command('save')
    .description('Save everything that a running cluster has stored, as of now; secrets are in it')
    .argument('<file>', 'where to; replaced if it exists')
    .addOption(nameOption())
    .option(...dataDirOption)
    .addOption(outputOption())
    .action(async (file: string, options: Where & { output: Format }) => {
      const socket = clusterPaths(dataDirOf(options)).storeControl;
      const saving = callControl(socket, 'save', { file: resolve(file) });
      const stop = showProgress(socket);
      try {
        const saved = (await saving) as Summary;
        await print(options.output, [saved], columns, saved);
      } finally {
        stop();
      }
    });

/** Shows on a terminal how much is written. */
function showProgress(socket: string): () => void {
  if (!process.stderr.isTTY) return () => {};
  const timer = systemClock.every(500, async () => {
    const { bytes } = (await callControl(socket, 'progress').catch(() => ({}))) as SnapshotProgress;
    if (bytes) process.stderr.write(`\r${(bytes / 1e6).toFixed(0)} MB`);
  });
  return () => {
    timer.cancel();
    process.stderr.write('\r\x1b[K');
  };
}

const listColumns: Column<AutomaticSnapshot>[] = [
  { title: 'SAVED', cell: (s) => new Date(s.savedAt).toISOString().replace(/\.\d+Z/, 'Z') },
  { title: 'REVISION', cell: (s) => String(s.revision) },
  { title: 'BYTES', cell: (s) => String(s.bytes) },
  { title: 'FILE', cell: (s) => s.file },
];

const listCommand = () =>
  new Command('list')
    .description('Show the snapshots that a cluster has saved by itself')
    .addOption(nameOption())
    .option(...dataDirOption)
    .addOption(outputOption())
    .action(async (options: Where & { output: Format }) => {
      const { automaticSnapshots } = await import('../../cluster/backup/snapshot-files.ts');
      await print(options.output, await automaticSnapshots(dataDirOf(options)), listColumns);
    });

const checkCommand = () =>
  new Command('check')
    .description('Read a snapshot from beginning to end and say whether it is whole')
    .argument('<file>')
    .addOption(outputOption())
    .action(async (file: string, { output }: { output: Format }) => {
      const { checkSnapshot } = await import('../../cluster/backup/stopped-store.ts');
      const summary = { file, ...(await checkSnapshot(file)) };
      await print(output, [summary], columns, summary);
    });

interface RestoreOptions extends Where {
  readonly bumpRevision: number;
  readonly replace: boolean;
  readonly engine?: 'embedded' | 'etcd';
  readonly output: Format;
}

const restoreCommand = () =>
  new Command('restore')
    .description('Make the store of a cluster that does not run from a snapshot')
    .argument('<file>')
    .addOption(nameOption())
    .option(...dataDirOption)
    .option(
      '--bump-revision <n>',
      'go on so many revisions later, for clients that have seen newer ones than the snapshot’s',
      wholeNumber,
      0,
    )
    .option('--replace', 'move a store that is there aside', false)
    .addOption(
      new Option(
        '--engine <engine>',
        'of a server: where its next start has the data (default: as before)',
      ).choices(['embedded', 'etcd']),
    )
    .addOption(outputOption())
    .action(async (file: string, options: RestoreOptions) => {
      const { restoreServer } = await import('../../cluster/server/restore.ts');
      const { bumpRevision: bump, replace, engine, output } = options;
      const dataDir = dataDirOf(options);
      const { movedTo, ...restored } = await restoreServer({ file, dataDir, bump, replace }, engine);
      const summary = { file, ...restored, revision: restored.shown, ...(movedTo && { movedTo }) };
      await print(output, [summary], columns, summary);
      if (movedTo && output === 'table') process.stderr.write(`The store that was there is ${movedTo}.\n`);
    });

export const snapshotCommand = (): Command =>
  new Command('snapshot')
    .description('Save, list, check and restore what a cluster has stored')
    .addCommand(saveCommand())
    .addCommand(listCommand())
    .addCommand(checkCommand())
    .addCommand(restoreCommand());
