// What a claim says while its volume is modified: patches of its status. Pure.
// Upstream: pkg/modifycontroller/modify_status.go of external-resizer.
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { isFinal } from '../../csi/errors.ts';
import { type GrpcError, nameInGo } from '../../kit/grpc/status.ts';
import { withModification, withoutModification } from './conditions.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Patch = { readonly status: object };

const modifying = (now: string, message: string) => ({
  ...{ type: 'ModifyingVolume', status: 'True' as const, lastProbeTime: now, message },
});

/** The class is not there yet. */
export const pending: Patch = { status: { modifyVolumeStatus: { status: 'Pending' } } };

export const begun = ({ status }: Claim, target: string, now: string): Patch => ({
  status: {
    modifyVolumeStatus: { status: 'InProgress', targetVolumeAttributesClassName: target },
    conditions: withModification(status?.conditions, [
      modifying(now, `Modifying volume to "${target}" is in progress.`),
    ]),
  },
});

/** Only an invalid argument says that it will never be. */
export function failed({ status }: Claim, target: string, error: GrpcError, now: string): Patch {
  const state = error.code === 'invalidArgument' ? 'Infeasible' : 'InProgress';
  const message = isFinal(error)
    ? `Modifying volume to "${target}" failed. Waiting for retry.`
    : `Modifying volume to "${target}" is still in progress.`;
  return {
    status: {
      modifyVolumeStatus: { status: state },
      conditions: withModification(status?.conditions, [
        modifying(now, message),
        {
          ...{ type: 'ModifyVolumeError', status: 'True' as const, lastProbeTime: now },
          ...{ reason: nameInGo(error.code), message: error.message },
        },
      ]),
    },
  };
}

export const done = ({ status }: Claim, target: string): Patch => ({
  status: {
    modifyVolumeStatus: null,
    currentVolumeAttributesClassName: target,
    conditions: withoutModification(status?.conditions),
  },
});

export const cancelled = ({ status }: Claim): Patch => ({
  status: { conditions: (status?.conditions ?? []).filter(({ type }) => type !== 'ModifyingVolume') },
});
