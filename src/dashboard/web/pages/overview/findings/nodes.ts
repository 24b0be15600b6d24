// Nodes that are not ready, under pressure, or taken out of service. Pure.
import type { Node } from '../../../../../api/kinds/core/v1/node.ts';
import { conditionOf } from '../../../../../api/meta/v1/conditions.ts';
import { nameOf } from '../../../../../api/meta/v1/object.ts';
import { isOutOfService } from '../../../../../api/nodes/taints.ts';
import { type Finding, KINDS, timeOf } from './finding.ts';

/** Conditions that are well when they are False. */
const TROUBLES = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'] as const;

export function nodeFindings(node: Readonly<Node>): Finding[] {
  const base = { of: KINDS.Node, name: nameOf(node) };
  const ready = conditionOf(node, 'Ready');
  const since = (time: string | undefined) => {
    const ms = timeOf(time);
    return ms === undefined ? {} : { since: ms };
  };
  if (ready?.status !== 'True')
    return [
      {
        ...base,
        severity: 'bad',
        reason: ready?.status === 'Unknown' ? 'Unknown' : 'NotReady',
        message: ready?.message || ready?.reason || 'its kubelet has not reported yet',
        ...since(ready?.lastTransitionTime ?? node.metadata.creationTimestamp),
      },
    ];
  const troubles = TROUBLES.flatMap((type): Finding[] => {
    const condition = conditionOf(node, type);
    if (condition?.status !== 'True') return [];
    const message = condition.message ?? condition.reason ?? '';
    return [{ ...base, severity: 'bad', reason: type, message, ...since(condition.lastTransitionTime) }];
  });
  if (isOutOfService(node))
    return [
      ...troubles,
      { ...base, severity: 'warn', reason: 'OutOfService', message: 'is marked as out of service' },
    ];
  if (!node.spec?.unschedulable) return troubles;
  const cordon = node.spec.taints?.find(({ key }) => key === 'node.kubernetes.io/unschedulable');
  const message = 'is cordoned: no new pods are scheduled to it';
  return [
    ...troubles,
    { ...base, severity: 'warn', reason: 'SchedulingDisabled', message, ...since(cordon?.timeAdded) },
  ];
}
