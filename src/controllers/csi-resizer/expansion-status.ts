// What a claim says while its volume is expanded: patches of its status. Pure. Upstream: pkg/controller/resize_status.go of
// external-resizer.
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { withResize } from './conditions.ts';
import type { Expansion } from './plan-expansion.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Patch = { readonly status: object; readonly metadata?: object };

/** Tells the kubelet that the file system fits already. */
const NOT_REQUIRED = 'volume.kubernetes.io/node-expansion-not-required';
const required = { metadata: { annotations: { [NOT_REQUIRED]: null } } };

const condition = (type: string, now: string, message?: string) => ({
  ...{ type, status: 'True' as const, lastTransitionTime: now },
  ...(message !== undefined && { message }),
});

/** Undefined if the claim says so already. */
export function inProgress(claim: Claim, { size, isNew }: Expansion, now: string): Patch | undefined {
  const { conditions = [] } = claim.status ?? {};
  if (!isNew && conditions.some(({ type }) => type === 'Resizing')) return undefined;
  return {
    ...required,
    status: {
      conditions: withResize(conditions, [condition('Resizing', now)], !isNew),
      allocatedResources: { storage: size },
      ...(isNew && { allocatedResourceStatuses: { storage: 'ControllerResizeInProgress' } }),
    },
  };
}

export const failed = (claim: Claim, why: string, isInfeasible: boolean, now: string): Patch => ({
  status: {
    conditions: withResize(
      ...([
        claim.status?.conditions,
        [condition('ControllerResizeError', now, `failed to expand pvc with ${why}`)],
        true,
      ] as const),
    ),
    ...(isInfeasible && { allocatedResourceStatuses: { storage: 'ControllerResizeInfeasible' } }),
  },
});

export const leftToNode = (claim: Claim, now: string): Patch => ({
  ...required,
  status: {
    conditions: withResize(
      claim.status?.conditions,
      [
        condition(
          'FileSystemResizePending',
          now,
          'Waiting for user to (re-)start a pod to finish file system resize of volume on node.',
        ),
      ],
      true,
    ),
    allocatedResourceStatuses: { storage: 'NodeResizePending' },
  },
});

export const finished = (claim: Claim, size: string): Patch => ({
  metadata: { annotations: { [NOT_REQUIRED]: 'true' } },
  status: {
    capacity: { storage: size },
    conditions: withResize(claim.status?.conditions, [], false),
    allocatedResourceStatuses: { storage: null },
  },
});
