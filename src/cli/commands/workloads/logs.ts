// `tiphys logs deployment/NAME`: the logs of all pods of a workload, as one.
import { Command, InvalidArgumentError } from 'commander';
import type { LogsChoices } from '../../logs/target.ts';
import { nameOption } from '../options.ts';

/** Lines of each container, at most. */
const MOST_LINES = 10_000;

const lines = (text: string): number => {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count <= MOST_LINES)) throw new InvalidArgumentError(`give a number up to ${MOST_LINES}`);
  return count;
};

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

const seconds = (text: string): number => {
  const [, count, unit = 's'] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('give a time such as 30s, 5m, 2h or 1d');
  return Number(count) * UNITS[unit]!;
};

export const logsCommand = (): Command =>
  new Command('logs')
    .description('Show the logs of all pods of a workload as one, in the order of time (docs/kubectl.md)')
    .argument('<TYPE/NAME>', 'a deployment, statefulset, daemonset, job, replicaset or service, or a pod')
    .option('-f, --follow', 'go on with what is written, also by pods that come later', false)
    .option('-c, --container <name>', 'of each pod (default: all)', '')
    .option('-n, --namespace <namespace>', 'namespace (default: the one of the kubeconfig)')
    .option('--tail <lines>', 'lines of each container at first', lines, 100)
    .option('--since <time>', 'not what is older, such as 5m', seconds, 0)
    .option('-p, --previous', 'of the containers before they were restarted', false)
    .option('--timestamps', 'show when each line was written', false)
    .option('--kubeconfig <file>', "ask with this kubeconfig's rights, not as the cluster's administrator")
    .addOption(nameOption())
    .action(async (target: string, options: LogsChoices) => {
      const { runLogs } = await import('../../logs/target.ts');
      process.exitCode = await runLogs(target, options);
    });
