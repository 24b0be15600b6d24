// What is to be done about a volume. Pure. Upstream: syncVolume and reclaimVolume of pv_controller.go.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { MIGRATED_TO, PROVISIONED_BY } from '../../api/volumes/annotations.ts';
import { isOfOtherMode } from '../../api/volumes/match.ts';
import { deletionProblem } from '../../api/volumes/provisioners.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Volume = Readonly<PersistentVolume>;

export interface Failed {
  readonly reason: string;
  readonly message: string;
}

export type VolumePlan =
  | { readonly do: 'phase'; readonly phase: 'Available' | 'Bound' }
  /** Its claim is gone; `failed` if what its reclaim policy asks for cannot be done. */
  | { readonly do: 'release'; readonly failed?: Failed }
  | { readonly do: 'unbind' }
  /** The claim is to be bound to it. */
  | { readonly do: 'bind' }
  | { readonly do: 'mismatch'; readonly claim: Claim; readonly ofVolume: string; readonly ofClaim: string };

/** `claim`: the one that the volume refers to; undefined if it is gone. */
export function planVolume(volume: Volume, claim: Claim | undefined): VolumePlan {
  const { spec, metadata } = volume;
  // Without a uid a user has reserved the volume.
  if (!spec?.claimRef?.uid) return { do: 'phase', phase: 'Available' };
  if (!claim) return released(volume);
  const { volumeName } = claim.spec ?? {};
  if (!volumeName) return isOfOtherMode(claim, volume) ? mismatch(volume, claim) : { do: 'bind' };
  if (volumeName === nameOf(volume)) return { do: 'phase', phase: 'Bound' };
  // The claim has got another one. What was made for it alone is not of use to others.
  const isMade = metadata.annotations?.[PROVISIONED_BY] !== undefined;
  return isMade && spec.persistentVolumeReclaimPolicy === 'Delete' ? released(volume) : { do: 'unbind' };
}

function mismatch(volume: Volume, claim: Claim): VolumePlan {
  const why = 'due to incompatible volumeMode.';
  return {
    ...{ do: 'mismatch', claim },
    ofVolume: `Cannot bind PersistentVolume to requested PersistentVolumeClaim "${nameOf(claim)}" ${why}`,
    ofClaim: `Cannot bind PersistentVolume "${nameOf(volume)}" to requested PersistentVolumeClaim ${why}`,
  };
}

function released(volume: Volume): VolumePlan {
  const failed = problemOfReclaim(volume);
  return { do: 'release', ...(failed && { failed }) };
}

function problemOfReclaim(volume: Volume): Failed | undefined {
  if (volume.metadata.annotations?.[MIGRATED_TO]) return undefined;
  switch (volume.spec?.persistentVolumeReclaimPolicy) {
    case 'Retain':
      return undefined;
    case 'Recycle':
      return { reason: 'VolumeFailedRecycle', message: 'No recycler plugin found for the volume!' };
    case 'Delete': {
      const message = deletionProblem(volume);
      return message === undefined ? undefined : { reason: 'VolumeFailedDelete', message };
    }
    default: {
      const message = 'Volume has unrecognized PersistentVolumeReclaimPolicy';
      return { reason: 'VolumeUnknownReclaimPolicy', message };
    }
  }
}

/** The volume is no longer its claim's: one that a user has reserved stays reserved. */
export function unbound(volume: Volume, mark: string): Volume {
  const { metadata, spec } = volume;
  const { [mark]: isOurs, ...annotations } = metadata.annotations ?? {};
  const { claimRef, ...free } = spec ?? {};
  if (isOurs === undefined) {
    const { uid: _, ...ref } = claimRef ?? {};
    return { ...volume, spec: { ...free, claimRef: ref } };
  }
  return { ...volume, metadata: { ...metadata, annotations }, spec: free };
}
