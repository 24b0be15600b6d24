// What a claim says about its expansion, and how the kubelet changes that: the part of the protocol between resizers and kubelets that a
// node has. Pure. Upstream: node_expander.go in pkg/volume/util/operationexecutor, and pkg/volume/util/resize_util.go.
import type { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { wholeValue } from '../../../api/quantity/quantity.ts';
import { isGrpcError } from '../../../kit/grpc/status.ts';

const NOT_REQUIRED = 'volume.kubernetes.io/node-expansion-not-required';
/** Conditions that are about expansion. */
const CONDITIONS = ['FileSystemResizePending', 'Resizing', 'ControllerResizeError', 'NodeResizeError'];

/**
 * `again`: another node has grown the volume, and told the claim. `as before`: a resizer of before 1.34 that keeps no account.
 * `wait` for the controller; `done`: nothing is left to do.
 */
export type Verdict = 'expand' | 'expand again' | 'expand as before' | 'wait' | 'done';

export function mayExpand({ metadata, spec, status }: PersistentVolumeClaim, wanted: string): Verdict {
  const stage = status?.allocatedResourceStatuses?.storage;
  if (stage === undefined && status?.allocatedResources === undefined) return 'expand as before';
  const isTold = stage === undefined && wholeValue(status?.capacity?.storage ?? '0') >= wholeValue(wanted);
  const isShared = spec?.accessModes?.includes('ReadWriteMany') ?? false;
  if (isTold && isShared && metadata.annotations?.[NOT_REQUIRED] === undefined) return 'expand again';
  if (stage === 'NodeResizePending' || stage === 'NodeResizeInProgress') return 'expand';
  return isTold ? 'done' : 'wait';
}

/** The size cannot be had: the controller has to be asked for another one. */
export const isInfeasible = (error: unknown): boolean =>
  isGrpcError(error) && ['invalidArgument', 'outOfRange', 'notFound'].includes(error.code);

export interface ClaimChange {
  readonly status?: 'NodeResizeInProgress' | 'NodeResizeInfeasible';
  /** It has this size now: everything about the expansion goes. */
  readonly capacity?: string;
  /** Why it has failed. */
  readonly error?: string;
}

/** A strategic merge patch of the status. It counts only for the version that it was made for, unless it tells of a failure. */
export function claimPatch(
  { metadata, status = {} }: PersistentVolumeClaim,
  { status: stage, capacity, error }: ClaimChange,
  now: string,
): object {
  const { resourceVersion } = metadata;
  const gone = (status.conditions ?? []).filter(({ type }) => CONDITIONS.includes(type));
  const known = gone.some(({ type, status: is }) => type === 'NodeResizeError' && is === 'True');
  const failure = {
    ...{ type: 'NodeResizeError', status: 'True', message: error },
    ...(!known && { lastTransitionTime: now }),
  };
  return {
    ...(error === undefined && resourceVersion && { metadata: { resourceVersion } }),
    status: {
      ...(stage && { allocatedResourceStatuses: { storage: stage } }),
      ...(capacity !== undefined && {
        capacity: { storage: capacity },
        ...(status.allocatedResourceStatuses && { allocatedResourceStatuses: { storage: null } }),
        conditions: gone.map(({ type }) => ({ $patch: 'delete', type })),
      }),
      ...(error !== undefined && { conditions: [failure] }),
    },
  };
}
