// `tiphys watch`: a live view of a cluster in the terminal.
import { Command } from 'commander';
import type { WatchChoices } from '../../watch/run.ts';
import { nameOption } from '../options.ts';

export const watchCommand = (): Command =>
  new Command('watch')
    .description('Show a cluster live in the terminal: tables, logs, shells, and what to do (docs/watch.md)')
    .argument('[words...]', 'what to show first: a kind, as in deploy -l app=web, or pulse', ['pods'])
    // `-l` belongs to the words.
    .allowUnknownOption()
    .option('-n, --namespace <namespace>', 'namespace (default: the one of the kubeconfig)')
    .option('-A, --all-namespaces', 'begin with all namespaces', false)
    .option('--context <name>', 'a context of your kubeconfig, instead of the cluster of this machine')
    .option('--kubeconfig <file>', "ask with this kubeconfig's rights, not as the cluster's administrator")
    .option('--mouse', 'the wheel scrolls and a click chooses; texts are then marked with Shift', false)
    .addOption(nameOption())
    .action(async (words: string[], choices: WatchChoices) => {
      const { runWatch } = await import('../../watch/run.ts');
      await runWatch(words.join(' '), choices);
    });
