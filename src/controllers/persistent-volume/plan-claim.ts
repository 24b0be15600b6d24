// What is to be done about a claim. Pure. Upstream: syncUnboundClaim and syncBoundClaim of pv_controller.go.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { isBeingDeleted, keyOf, nameOf } from '../../api/meta/v1/object.ts';
import { wholeValue } from '../../api/quantity/quantity.ts';
import { BIND_COMPLETED, BOUND_BY_CONTROLLER, SELECTED_NODE } from '../../api/volumes/annotations.ts';
import { isBoundTo } from '../../api/volumes/binding.ts';
import { classOfClaim, classOfVolume, isDelayed, namesClass } from '../../api/volumes/classes.ts';
import {
  attributesClassOf,
  capacityOf,
  hasModesOf,
  isOfOtherMode,
  requestOf,
} from '../../api/volumes/match.ts';
import { externalProvisioner } from '../../api/volumes/provisioners.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Volume = Readonly<PersistentVolume>;

/** What a plan depends on besides the claim. */
export interface ClaimView {
  class(name: string): Readonly<StorageClass> | undefined;
  defaultClass(): string | undefined;
  volume(name: string): Volume | undefined;
  bestMatch(claim: Claim, isDelayed: boolean): Volume | undefined;
  /** Names of the pods that use the claim and have no node. */
  waitingPods(claim: Claim): readonly string[];
}

export interface Report {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export type ClaimPlan =
  | { readonly do: 'bind'; readonly volume: Volume }
  | { readonly do: 'wait'; readonly report?: Report }
  | { readonly do: 'assignClass'; readonly name: string }
  /** `provisioner` shall make a volume. */
  | { readonly do: 'provision'; readonly provisioner: string; readonly report: Report }
  /** Nothing can be done, and the phase stays. */
  | { readonly do: 'report'; readonly report: Report; readonly error?: string }
  | { readonly do: 'lose'; readonly report: Report };

export function planClaim(claim: Claim, view: ClaimView): ClaimPlan {
  if (claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) return planBound(claim, view);
  return claim.spec?.volumeName ? planNamed(claim, claim.spec.volumeName, view) : planFree(claim, view);
}

const normal = (reason: string, message: string): Report => ({ type: 'Normal', reason, message });
const warning = (reason: string, message: string): Report => ({ type: 'Warning', reason, message });

function planFree(claim: Claim, view: ClaimView): ClaimPlan {
  const delayed = isDelayed(claim, { get: view.class });
  const volume = view.bestMatch(claim, delayed);
  if (volume) return { do: 'bind', volume };
  const fallback = namesClass(claim) ? undefined : view.defaultClass();
  if (fallback) return { do: 'assignClass', name: fallback };
  if (delayed && claim.metadata.annotations?.[SELECTED_NODE] === undefined)
    return { do: 'wait', report: waitingReport(view.waitingPods(claim)) };
  const name = classOfClaim(claim);
  if (name) return planProvision(name, view);
  const nothing = 'no persistent volumes available for this claim and no storage class is set';
  return { do: 'wait', report: normal('FailedBinding', nothing) };
}

function waitingReport(pods: readonly string[]): Report {
  if (pods.length === 0)
    return normal('WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
  const which = pods.length > 1 ? `pods ${pods.join(',')}` : `pod ${pods[0]}`;
  return normal('WaitForPodScheduled', `waiting for ${which} to be scheduled`);
}

function planProvision(name: string, view: ClaimView): ClaimPlan {
  const found = view.class(name);
  const failed = (why: string): ClaimPlan => ({ do: 'report', report: warning('ProvisioningFailed', why) });
  if (!found) return failed(`storageclass.storage.k8s.io ${JSON.stringify(name)} not found`);
  const provisioner = externalProvisioner(found.provisioner);
  if ('problem' in provisioner) return failed(provisioner.problem);
  const message =
    `Waiting for a volume to be created either by the external provisioner '${provisioner.name}' ` +
    'or manually by the system administrator. If volume creation is delayed, please verify that ' +
    'the provisioner is running and correctly registered.';
  return {
    do: 'provision',
    provisioner: provisioner.name,
    report: normal('ExternalProvisioning', message),
  };
}

/** The claim names a volume, by its user's or a controller's will. */
function planNamed(claim: Claim, name: string, view: ClaimView): ClaimPlan {
  const volume = view.volume(name);
  if (!volume) return { do: 'wait' };
  const ref = volume.spec?.claimRef;
  if (!ref) {
    const mismatch = mismatchOf(volume, claim);
    if (!mismatch) return { do: 'bind', volume };
    const message = `Cannot bind to requested volume "${name}": ${mismatch}`;
    return { do: 'wait', report: warning('VolumeMismatch', message) };
  }
  if (isBoundTo(volume, claim)) return { do: 'bind', volume };
  const report = warning('FailedBinding', `volume "${name}" already bound to a different claim.`);
  if (claim.metadata.annotations?.[BOUND_BY_CONTROLLER] === undefined) return { do: 'wait', report };
  const error = `invalid binding of claim "${keyOf(claim)}" to volume "${name}": volume already claimed by "${ref.namespace}/${ref.name}"`;
  return { do: 'report', report, error };
}

function mismatchOf(volume: Volume, claim: Claim): string | undefined {
  if (isBeingDeleted(volume)) return `the volume is marked for deletion "${nameOf(volume)}"`;
  if (wholeValue(capacityOf(volume)) < wholeValue(requestOf(claim))) return 'requested PV is too small';
  if (classOfVolume(volume) !== classOfClaim(claim)) return 'storageClassName does not match';
  if (attributesClassOf(volume) !== attributesClassOf(claim))
    return 'volumeAttributesClassName does not match';
  if (isOfOtherMode(claim, volume)) return 'incompatible volumeMode';
  return hasModesOf(claim, volume) ? undefined : 'incompatible accessMode';
}

function planBound(claim: Claim, view: ClaimView): ClaimPlan {
  const name = claim.spec?.volumeName;
  const lose = (reason: string, message: string): ClaimPlan => ({
    do: 'lose',
    report: warning(reason, message),
  });
  if (!name)
    return lose(
      'ClaimLost',
      'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!',
    );
  const volume = view.volume(name);
  if (!volume)
    return lose('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  const ref = volume.spec?.claimRef;
  if (!ref || ref.uid === claim.metadata.uid) return { do: 'bind', volume };
  return lose('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
}
