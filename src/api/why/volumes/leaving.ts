// Why a claim or volume that is deleted or let go of is still there. Pure.
import { isBeingDeleted, nameOf } from '../../meta/v1/object.ts';
import { CLAIM_PROTECTION, VOLUME_PROTECTION } from '../../volumes/finalizers.ts';
import { deletionProblem } from '../../volumes/provisioners.ts';
import { holdsClaim } from '../../volumes/users.ts';
import type { Problem } from '../pod-problems.ts';
import type { ClaimFacts, VolumeFacts } from './facts.ts';

export function claimLeaving({ claim, pods }: Pick<ClaimFacts, 'claim' | 'pods'>): Problem[] {
  if (!isBeingDeleted(claim)) return [];
  const { finalizers = [] } = claim.metadata;
  const others = finalizers.filter((finalizer) => finalizer !== CLAIM_PROTECTION);
  return [...(finalizers.includes(CLAIM_PROTECTION) ? holders(claim, pods) : []), ...remaining(others)];
}

function holders(claim: ClaimFacts['claim'], pods: ClaimFacts['pods']): Problem[] {
  const held = { reason: 'InUse', message: 'uses the claim, which is deleted once the pod is' };
  if (!pods)
    return [
      { where: 'claim', reason: 'InUse', message: 'is deleted once no pod uses it; you may not list pods' },
    ];
  const users = pods.filter((pod) => holdsClaim(pod, claim));
  if (users.length === 0)
    return [
      {
        where: 'claim',
        reason: 'Terminating',
        message: `${CLAIM_PROTECTION} is about to be removed: no pod uses it`,
      },
    ];
  return users.map((pod) => ({ where: `pod ${nameOf(pod)} on node ${pod.spec?.nodeName}`, ...held }));
}

const remaining = (finalizers: readonly string[]): Problem[] =>
  finalizers.map((finalizer) => ({
    where: `finalizer ${finalizer}`,
    reason: 'Terminating',
    message: 'is to be removed by the one who has set it',
  }));

export function volumeLeaving({ volume, attachments, events }: VolumeFacts): Problem[] {
  const { phase, message } = volume.status ?? {};
  const { claimRef, persistentVolumeReclaimPolicy: policy } = volume.spec ?? {};
  const finalizers = isBeingDeleted(volume) ? (volume.metadata.finalizers ?? []) : [];
  const others = remaining(finalizers.filter((finalizer) => finalizer !== VOLUME_PROTECTION));
  if (phase === 'Bound') {
    if (!isBeingDeleted(volume)) return [];
    const why = `is bound to ${claimRef?.namespace}/${claimRef?.name}, and is deleted once that is`;
    return [{ where: 'volume', reason: 'InUse', message: why }, ...others];
  }
  if (phase !== 'Released' && phase !== 'Failed') return others;
  const attached = (attachments ?? []).map(({ spec, status }): Problem => {
    const text =
      status?.detachError?.message ??
      (status?.attached ? 'is still attached' : 'has an attachment that is not removed');
    return {
      where: `node ${spec.nodeName}`,
      reason: status?.detachError ? 'DetachError' : 'Attached',
      message: text,
    };
  });
  const last = events.findLast(({ reason }) => reason === 'VolumeFailedDelete');
  const failed = last?.message ?? (phase === 'Failed' ? message : undefined);
  if (policy !== 'Delete' && !isBeingDeleted(volume)) return [kept(policy)];
  const nobody = policy === 'Delete' ? deletionProblem(volume) : undefined;
  return [
    ...attached,
    ...(failed ? [{ where: 'driver', reason: 'VolumeFailedDelete', message: failed }] : []),
    ...(nobody && !failed ? [{ where: 'volume', reason: 'NoDriver', message: nobody }] : []),
    ...others,
  ];
}

const kept = (policy = 'Retain'): Problem => ({
  where: 'volume',
  reason: policy,
  message: 'is kept, as its reclaim policy says, until somebody deletes it',
});
