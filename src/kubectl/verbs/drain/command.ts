// kubectl drain: marks nodes as unschedulable and evicts their pods.

import { problemsOf, warningText } from '../../../api/nodes/drain.ts';
import { parseLabelSelector } from '../../../api/selectors/parse-labels.ts';
import { completesNames } from '../../changes/complete.ts';
import { type Context, defineCommand } from '../../command/command.ts';
import { chunkSizeFlag, type DryRun, dryRunOf } from '../../command/common-flags.ts';
import { boolFlag, durationFlag, type FlagValues, intFlag, stringFlag } from '../../command/flag.ts';
import { combined } from '../../errors/errors.ts';
import { plainText } from '../../errors/text.ts';
import type { Info } from '../../resources/info.ts';
import { goQuote } from '../../text/quote.ts';
import { evictAll } from './evict.ts';
import { mark, nodeFlags, nodesOf, printNode } from './nodes.ts';
import { judgedPods } from './pods.ts';

const flags = {
  force: boolFlag(false, 'Continue even if there are pods that do not declare a controller.'),
  'ignore-daemonsets': boolFlag(false, 'Ignore DaemonSet-managed pods.'),
  'delete-emptydir-data': boolFlag(
    false,
    'Continue even if there are pods using emptyDir (local data that will be deleted when the node is drained).',
  ),
  'grace-period': intFlag(
    -1,
    'Period of time in seconds given to each pod to terminate gracefully. If negative, the default value specified in the pod will be used.',
  ),
  timeout: durationFlag(0, '0s', 'The length of time to wait before giving up, zero means infinite'),
  'pod-selector': stringFlag('', 'Label selector to filter pods on the node'),
  'disable-eviction': boolFlag(
    false,
    'Force drain to use delete, even if eviction is supported. This will bypass checking PodDisruptionBudgets, use with caution.',
  ),
  'skip-wait-for-delete-timeout': intFlag(
    0,
    'If pod DeletionTimestamp older than N seconds, skip waiting for the pod.  Seconds must be greater than 0 to skip.',
  ),
  'chunk-size': chunkSizeFlag(),
  ...nodeFlags(),
};

type DrainContext = Context & { readonly flags: FlagValues<typeof flags> };

const use = 'drain NODE';

export default defineCommand({
  use,
  long: `Drain node in preparation for maintenance.

The given node will be marked unschedulable to prevent new pods from arriving. Pods are evicted, if the API server supports that, and otherwise deleted. All pods are evicted or deleted except mirror pods, which cannot be deleted through the API server. Pods managed by daemon sets stay with --ignore-daemonsets, and stop the drain without it, because the daemon set controller ignores the mark and would replace them at once. Pods that no controller manages stop the drain unless you use --force, and so do pods with emptyDir volumes unless you use --delete-emptydir-data.

'drain' waits for graceful termination. You should not operate on the machine until the command completes. When you are ready to put the node back into service, use kubectl uncordon, which will make the node schedulable again.`,
  examples: `# Drain node "foo", even if there are pods not managed by a replication controller, replica set, job, daemon set, or stateful set on it
kubectl drain foo --force

# As above, but abort if there are pods not managed by a controller, and use a grace period of 15 minutes
kubectl drain foo --grace-period=900`,
  flags,
  complete: completesNames('node'),
  async run(context) {
    const { flags: given, io } = context;
    const dryRun = dryRunOf(given['dry-run'], io);
    if (given['pod-selector'] !== '') checkSelector(given['pod-selector']);
    const nodes = await nodesOf(context, use, given['chunk-size']);
    await mark(context, nodes, true, dryRun);
    const left: string[] = [];
    const errors: unknown[] = [];
    for (const info of nodes) {
      try {
        await drain(context, info, dryRun);
        await printNode(context, 'drained', info.object, dryRun);
      } catch (error) {
        io.err(
          `error: unable to drain node ${goQuote(info.name)} due to error: ${plainText(error)}, continuing command...\n`,
        );
        errors.push(error);
        left.push(info.name);
      }
    }
    if (left.length === 0) return;
    io.err(`There are pending nodes to be drained:\n${left.map((name) => ` ${name}\n`).join('')}`);
    throw new AggregateError(errors);
  },
});

function checkSelector(text: string): void {
  try {
    parseLabelSelector(text);
  } catch (cause) {
    throw new Error('--pod-selector=<pod_selector> must be a valid label selector', { cause });
  }
}

async function drain(context: DrainContext, { name: node }: Info, dryRun: DryRun): Promise<void> {
  const { flags: given, io, session } = context;
  const query = {
    session,
    clock: io.clock,
    node,
    podSelector: given['pod-selector'],
    chunkSize: given['chunk-size'],
    flags: {
      force: given.force,
      ignoreDaemonSets: given['ignore-daemonsets'],
      deleteEmptyDirData: given['delete-emptydir-data'],
      skipWaitAfter: given['skip-wait-for-delete-timeout'],
    },
  };
  const judged = await judgedPods(query);
  const problems = problemsOf(judged);
  if (problems.length > 0) throw new AggregateError(problems);
  const warning = warningText(judged);
  if (warning !== '') io.err(`Warning: ${warning}\n`);
  const evicted = judged.filter(({ verdict }) => verdict.evict).map(({ pod }) => pod);
  if (dryRun === 'client') {
    for (const { metadata } of evicted)
      io.out(`evicting pod ${metadata.namespace ?? ''}/${metadata.name ?? ''} (dry run)\n`);
    return;
  }
  try {
    await evictAll(
      {
        io,
        session,
        dryRun,
        gracePeriod: given['grace-period'],
        timeoutMs: given.timeout,
        disableEviction: given['disable-eviction'],
        skipWaitAfter: given['skip-wait-for-delete-timeout'],
        report: (pod, words) => printNode(context, words, { ...pod }, dryRun),
      },
      evicted,
    );
  } catch (error) {
    const pending = await judgedPods(query);
    const names = pending.filter(({ verdict }) => verdict.evict).map(({ pod }) => pod.metadata.name ?? '');
    if (names.length > 0)
      io.err(
        `There are pending pods in node ${goQuote(node)} when an error occurred: ${plainText(error)}\n${names.map((name) => `pod/${name}\n`).join('')}`,
      );
    const remaining = problemsOf(pending);
    if (remaining.length > 0)
      io.err(
        `Following errors occurred while getting the list of pods to delete:\n${plainText(combined(remaining))}`,
      );
    throw error;
  }
}
