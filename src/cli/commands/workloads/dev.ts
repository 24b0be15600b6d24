// `tiphys dev -f DIR`: builds, runs, watches, and does it again at each change.
import { Command, InvalidArgumentError, Option } from 'commander';
import type { DevChoices } from '../../dev/run.ts';
import { nameOption } from '../options.ts';

const LONGEST_S = 86_400;

function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value < 1 || value > LONGEST_S)
    throw new InvalidArgumentError('give seconds, such as 120');
  return value;
}

const repeated = (value: string, before: string[] = []): string[] => [...before, value];

export const devCommand = (): Command =>
  new Command('dev')
    .description('Build and run a project, and bring each change of its files to its pods (docs/dev.md)')
    .option('-f, --filename <dir>', "the project's directory", '.')
    .option('-n, --namespace <namespace>', 'namespace (default: the one of the kubeconfig)')
    .option('--port <[local:]port>', 'a port of a pod (default: those that containers declare)', repeated)
    .option('--once', 'build, deploy, wait until it is ready, and end; everything stays', false)
    .option('--keep', 'leave everything in the cluster at the end', false)
    .option('--no-logs', 'do not show what the pods write')
    .option('--timeout <seconds>', 'until pods must be ready', seconds, 120)
    .option('--kubeconfig <file>', "with this kubeconfig's rights, not as the cluster's administrator")
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addOption(nameOption())
    .action(async (choices: DevChoices) => {
      const { runDev } = await import('../../dev/run.ts');
      process.exitCode = await runDev(choices);
    });
