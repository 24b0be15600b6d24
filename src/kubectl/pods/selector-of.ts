// Which pods belong to a workload or a Service, as the text of a label selector. Called by the verbs that work on pods and
// take TYPE/NAME.
import type { LabelSelector } from '../../api/meta/v1/label-selector.ts';
import { goTypeOf } from '../text/go-type.ts';

/** What is known of an object that may select pods. */
export interface Selecting {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: { readonly name?: string; readonly namespace?: string };
  readonly spec?: { readonly selector?: unknown };
}

const BY_LABEL_SELECTOR = new Set(['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Deployment', 'Job']);

/** Throws, in kubectl's words, for objects that have no pods. */
export function selectorOf(object: Selecting): string {
  const { kind = '', spec } = object;
  if (BY_LABEL_SELECTOR.has(kind)) return labelSelectorText(spec?.selector as LabelSelector | undefined);
  if (kind === 'ReplicationController') return mapText(spec?.selector as Record<string, string> | undefined);
  if (kind === 'Service') {
    const selector = spec?.selector as Record<string, string> | undefined;
    if (!selector || Object.keys(selector).length === 0)
      throw new Error(
        `invalid service '${object.metadata.name ?? ''}': Service is defined without a selector`,
      );
    return mapText(selector);
  }
  throw new Error(`selector for ${goTypeOf(object)} not implemented`);
}

const mapText = (labels: Readonly<Record<string, string>> = {}): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');

/** As a list's labelSelector parameter. A selector that is not set selects nothing, an empty one everything. */
export function labelSelectorText(selector: LabelSelector | undefined): string {
  if (!selector) throw new Error('invalid label selector: it is not set');
  const parts = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const list = [...values].sort().join(',');
    if (operator === 'In') parts.push(`${key} in (${list})`);
    else if (operator === 'NotIn') parts.push(`${key} notin (${list})`);
    else if (operator === 'Exists') parts.push(key);
    else if (operator === 'DoesNotExist') parts.push(`!${key}`);
    else throw new Error(`invalid label selector: "${operator}" is not a valid label selector operator`);
  }
  return parts.sort().join(',');
}
