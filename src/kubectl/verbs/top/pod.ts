// `kubectl top pod`.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { parseFieldSelector } from '../../../api/selectors/field-selector.ts';
import { parseLabelSelector } from '../../../api/selectors/parse-labels.ts';
import { defineCommand } from '../../command/command.ts';
import { allNamespacesFlag, fieldSelectorFlag, labelSelectorFlag } from '../../command/common-flags.ts';
import { completeNames } from '../../command/complete-resources.ts';
import { boolFlag, stringFlag } from '../../command/flag.ts';
import { collectionPath } from '../../describe/subject.ts';
import type { Io } from '../../io/io.ts';
import { TabWriter } from '../../printers/tabwriter.ts';
import type { Session } from '../../session/session.ts';
import { checkSortBy, type PodMetrics, requireMetrics } from './metrics.ts';
import { podLines } from './pod-lines.ts';

const USE = 'pod [NAME | -l label]';

export default defineCommand({
  use: USE,
  long: `Display resource (CPU/memory) usage of pods.

The 'top pod' command allows you to see the resource consumption of pods. Pods that were created a moment ago may have no figures yet.`,
  examples: `# Show metrics for all pods in the default namespace
kubectl top pod

# Show metrics for all pods in the given namespace
kubectl top pod --namespace=NAMESPACE

# Show metrics for a given pod and its containers
kubectl top pod POD_NAME --containers

# Show metrics for the pods defined by label name=myLabel
kubectl top pod -l name=myLabel`,
  flags: {
    selector: labelSelectorFlag(),
    'field-selector': fieldSelectorFlag(),
    'sort-by': stringFlag(
      '',
      "If non-empty, sort pods list using specified field. The field can be either 'cpu' or 'memory'.",
    ),
    containers: boolFlag(false, 'If present, print usage of containers within a pod.'),
    'all-namespaces': allNamespacesFlag(),
    'no-headers': boolFlag(false, 'If present, print output without headers.'),
    'use-protocol-buffers': boolFlag(true, 'Enables using protocol-buffers to access Metrics API.'),
    sum: boolFlag(false, 'Print the sum of the resource usage'),
    'show-swap': boolFlag(false, 'Print pod resources related to swap memory.'),
  },
  complete: ({ session, args }, toComplete) => completeNames(session, 'pods', args, toComplete),
  async run({ args, flags, io, session, usageError }) {
    const [name = '', another] = args;
    if (another !== undefined) throw usageError(USE);
    checkSortBy(flags['sort-by']);
    if (name && (flags.selector || flags['field-selector']))
      throw new Error('only one of NAME or selector can be provided');
    const query = {
      ...(flags.selector && { labelSelector: parseLabelSelector(flags.selector).toString() }),
      ...(flags['field-selector'] && {
        fieldSelector: parseFieldSelector(flags['field-selector']).toString(),
      }),
    };
    await requireMetrics(session);
    const { namespace } = await session.namespace();
    const allNamespaces = flags['all-namespaces'];
    const shownNamespace = allNamespaces ? '' : namespace;
    const path = collectionPath('apis/metrics.k8s.io/v1beta1', 'pods', shownNamespace);
    const measured = name
      ? [await session.json<PodMetrics>({ path: `${path}/${encodeURIComponent(name)}` })]
      : await itemsOf<PodMetrics>(session, path, query);
    if (measured.length === 0) {
      await refuseEmpty(session, io, namespace, query);
      io.err(allNamespaces ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`);
      return;
    }
    const writer = new TabWriter({ write: (text) => io.out(text) });
    const lines = podLines(measured, {
      sortBy: flags['sort-by'],
      withNamespace: allNamespaces,
      withContainers: flags.containers,
      withSum: flags.sum,
      withSwap: flags['show-swap'],
      noHeaders: flags['no-headers'],
    });
    for (const cells of lines) writer.write(`${cells.map((cell) => `${cell}\t`).join('')}\n`);
    writer.flush();
  },
});

async function itemsOf<T>(
  session: Session,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<readonly T[]> {
  return (await session.json<{ readonly items?: readonly T[] | null }>({ path, query })).items ?? [];
}

/** Figures come within this time; then it is an error that there are none. */
const MOST_DELAY_MS = 120_000;

async function refuseEmpty(
  session: Session,
  io: Io,
  namespace: string,
  query: Readonly<Record<string, string>>,
): Promise<void> {
  const pods = await itemsOf<Pod>(session, collectionPath('api/v1', 'pods', namespace), query);
  if (pods.length === 0) return;
  for (const { metadata } of pods) {
    const age = io.clock.now() - Date.parse(metadata?.creationTimestamp ?? '');
    if (age > MOST_DELAY_MS)
      throw new Error(
        `Metrics not available for pod ${metadata?.namespace}/${metadata?.name}, age: ${ageOf(age)}`,
      );
  }
  throw new Error('metrics not available yet');
}

/** As Go's Duration: 1h2m3.4s. */
function ageOf(ms: number): string {
  const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
  return `${hours > 0 ? `${hours}h` : ''}${minutes}m${(ms % 60_000) / 1000}s`;
}
