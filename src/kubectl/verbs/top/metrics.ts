// What top shows: usage of nodes and pods as the metrics API gives it. Pure, except for the question whether there is such an API.
import {
  addQuantity,
  milliValue,
  parseQuantity,
  type Quantity,
  wholeValue,
} from '../../../api/quantity/quantity.ts';
import type { Session } from '../../session/session.ts';

export const METRICS = '/apis/metrics.k8s.io/v1beta1';

export interface Measured {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

export type Usage = Readonly<Record<string, string>>;

export interface NodeMetrics extends Measured {
  readonly usage?: Usage;
}

export interface PodMetrics extends Measured {
  readonly containers?: readonly { readonly name: string; readonly usage?: Usage }[];
}

export type Totals = Readonly<Record<string, Quantity>>;

export const SORT_FIELDS = ['cpu', 'memory'];

export async function requireMetrics(session: Session): Promise<void> {
  const { groups } = await (await session.discovery()).served();
  const found = groups.find(({ name }) => name === 'metrics.k8s.io');
  if (!found?.versions.some(({ version }) => version === 'v1beta1'))
    throw new Error('Metrics API not available');
}

export function checkSortBy(sortBy: string): void {
  if (sortBy !== '' && !SORT_FIELDS.includes(sortBy)) throw new Error('--sort-by accepts only cpu or memory');
}

export const measuredResources = (showSwap: boolean): string[] => [
  'cpu',
  'memory',
  ...(showSwap ? ['swap'] : []),
];

const NOTHING = parseQuantity('0');

export function sumOf(usages: readonly (Usage | undefined)[], resources: readonly string[]): Totals {
  return Object.fromEntries(
    resources.map((name) => [
      name,
      usages.reduce((sum, usage) => addQuantity(sum, parseQuantity(usage?.[name] ?? '0')), NOTHING),
    ]),
  );
}

const MIB = 1024 * 1024;

/** Millicores, or whole mebibytes. */
export const amountText = (name: string, amount: Quantity): string =>
  name === 'cpu' ? `${milliValue(amount)}m` : `${Math.trunc(wholeValue(amount) / MIB)}Mi`;

export function percentText(amount: Quantity, available: Quantity): string {
  const all = milliValue(available);
  return `${all === 0 ? 0 : Math.trunc((milliValue(amount) / all) * 100)}%`;
}

/** Most first by a resource; by name otherwise, within the namespace when it is shown. */
export function inOrder<T extends Measured>(
  all: readonly T[],
  sortBy: string,
  withNamespace: boolean,
  totalsOf: (one: T) => Totals,
): T[] {
  if (sortBy !== '') {
    const usedBy = (one: T) => (sortBy === 'cpu' ? milliValue : wholeValue)(totalsOf(one)[sortBy]!);
    return [...all].sort((a, b) => usedBy(b) - usedBy(a));
  }
  const keyOf = ({ metadata }: T) =>
    `${withNamespace ? (metadata?.namespace ?? '') : ''}\0${metadata?.name ?? ''}`;
  return [...all].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}
