// `tiphys encryption`: a new key for the Secrets of a cluster that was started with `up --encrypt`, or no encryption any more.
import { resolve } from 'node:path';
import { Command } from 'commander';
import { callControl } from '../../cluster/control/client.ts';
import { encrypts } from '../../cluster/encryption/config-file.ts';
import { UserError } from '../../cluster/progress.ts';
import { clusterPaths } from '../../cluster/state/paths.ts';
import { knownCluster, nameOption } from './options.ts';

export const encryptionCommand = (): Command =>
  new Command('encryption')
    .description('Encryption of Secrets in the store')
    .addCommand(subcommand('rotate', 'Encrypt all Secrets with a new key', 'are encrypted with a new key'))
    .addCommand(subcommand('disable', 'Store all Secrets as they are', 'are not encrypted any more'));

const subcommand = (word: 'rotate' | 'disable', description: string, done: string): Command =>
  new Command(word)
    .description(description)
    .addOption(nameOption())
    .option(
      '--data-dir <dir>',
      'of a server on this machine, in place of a cluster’s name (/var/lib/tiphys/server)',
    )
    .action(async ({ name, dataDir }: { name: string; dataDir?: string }) => {
      const paths = dataDir ? clusterPaths(resolve(dataDir)) : knownCluster(name).paths;
      if (!encrypts(paths.pki))
        throw new UserError(
          dataDir
            ? 'this server does not encrypt; tiphys server --encrypt switches it on'
            : `cluster ${name} does not encrypt; tiphys up --encrypt switches it on`,
        );
      const { secrets } = (await callControl(paths.control, `encryption-${word}`)) as { secrets: number };
      process.stderr.write(`${secrets} Secrets ${done}.\n`);
    });
