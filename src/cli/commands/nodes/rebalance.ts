// `tiphys rebalance`: one pass over the pods of a cluster; docs/rebalancing.md.
import { Command, InvalidArgumentError } from 'commander';
import { UserError } from '../../../cluster/progress.ts';
import { type Percentages, POLICIES, type Policy, RESOURCES } from '../../../cluster/rebalance/policies.ts';
import type { Eviction, Rebalanced } from '../../../cluster/rebalance/rebalance.ts';
import { systemRandom } from '../../../kit/random.ts';
import { type Column, type Format, print } from '../../output/print.ts';
import { positiveNumber } from '../components/flags.ts';
import { outputOption } from '../options.ts';
import { type ConnectionFlags, clusterOption, kubeconfigOption, withCluster } from './connection.ts';

interface Flags extends ConnectionFlags {
  readonly dryRun?: boolean;
  readonly output: Format;
  readonly policies: readonly Policy[];
  readonly namespace?: string;
  readonly thresholds?: Percentages;
  readonly targetThresholds?: Percentages;
  readonly max: number;
  readonly maxPerNode: number;
  readonly maxPerNamespace: number;
  readonly evictSystem?: boolean;
  readonly evictUnmanaged?: boolean;
  readonly evictLocalStorage?: boolean;
  readonly evictJobs?: boolean;
}

const columns: Column<Eviction>[] = [
  { title: 'NAMESPACE', cell: (one) => one.namespace },
  { title: 'POD', cell: (one) => one.pod },
  { title: 'NODE', cell: (one) => one.node },
  { title: 'TO', cell: (one) => one.expectedNode ?? '<none>' },
  { title: 'POLICY', cell: (one) => one.policy },
  { title: 'RESULT', cell: (one) => one.result },
  { title: 'REASON', cell: (one) => one.reason },
];

export const rebalanceCommand = (): Command =>
  new Command('rebalance')
    .description('Evict pods that the scheduler would place elsewhere now, within disruption budgets')
    .option('--dry-run', 'only say what would be evicted, and why')
    .option('--policies <list>', `of ${POLICIES.join(', ')}`, policies, POLICIES)
    .option('-n, --namespace <namespace>', 'only pods of this namespace')
    .option('--thresholds <list>', 'a node below all has little to do: cpu=20,memory=20,pods=20', percentages)
    .option(
      '--target-thresholds <list>',
      'above one it has much to do: cpu=50,memory=50,pods=50',
      percentages,
    )
    .option('--max <count>', 'evictions in all', positiveNumber, 50)
    .option('--max-per-node <count>', 'evictions from one node', positiveNumber, 10)
    .option('--max-per-namespace <count>', 'evictions in one namespace', positiveNumber, 20)
    .option('--evict-system', 'also pods of kube-system, and of the system’s priorities')
    .option('--evict-unmanaged', 'also pods that no controller makes again')
    .option('--evict-local-storage', 'also pods with emptyDir or hostPath volumes')
    .option('--evict-jobs', 'also pods of Jobs')
    .addOption(kubeconfigOption())
    .addOption(clusterOption())
    .addOption(outputOption())
    .action(async (flags: Flags) => {
      const { thresholds: low, targetThresholds: high } = flags;
      if (!low !== !high) throw new UserError('--thresholds and --target-thresholds are given together');
      const done = await withCluster(flags, 'tiphys-rebalance', async (connected) => {
        const { rebalance } = await import('../../../cluster/rebalance/rebalance.ts');
        return rebalance(
          {
            policies: flags.policies,
            ...(flags.namespace && { namespace: flags.namespace }),
            ...(low && high && { thresholds: { low, high } }),
            dryRun: flags.dryRun ?? false,
            limits: { total: flags.max, perNode: flags.maxPerNode, perNamespace: flags.maxPerNamespace },
            permissions: {
              system: flags.evictSystem ?? false,
              unmanaged: flags.evictUnmanaged ?? false,
              localStorage: flags.evictLocalStorage ?? false,
              jobs: flags.evictJobs ?? false,
            },
          },
          { ...connected, random: systemRandom },
        );
      });
      if (flags.output !== 'table' || done.evictions.length > 0)
        await print(flags.output, done.evictions, columns, done);
      if (flags.output === 'table') process.stderr.write(summary(done));
      if (done.evictions.some(({ result }) => result.startsWith('refused'))) process.exitCode = 1;
    });

function summary({ evictions, kept, dryRun }: Rebalanced): string {
  const gone = evictions.filter(({ result }) => !result.startsWith('refused')).length;
  const lines = [`${gone} pods ${dryRun ? 'would be' : 'are'} evicted.`];
  for (const [why, pods] of Map.groupBy(kept, ({ why }) => why)) lines.push(`${pods.length} stay: ${why}.`);
  return `${lines.join('\n')}\n`;
}

function policies(text: string): readonly Policy[] {
  const words = text.split(',');
  const unknown = words.find((word) => !POLICIES.some((policy) => policy === word));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no policy ${unknown}.`);
  return POLICIES.filter((policy) => words.includes(policy));
}

function percentages(text: string): Percentages {
  const entries = text.split(',').map((part) => {
    const [, name = '', value = ''] = /^([a-z]+)=(\d{1,3})$/.exec(part) ?? [];
    if (!RESOURCES.some((one) => one === name) || Number(value) > 100)
      throw new InvalidArgumentError('Give percentages such as cpu=20,memory=20,pods=20.');
    return [name, Number(value)] as const;
  });
  return Object.fromEntries(entries);
}
