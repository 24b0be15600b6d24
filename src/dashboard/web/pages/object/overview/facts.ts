// What is told of an object above all else: the columns that kubectl prints for its kind, and what its kind's people look for. Pure.
import type { Service } from '../../../../../api/kinds/core/v1/service.ts';
import { addAll } from '../../../../../kit/lists.ts';
import type { KubeObject } from '../object-shape.ts';
import { isObject } from '../yaml/document.ts';

export interface Fact {
  readonly label: string;
  readonly value: string;
}

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Shown elsewhere on the page. */
const ELSEWHERE = new Set([
  'Name',
  'Namespace',
  'Age',
  'Labels',
  'Containers',
  'Images',
  'Nominated Node',
  'Readiness Gates',
]);
const NONE = new Set(['', '<none>', '<unset>']);

export const columnFacts = (columns: readonly Column[], cells: readonly unknown[]): Fact[] =>
  columns
    .map(({ name }, i) => ({ label: name, value: textOf(cells[i]) }))
    .filter(({ label, value }) => !ELSEWHERE.has(label) && !NONE.has(value));

const textOf = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

/** Fields that no column shows. */
export function moreFacts(object: KubeObject): Fact[] {
  const { kind, spec = {}, status = {} } = object;
  const facts: (readonly [string, unknown])[] = [];
  if (kind === 'Pod')
    facts.push(
      ['QoS class', status.qosClass],
      ['Priority', spec.priorityClassName ?? spec.priority],
      ['Restart policy', spec.restartPolicy],
      ['Host IP', status.hostIP],
      ['Reason', status.reason],
      ['Message', status.message],
    );
  if (kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet') {
    const strategy = (spec.strategy ?? spec.updateStrategy) as { type?: string } | undefined;
    facts.push(['Strategy', strategy?.type], ['Paused', spec.paused === true ? 'yes' : undefined]);
  }
  if (kind === 'Node') addAll(facts, nodeFacts(spec, status));
  if (kind === 'Service')
    facts.push(
      ['Session affinity', spec.sessionAffinity],
      ['Traffic', (object as Service).spec?.externalTrafficPolicy],
    );
  return facts
    .filter(([, value]) => !NONE.has(textOf(value)))
    .map(([label, value]) => ({ label, value: textOf(value) }));
}

function nodeFacts(spec: Readonly<Record<string, unknown>>, status: Readonly<Record<string, unknown>>) {
  const list = (value: unknown): string =>
    isObject(value)
      ? ['cpu', 'memory', 'pods', 'ephemeral-storage']
          .flatMap((name) => (value[name] === undefined ? [] : [`${name} ${String(value[name])}`]))
          .join(', ')
      : '';
  const taints = (spec.taints ?? []) as readonly { key: string; value?: string; effect: string }[];
  const texts = taints.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`);
  return [
    ['Capacity', list(status.capacity)],
    ['Allocatable', list(status.allocatable)],
    ['Pod network', ((spec.podCIDRs ?? []) as readonly string[]).join(', ')],
    ['Taints', texts.join(', ')],
  ] as const;
}

/** Parts of an object that have no view of their own on the page. */
const SHOWN_ELSEWHERE = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'status',
  'data',
  'binaryData',
  'stringData',
]);

export function restOf(object: KubeObject): [string, unknown][] {
  return Object.entries(object).filter(([name, value]) => !SHOWN_ELSEWHERE.has(name) && value !== undefined);
}
