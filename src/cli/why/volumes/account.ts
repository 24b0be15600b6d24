// The answer about a claim or a volume.
import type { PersistentVolume } from '../../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { keyOf, nameOf } from '../../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../../api/pods/phase.ts';
import type { EventLine } from '../../../api/why/event-line.ts';
import type { Problem } from '../../../api/why/pod-problems.ts';
import { growthProblems } from '../../../api/why/volumes/growth.ts';
import { claimLeaving, volumeLeaving } from '../../../api/why/volumes/leaving.ts';
import { type NearMatch, nearMatches } from '../../../api/why/volumes/near-matches.ts';
import { waitingProblems } from '../../../api/why/volumes/waiting.ts';
import { type Api, accountOf, type PodAccount } from '../ask.ts';
import { Reader } from './read.ts';

export interface StorageAccount {
  readonly kind: 'claim' | 'volume';
  readonly name: string;
  readonly phase: string;
  readonly problems: readonly Problem[];
  /** Volumes that a claim without one might be bound to. */
  readonly candidates: readonly NearMatch[];
  /** Pods without a node whose node a claim waits for. */
  readonly pods: readonly PodAccount[];
  /** Kinds that the user may not read, by their plural names. */
  readonly hidden: readonly string[];
  /** Warnings, the latest last. */
  readonly events: readonly EventLine[];
}

/** Of one claim. */
const MOST_PODS = 3;

export async function accountOfClaim(
  api: Api,
  claim: Readonly<PersistentVolumeClaim>,
): Promise<StorageAccount> {
  const reader = new Reader(api.client);
  const facts = await reader.claim(claim);
  const waits = waitingProblems(facts);
  const hasNoNode = (pod: Readonly<Pod>) => !pod.spec?.nodeName && !isPodTerminal(pod);
  const pods: PodAccount[] = [];
  const waiting = waits.some(({ reason }) => reason === 'WaitForPodScheduled');
  for (const pod of waiting ? (facts.pods ?? []).filter(hasNoNode).slice(0, MOST_PODS) : [])
    pods.push(await accountOf(api, pod));
  return {
    ...{ kind: 'claim', name: keyOf(claim), phase: claim.status?.phase ?? 'Pending' },
    problems: [...claimLeaving(facts), ...waits, ...growthProblems(facts)],
    candidates: waits.length > 0 && !claim.spec?.volumeName ? nearMatches(facts) : [],
    ...{ pods, hidden: [...reader.hidden], events: facts.events },
  };
}

export async function accountOfVolume(api: Api, volume: Readonly<PersistentVolume>): Promise<StorageAccount> {
  const reader = new Reader(api.client);
  const facts = await reader.volume(volume);
  return {
    ...{ kind: 'volume', name: nameOf(volume), phase: volume.status?.phase ?? 'Pending' },
    problems: volumeLeaving(facts),
    ...{ candidates: [], pods: [], hidden: [...reader.hidden], events: facts.events },
  };
}
