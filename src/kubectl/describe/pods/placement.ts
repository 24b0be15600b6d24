// Where pods may go, in the description of a pod or of a template: tolerations, spreading.
import type { PodSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { selectorOrNone, writeLines } from '../metadata.ts';
import { byKey } from '../values.ts';
import type { DescriptionWriter } from '../writer.ts';

type Toleration = NonNullable<PodSpec['tolerations']>[number];

function tolerationText({ key = '', value = '', effect, operator, tolerationSeconds }: Toleration): string {
  const subject = `${key}${value && `=${value}`}${effect ? `:${effect}` : ''}`;
  const exists = operator === 'Exists' && !value ? `${key || effect ? ' ' : ''}op=Exists` : '';
  return `${subject}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`;
}

export function writeTolerations(
  w: DescriptionWriter,
  title: string,
  tolerations: PodSpec['tolerations'] = [],
): void {
  writeLines(w, title, [...tolerations].sort(byKey((one) => one.key ?? '')).map(tolerationText));
}

export function writeSpreading(
  w: DescriptionWriter,
  constraints: PodSpec['topologySpreadConstraints'] = [],
  indent = '',
): void {
  if (constraints.length === 0) return;
  const lines = [...constraints].sort(byKey((one) => one.topologyKey)).map((one) => {
    const selector = one.labelSelector ? ` for selector ${selectorOrNone(one.labelSelector)}` : '';
    return `${one.topologyKey}:${one.whenUnsatisfiable} when max skew ${one.maxSkew} is exceeded${selector}`;
  });
  writeLines(w, 'Topology Spread Constraints', lines, indent);
}

export function writeSchedulingGroup(
  w: DescriptionWriter,
  group: PodSpec['schedulingGroup'],
  indent = '',
): void {
  if (!group) return;
  w.write(0, `${indent}SchedulingGroup:\n`);
  w.row(1, 'PodGroupName', group.podGroupName ?? '');
}
