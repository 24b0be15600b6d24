// `kubectl top node`.
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import { parseQuantity } from '../../../api/quantity/quantity.ts';
import { parseLabelSelector } from '../../../api/selectors/parse-labels.ts';
import { defineCommand } from '../../command/command.ts';
import { labelSelectorFlag } from '../../command/common-flags.ts';
import { completeNames } from '../../command/complete-resources.ts';
import { boolFlag, stringFlag } from '../../command/flag.ts';
import { TabWriter } from '../../printers/tabwriter.ts';
import type { Session } from '../../session/session.ts';
import {
  amountText,
  checkSortBy,
  inOrder,
  METRICS,
  measuredResources,
  type NodeMetrics,
  percentText,
  requireMetrics,
  sumOf,
} from './metrics.ts';

const USE = 'node [NAME | -l label]';

export default defineCommand({
  use: USE,
  long: `Display resource (CPU/memory) usage of nodes.

The top-node command allows you to see the resource consumption of nodes.`,
  examples: `# Show metrics for all nodes
kubectl top node

# Show metrics for a given node
kubectl top node NODE_NAME`,
  flags: {
    selector: labelSelectorFlag(),
    'sort-by': stringFlag(
      '',
      "If non-empty, sort nodes list using specified field. The field can be either 'cpu' or 'memory'.",
    ),
    'no-headers': boolFlag(false, 'If present, print output without headers'),
    'use-protocol-buffers': boolFlag(true, 'Enables using protocol-buffers to access Metrics API.'),
    'show-capacity': boolFlag(
      false,
      'Print node resources based on Capacity instead of Allocatable(default) of the nodes.',
    ),
    'show-swap': boolFlag(false, 'Print node resources related to swap memory.'),
  },
  complete: ({ session, args }, toComplete) => completeNames(session, 'nodes', args, toComplete),
  async run({ args, flags, io, session, usageError }) {
    const [name = '', another] = args;
    if (another !== undefined) throw usageError(USE);
    checkSortBy(flags['sort-by']);
    if (name && flags.selector) throw new Error('only one of NAME or --selector can be provided');
    const labelSelector = flags.selector && parseLabelSelector(flags.selector).toString();
    await requireMetrics(session);
    const measured = await read<NodeMetrics>(session, `${METRICS}/nodes`, name, labelSelector);
    if (measured.length === 0) throw new Error('metrics not available yet');
    const nodes = new Map(
      (await read<Node>(session, '/api/v1/nodes', name, labelSelector)).map((node) => [
        node.metadata?.name ?? '',
        node,
      ]),
    );
    const resources = measuredResources(flags['show-swap']);
    const writer = new TabWriter({ write: (text) => io.out(text) });
    const line = (cells: readonly string[]) => writer.write(`${cells.map((cell) => `${cell}\t`).join('')}\n`);
    if (!flags['no-headers']) line(headers(flags['show-swap']));
    const ordered = inOrder(measured, flags['sort-by'], false, ({ usage }) => sumOf([usage], resources));
    for (const { metadata, usage } of ordered) {
      const node = nodes.get(metadata?.name ?? '');
      nodes.delete(metadata?.name ?? '');
      const available = node && availableOf(node, flags['show-capacity']);
      const totals = sumOf([usage], resources);
      const cells = resources.flatMap((resource) => {
        if (resource === 'swap' && available?.swap === undefined) return [UNKNOWN, UNKNOWN];
        const all = available?.[resource];
        const share = all === undefined ? [] : [percentText(totals[resource]!, parseQuantity(all))];
        return [amountText(resource, totals[resource]!), ...share];
      });
      line([metadata?.name ?? '', ...cells]);
    }
    for (const missing of nodes.keys()) line([missing, ...resources.flatMap(() => [UNKNOWN, UNKNOWN])]);
    writer.flush();
  },
});

const UNKNOWN = '<unknown>';

const headers = (showSwap: boolean) => [
  ...['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)'],
  ...(showSwap ? ['SWAP(bytes)', 'SWAP(%)'] : []),
];

function availableOf({ status }: Node, capacity: boolean): Readonly<Record<string, string>> {
  const swap = status?.nodeInfo?.swap?.capacity;
  const all = capacity ? status?.capacity : status?.allocatable;
  return { ...all, ...(swap !== undefined && { swap: String(swap) }) };
}

/** One by name, or those that are selected. */
async function read<T>(
  session: Session,
  path: string,
  name: string,
  labelSelector: string,
): Promise<readonly T[]> {
  if (name) return [await session.json<T>({ path: `${path}/${encodeURIComponent(name)}` })];
  const query = labelSelector ? { labelSelector } : {};
  return (await session.json<{ readonly items?: readonly T[] | null }>({ path, query })).items ?? [];
}
