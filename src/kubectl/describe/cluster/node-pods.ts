// The pods of a node with what they request and may use, and the sums. Pure.
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { type Amounts, addAmounts, exactly } from '../../../api/pods/amounts.ts';
import { podLimits, podRequests } from '../../../api/pods/resources.ts';
import {
  formatQuantity,
  milliValue,
  parseQuantity,
  type Quantity,
  wholeValue,
} from '../../../api/quantity/quantity.ts';
import { ageText } from '../values.ts';
import type { DescriptionWriter } from '../writer.ts';

const NONE = parseQuantity('0');

type Totals = Amounts<Quantity>;

export function writeNodePods(
  w: DescriptionWriter,
  { status }: Node,
  pods: readonly Pod[],
  now: number,
): void {
  const { capacity = {}, allocatable = {} } = status ?? {};
  const available = Object.keys(allocatable).length > 0 ? allocatable : capacity;
  w.row(0, 'Non-terminated Pods', `(${pods.length} in total)`);
  w.cells(
    1,
    'Namespace',
    'Name',
    '',
    'CPU Requests',
    'CPU Limits',
    'Memory Requests',
    'Memory Limits',
    'Age',
  );
  w.cells(
    1,
    '---------',
    '----',
    '',
    '------------',
    '----------',
    '---------------',
    '-------------',
    '---',
  );
  const share = (totals: Totals, name: string) => shareText(totals, name, available);
  for (const pod of pods) {
    const requests = podRequests(pod, exactly, { withStatus: true });
    const limits = podLimits(pod, exactly, { withStatus: true });
    const cells = ['cpu', 'memory'].flatMap((name) => [share(requests, name), share(limits, name)]);
    const { namespace = '', name = '', creationTimestamp } = pod.metadata ?? {};
    w.cells(1, namespace, name, '', ...cells, ageText(creationTimestamp, now));
  }
  const requests: Totals = new Map();
  const limits: Totals = new Map();
  for (const pod of pods) {
    addAmounts(requests, podRequests(pod, exactly), exactly);
    addAmounts(limits, podLimits(pod, exactly), exactly);
  }
  w.write(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n');
  w.cells(1, 'Resource', 'Requests', 'Limits');
  w.cells(1, '--------', '--------', '------');
  const names = Object.keys(available).sort();
  const huge = names.filter((name) => name.startsWith('hugepages-'));
  for (const name of [...STANDARD, ...huge]) w.cells(1, name, share(requests, name), share(limits, name));
  for (const name of names.filter((one) => !STANDARD.includes(one) && !huge.includes(one) && one !== 'pods'))
    w.cells(1, name, amountText(requests, name), amountText(limits, name));
}

const STANDARD = ['cpu', 'memory', 'ephemeral-storage'];

const amountText = (totals: Totals, name: string) => formatQuantity(totals.get(name) ?? NONE);

function shareText(totals: Totals, name: string, available: Readonly<Record<string, string>>): string {
  const amountOf = name === 'cpu' ? milliValue : wholeValue;
  const all = amountOf(available[name] ?? '0');
  const part = amountOf(totals.get(name) ?? NONE);
  return `${amountText(totals, name)} (${all === 0 ? 0 : Math.trunc((part / all) * 100)}%)`;
}
