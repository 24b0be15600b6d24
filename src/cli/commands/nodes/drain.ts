// `tiphys node cordon|uncordon|drain|remove`: flags and words of kubectl's commands of these names.
import { Command, Option } from 'commander';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { nameOf } from '../../../api/meta/v1/object.ts';
import { parseLabelSelector } from '../../../api/selectors/parse-labels.ts';
import type { DrainOptions } from '../../../cluster/drain/drain.ts';
import type { DrainTools, DryRun } from '../../../cluster/drain/tools.ts';
import { UserError } from '../../../cluster/progress.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { goDuration, wholeNumber } from '../components/flags.ts';
import { type ConnectionFlags, clusterOption, kubeconfigOption, withCluster } from './connection.ts';

interface Flags extends ConnectionFlags {
  readonly dryRun: DryRun;
  readonly selector?: string;
}

interface DrainFlags extends Flags {
  readonly force?: boolean;
  readonly ignoreDaemonsets?: boolean;
  readonly deleteEmptydirData?: boolean;
  readonly gracePeriod: number;
  /** In milliseconds. */
  readonly timeout: number;
  readonly podSelector: string;
  readonly disableEviction?: boolean;
  /** In seconds. */
  readonly skipWaitForDeleteTimeout: number;
}

const base = (name: string, description: string) =>
  new Command(name)
    .description(description)
    .addOption(
      new Option('--dry-run [how]', 'only say what would be done: client, or server')
        .choices(['none', 'client', 'server'])
        .default('none')
        .preset('client'),
    )
    .addOption(kubeconfigOption())
    .addOption(clusterOption());

const ofNodes = (name: string, description: string) =>
  base(name, description)
    .argument('[nodes...]', 'names of nodes')
    .option('-l, --selector <labels>', 'nodes with these labels');

const withDrainFlags = (command: Command) =>
  command
    .option('--force', 'also pods that no controller makes again')
    .option('--ignore-daemonsets', 'leave pods of daemon sets where they are')
    .option('--delete-emptydir-data', 'also pods with emptyDir volumes, whose data are lost')
    .option('--grace-period <seconds>', 'for each pod to end; -1: what the pod says', seconds, -1)
    .option('--timeout <time>', 'when to give up; 0s: never', goDuration, 0)
    .option('--pod-selector <labels>', 'only pods with these labels', '')
    .option('--disable-eviction', 'delete pods, whatever disruption budgets say')
    .option('--skip-wait-for-delete-timeout <seconds>', 'pods that end for longer', wholeNumber, 0);

const seconds = (text: string): number => (text === '-1' ? -1 : wholeNumber(text));

const cordonCommand = (word: 'cordon' | 'uncordon', description: string) =>
  ofNodes(word, description).action((names: string[], flags: Flags) =>
    withTools(flags, async (tools) => {
      const { cordon } = await import('../../../cluster/drain/cordon.ts');
      for (const node of await nodesOf(names, flags, tools)) await cordon(node, word === 'cordon', tools);
    }),
  );

const drainCommand = () =>
  withDrainFlags(ofNodes('drain', 'Evict the pods of a node, and keep new ones away')).action(
    (names: string[], flags: DrainFlags) =>
      withTools(flags, async (tools) => {
        const options = optionsOf(flags);
        const { cordon, dryRunSuffix } = await import('../../../cluster/drain/cordon.ts');
        const { drain } = await import('../../../cluster/drain/drain.ts');
        const nodes = await nodesOf(names, flags, tools);
        for (const node of nodes) await cordon(node, true, tools);
        const failed = new Map<string, string>();
        for (const name of nodes.map(nameOf))
          try {
            await drain(name, options, tools);
            tools.out(`node/${name} drained${dryRunSuffix(flags.dryRun)}`);
          } catch (error) {
            failed.set(name, messageOf(error));
            tools.err(
              `error: unable to drain node "${name}" due to error: ${messageOf(error)}, continuing command...`,
            );
          }
        if (failed.size === 0) return;
        tools.err('There are pending nodes to be drained:');
        for (const name of failed.keys()) tools.err(` ${name}`);
        throw new UserError([...failed.values()].join('; '));
      }),
  );

const removeCommand = () =>
  withDrainFlags(base('remove', 'Drain a node and take it out of the cluster for good'))
    .argument('<node>', 'name of the node')
    .action((name: string, flags: DrainFlags) =>
      withTools(flags, async (tools) => {
        const options = optionsOf(flags);
        const { removeNode } = await import('../../../cluster/drain/remove-node.ts');
        await removeNode(name, options, tools).catch((error: unknown) => {
          throw new UserError(messageOf(error), { cause: error });
        });
        tools.err(
          'What it left on its machine is removed by tiphys reset there; a certificate that it has stays valid until it ends.',
        );
      }),
    );

export const nodeMaintenanceCommands = (): Command[] => [
  cordonCommand('cordon', 'Keep new pods away from nodes'),
  cordonCommand('uncordon', 'Let pods come to nodes again'),
  drainCommand(),
  removeCommand(),
];

function optionsOf(flags: DrainFlags): DrainOptions {
  const { gracePeriod, timeout, podSelector, skipWaitForDeleteTimeout } = flags;
  checkSelector('--pod-selector', podSelector);
  return {
    ...{ gracePeriod, podSelector, timeoutMs: timeout },
    skipWaitForDeleteTimeoutMs: skipWaitForDeleteTimeout * 1_000,
    force: flags.force ?? false,
    ignoreDaemonsets: flags.ignoreDaemonsets ?? false,
    deleteEmptydirData: flags.deleteEmptydirData ?? false,
    disableEviction: flags.disableEviction ?? false,
  };
}

async function nodesOf(
  names: readonly string[],
  { selector }: Flags,
  { client }: DrainTools,
): Promise<Node[]> {
  if (names.length > 0 && selector)
    throw new UserError('error: cannot specify both a node name and a --selector option');
  if (names.length === 0 && !selector) throw new UserError('name a node, or nodes with --selector');
  if (selector) {
    checkSelector('--selector', selector);
    return (await client.list(Node, { labelSelector: selector })).items;
  }
  return Promise.all(names.map((name) => client.get(Node, name)));
}

function checkSelector(flag: string, text: string): void {
  try {
    parseLabelSelector(text);
  } catch (error) {
    throw new UserError(`${flag} must be a valid label selector: ${messageOf(error)}`);
  }
}

const withTools = (flags: Flags, act: (tools: DrainTools) => Promise<void>): Promise<void> =>
  withCluster(flags, 'kubectl-drain', (connected) =>
    act({
      ...connected,
      dryRun: flags.dryRun,
      out: (line) => process.stdout.write(`${line}\n`),
      err: (line) => process.stderr.write(`${line}\n`),
    }),
  );
