// Columns of measured use, as metrics-server has them (pkg/api/table.go). Used by the API server's resource-metrics.
import type { NodeMetrics, PodMetrics } from '../kinds/metrics/v1beta1/metrics.ts';
import { addQuantity, formatQuantity, parseQuantity } from '../quantity/quantity.ts';
import { type Column, nameColumn, nameOf, type Printer, printer, text } from './printer.ts';

const columns: readonly Column[] = [
  { ...nameColumn, description: 'Name of the resource' },
  { ...text('cpu', ''), format: 'quantity' },
  { ...text('memory', ''), format: 'quantity' },
  { ...text('Window', ''), format: 'duration' },
];

type Usage = Readonly<Record<string, string>>;

function sum(usages: readonly Usage[], resource: string): string {
  const [first, ...rest] = usages.map((usage) => parseQuantity(usage[resource] ?? '0'));
  return first ? formatQuantity(rest.reduce(addQuantity, first)) : '0';
}

export const nodeMetrics: Printer = printer<NodeMetrics>(columns, (node) => [
  nameOf(node),
  sum([node.usage], 'cpu'),
  sum([node.usage], 'memory'),
  node.window,
]);

export const podMetrics: Printer = printer<PodMetrics>(columns, (pod) => {
  const usages = pod.containers.map(({ usage }) => usage);
  return [nameOf(pod), sum(usages, 'cpu'), sum(usages, 'memory'), pod.window];
});
