// `tiphys dashboard`: the cluster in the browser.
import { Command, InvalidArgumentError, Option } from 'commander';
import type { DashboardChoices } from '../../dashboard/run.ts';
import { nameOption } from '../options.ts';

const port = (text: string): number => {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('give a port');
  return Number(text);
};

export const dashboardCommand = (): Command =>
  new Command('dashboard')
    .description(
      'Open the dashboard in the browser, logged in as the user of the kubeconfig (docs/dashboard.md)',
    )
    .option('--no-open', 'print the address and open no browser')
    .option('--port <port>', 'on 127.0.0.1 (default: a free one)', port, 0)
    .option('--kubeconfig <file>', "log in as this kubeconfig's user, not as the cluster's administrator")
    .option('--context <context>', 'of the kubeconfig')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addOption(nameOption())
    .action(async (choices: DashboardChoices) => {
      const { runDashboard } = await import('../../dashboard/run.ts');
      process.exitCode = await runDashboard(choices);
    });
