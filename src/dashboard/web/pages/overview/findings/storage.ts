// Claims that wait, and volumes that have failed. A claim that waits for its first pod, as its class wants it, is well. Pure.
import type { PersistentVolume } from '../../../../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { StorageClass } from '../../../../../api/kinds/storage/v1/storage-class.ts';
import { nameOf, namespaceOf } from '../../../../../api/meta/v1/object.ts';
import { SELECTED_NODE } from '../../../../../api/volumes/annotations.ts';
import { classOfClaim } from '../../../../../api/volumes/classes.ts';
import type { ClaimFacts } from '../../../../../api/why/volumes/facts.ts';
import { growthProblems } from '../../../../../api/why/volumes/growth.ts';
import { waitingProblems } from '../../../../../api/why/volumes/waiting.ts';
import { type Finding, KINDS, timeOf } from './finding.ts';

/** How long a volume may take to be made. */
const PATIENCE_MS = 30_000;

/** `classes`: undefined where they may not be listed. */
export function claimFinding(
  claim: Readonly<PersistentVolumeClaim>,
  classes: readonly Readonly<StorageClass>[] | undefined,
  now: number,
): Finding | undefined {
  const name = classOfClaim(claim);
  const found = classes?.find((each) => nameOf(each) === name);
  const facts: ClaimFacts = {
    ...{ claim, class: found ?? (classes ? 'missing' : 'hidden'), volume: 'hidden', node: 'hidden' },
    ...{ candidates: [], events: [] },
  };
  const since = timeOf(claim.metadata.creationTimestamp);
  const isLate = since === undefined || now > since + PATIENCE_MS;
  const waitsForPod =
    found?.volumeBindingMode === 'WaitForFirstConsumer' && !claim.metadata.annotations?.[SELECTED_NODE];
  const [first] = [...(waitsForPod || !isLate ? [] : waitingProblems(facts)), ...growthProblems(facts)];
  if (!first) return undefined;
  return {
    ...{ of: KINDS.PersistentVolumeClaim, namespace: namespaceOf(claim), name: nameOf(claim) },
    severity: claim.status?.phase === 'Bound' ? 'warn' : 'bad',
    reason: first.reason,
    message: `${first.where === 'claim' ? '' : `${first.where}: `}${first.message}`,
    ...(since !== undefined && { since }),
  };
}

export function volumeFinding(volume: Readonly<PersistentVolume>): Finding | undefined {
  const { phase, message, reason } = volume.status ?? {};
  if (phase !== 'Failed') return undefined;
  const of = { of: KINDS.PersistentVolume, name: nameOf(volume) };
  return { ...of, severity: 'bad', reason: reason || 'Failed', message: message ?? '' };
}
