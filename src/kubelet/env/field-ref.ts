// Values of the downward API: fields of the pod and resources of its containers, as environment variables and files
// show them. Pure.

import type { ResourceFieldSelector } from '../../api/kinds/core/v1/references.ts';
import { milliValue, wholeValue } from '../../api/quantity/quantity.ts';
import { own } from '../../kit/own.ts';
import { findContainer, type Pod, podName, podNamespace, podUid, specOf } from '../pod.ts';

export interface NodeFacts {
  readonly nodeName: string;
  readonly hostIPs: readonly string[];
  readonly podIPs: readonly string[];
  readonly allocatable: Readonly<Record<string, string>>;
}

export function fieldValue(pod: Pod, path: string, facts: NodeFacts): string {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return own(pod.metadata[keyed[1] as 'labels' | 'annotations'] ?? {}, keyed[2]!) ?? '';
  const read = own(FIELDS, path);
  if (!read) throw new Error(`unsupported fieldPath: ${path}`);
  return read(pod, facts);
}

const FIELDS: Record<string, (pod: Pod, facts: NodeFacts) => string> = {
  'metadata.name': podName,
  'metadata.namespace': podNamespace,
  'metadata.uid': podUid,
  'metadata.labels': (pod) => quotedLines(pod.metadata.labels),
  'metadata.annotations': (pod) => quotedLines(pod.metadata.annotations),
  'spec.nodeName': (_pod, facts) => facts.nodeName,
  'spec.serviceAccountName': (pod) => specOf(pod).serviceAccountName ?? '',
  'status.hostIP': (_pod, facts) => facts.hostIPs[0] ?? '',
  'status.hostIPs': (_pod, facts) => facts.hostIPs.join(','),
  'status.podIP': (_pod, facts) => facts.podIPs[0] ?? '',
  'status.podIPs': (_pod, facts) => facts.podIPs.join(','),
};

const quotedLines = (map: Readonly<Record<string, string>> = {}): string =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}=${goQuote(map[key]!)}`)
    .join('\n');

/** A string as Go's %q prints it. */
const goQuote = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A container's request or limit in units of the divisor, rounded up; limits default to the node's allocatable. */
export function resourceValue(
  pod: Pod,
  selector: ResourceFieldSelector,
  defaultContainer: string,
  facts: NodeFacts,
): string {
  const name = selector.containerName || defaultContainer;
  const container = findContainer(pod, name);
  if (!container) throw new Error(`container ${name} not found`);
  const match = /^(limits|requests)\.(.+)$/.exec(selector.resource);
  if (!match) throw new Error(`unsupported container resource : ${selector.resource}`);
  const of = match[1] === 'limits' ? 'limits' : 'requests';
  const resource = match[2]!;
  const set = container.spec.resources?.[of]?.[resource];
  const fallback =
    of === 'limits' ? facts.allocatable[resource] : container.spec.resources?.limits?.[resource];
  return divide(set ?? fallback ?? '0', selector.divisor ?? '0', resource);
}

function divide(amount: string, divisor: string, resource: string): string {
  if (resource === 'cpu') {
    const by = milliValue(divisor) || 1000;
    return String(Math.ceil(milliValue(amount) / by));
  }
  return String(Math.ceil(wholeValue(amount) / (wholeValue(divisor) || 1)));
}
