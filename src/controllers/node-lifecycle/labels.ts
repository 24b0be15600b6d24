// The older labels for a node's operating system and architecture, which follow the present ones. Pure.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { labelsOf } from '../../api/meta/v1/object.ts';

const OLDER: Readonly<Record<string, string>> = {
  'kubernetes.io/os': 'beta.kubernetes.io/os',
  'kubernetes.io/arch': 'beta.kubernetes.io/arch',
};

/** Labels to set; undefined when they are right. */
export function labelsFor(node: Readonly<Node>): Record<string, string> | undefined {
  const labels = labelsOf(node);
  const wrong = Object.entries(OLDER).filter(
    ([present, older]) => labels[present] !== undefined && labels[older] !== labels[present],
  );
  if (wrong.length === 0) return undefined;
  return Object.fromEntries(wrong.map(([present, older]) => [older, labels[present]!]));
}
