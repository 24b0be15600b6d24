// The lines of `top pod`, cell by cell. Pure.
import { amountText, inOrder, measuredResources, type PodMetrics, sumOf, type Totals } from './metrics.ts';

export interface PodLinesOptions {
  readonly sortBy: string;
  readonly withNamespace: boolean;
  readonly withContainers: boolean;
  readonly withSum: boolean;
  readonly withSwap: boolean;
  readonly noHeaders: boolean;
}

export function podLines(measured: readonly PodMetrics[], options: PodLinesOptions): string[][] {
  const { sortBy, withNamespace, withContainers, withSum, withSwap, noHeaders } = options;
  const resources = measuredResources(withSwap);
  const totalsOf = ({ containers = [] }: PodMetrics): Totals =>
    sumOf(
      containers.map(({ usage }) => usage),
      resources,
    );
  const cellsOf = (totals: Totals) => resources.map((name) => amountText(name, totals[name]!));
  const namespaceCell = (text: string) => (withNamespace ? [text] : []);
  const headers = [
    ...namespaceCell('NAMESPACE'),
    ...(withContainers ? ['POD'] : []),
    ...['NAME', 'CPU(cores)', 'MEMORY(bytes)'],
    ...(withSwap ? ['SWAP(bytes)'] : []),
  ];
  const lines = noHeaders ? [] : [headers];
  for (const pod of inOrder(measured, sortBy, withNamespace, totalsOf)) {
    const first = namespaceCell(pod.metadata?.namespace ?? '');
    const name = pod.metadata?.name ?? '';
    if (!withContainers) lines.push([...first, name, ...cellsOf(totalsOf(pod))]);
    else
      for (const container of containersInOrder(pod, sortBy))
        lines.push([...first, name, container.name, ...cellsOf(sumOf([container.usage], resources))]);
  }
  if (withSum) {
    // Without headers, upstream counts the columns of a table that has neither namespace nor pod.
    const width = noHeaders ? (withSwap ? 4 : 3) : headers.length;
    const total = sumOf(
      measured.flatMap(({ containers = [] }) => containers.map(({ usage }) => usage)),
      resources,
    );
    lines.push([...blanks(width - 2), '________', '________'], [...blanks(width - 3), '', ...cellsOf(total)]);
  }
  return lines;
}

const blanks = (count: number): string[] => Array.from({ length: Math.max(0, count) }, () => '');

function containersInOrder({ containers = [] }: PodMetrics, sortBy: string) {
  const wrapped = containers.map((container) => ({ ...container, metadata: { name: container.name } }));
  return inOrder(wrapped, sortBy, false, ({ usage }) => sumOf([usage], ['cpu', 'memory']));
}
