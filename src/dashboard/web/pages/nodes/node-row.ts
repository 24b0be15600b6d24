// What the table of nodes shows of each. Pure.
import type { Node } from '../../../../api/kinds/core/v1/node.ts';
import { conditionOf } from '../../../../api/meta/v1/conditions.ts';
import { labelsOf, nameOf } from '../../../../api/meta/v1/object.ts';
import { approximate } from '../../../../api/quantity/quantity.ts';

export interface Amounts {
  /** Cores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

export interface NodeRow {
  readonly name: string;
  /** As in kubectl's column STATUS. */
  readonly status: string;
  readonly roles: string;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly allocatable: Amounts & { readonly pods: number };
  readonly taints: number;
  /** Conditions that are not as they should be. */
  readonly troubles: readonly string[];
}

const TROUBLES = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'] as const;
const ROLE = 'node-role.kubernetes.io/';

export function nodeRow(node: Readonly<Node>): NodeRow {
  const ready = conditionOf(node, 'Ready')?.status;
  const status = [
    ready === 'True' ? 'Ready' : ready === 'False' ? 'NotReady' : 'Unknown',
    ...(node.spec?.unschedulable ? ['SchedulingDisabled'] : []),
  ].join(',');
  const roles = Object.keys(labelsOf(node)).flatMap((key) =>
    key.startsWith(ROLE) ? [key.slice(ROLE.length)] : [],
  );
  const allocatable = node.status?.allocatable ?? {};
  const { creationTimestamp } = node.metadata;
  return {
    ...{ name: nameOf(node), status, roles: roles.sort().join(', ') },
    version: node.status?.nodeInfo?.kubeletVersion ?? '',
    created: creationTimestamp ? Date.parse(creationTimestamp) : 0,
    allocatable: {
      cpu: approximate(allocatable.cpu ?? '0'),
      memory: approximate(allocatable.memory ?? '0'),
      pods: approximate(allocatable.pods ?? '0'),
    },
    taints: node.spec?.taints?.length ?? 0,
    troubles: TROUBLES.filter((type) => conditionOf(node, type)?.status === 'True'),
  };
}

/** A share as people read it; nothing where it is not known. */
export const percentText = (share: number | undefined): string =>
  share === undefined || !Number.isFinite(share) ? '' : `${Math.round(100 * share)} %`;
