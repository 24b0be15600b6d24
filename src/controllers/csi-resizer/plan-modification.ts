// To which VolumeAttributesClass a volume is to be changed now. A change whose end nobody knows is repeated before another is begun.
// Pure. Upstream: modify of pkg/modifycontroller of external-resizer.
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';

type Claim = Readonly<PersistentVolumeClaim>;

export type Modification =
  /** Back to a volume that is as it was: the claim no longer says that it changes. */
  { readonly do: 'cancel' } | { readonly do: 'begin' | 'continue'; readonly target: string };

const wantedBy = ({ spec }: Claim): string => spec?.volumeAttributesClassName ?? '';

/** `isFinal`: the last attempt is known to have left nothing behind. */
export function planModification(claim: Claim, isFinal: boolean): Modification | undefined {
  const {
    phase,
    modifyVolumeStatus: state,
    currentVolumeAttributesClassName: current = '',
  } = claim.status ?? {};
  const wanted = wantedBy(claim);
  if (phase !== 'Bound' || (!state && wanted === current)) return undefined;
  const isUnderWay = state?.status === 'InProgress';
  if (wanted === '' && !isUnderWay) return { do: 'cancel' };
  if (isUnderWay && state.targetVolumeAttributesClassName && (!isFinal || wanted === ''))
    return { do: 'continue', target: state.targetVolumeAttributesClassName };
  return wanted === '' ? undefined : { do: 'begin', target: wanted };
}

/** The same class as the one that the driver has refused. */
export const isSameAsBefore = (claim: Claim): boolean =>
  claim.status?.modifyVolumeStatus?.targetVolumeAttributesClassName === wantedBy(claim);
