// Asks an API server what it takes to say why a pod, or the pods of a workload, do not run: the pod, its placement while it has no
// node, its events once it has one. Everything with the rights of the one who asks.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { type Placement, placementPath } from '../../api/pods/placement.ts';
import { isPodReady } from '../../api/pods/readiness.ts';
import { claimNameOf } from '../../api/volumes/binding.ts';
import type { EventLine } from '../../api/why/event-line.ts';
import { type Problem, podProblems } from '../../api/why/pod-problems.ts';
import type { Client } from '../../client/client.ts';
import { errorOf } from '../../client/rest/failure.ts';
import type { Transport } from '../../client/transport/transport.ts';
import { warningsOf } from './events.ts';

export interface Api {
  readonly client: Client;
  readonly transport: Transport;
  readonly signal: AbortSignal;
}

export interface PodAccount {
  readonly pod: string;
  readonly phase: string;
  readonly ready: boolean;
  /** While it has no node. */
  readonly placement?: Placement;
  /** Why there is no placement, and what the pod itself says. */
  readonly withoutPlacement?: { readonly error: string; readonly message: string };
  readonly problems: readonly Problem[];
  /** Warnings, the latest last. */
  readonly events: readonly EventLine[];
}

export async function accountOf(api: Api, pod: Readonly<Pod>): Promise<PodAccount> {
  const waits = !pod.spec?.nodeName && !isPodTerminal(pod);
  const isStarting = hasNotStarted(pod);
  const ofClaims = isStarting ? await ofVolumes(api, pod) : [];
  const ofPod = podProblems(pod);
  const events = ofClaims.length + ofPod.length > 0 ? await warningsOf(api.client, pod) : [];
  return {
    pod: `${namespaceOf(pod)}/${nameOf(pod)}`,
    phase: pod.status?.phase ?? '',
    ready: isPodReady(pod),
    ...(waits && (await placementOf(api, pod))),
    problems: [...ofClaims, ...(isStarting && ofClaims.length === 0 ? ofMounts(events) : []), ...ofPod],
    events,
  };
}

const MOUNTING = new Set(['FailedMount', 'FailedMapVolume', 'FailedAttachVolume']);

/** What was said last of its volumes, whatever they are. */
function ofMounts(events: readonly EventLine[]): Problem[] {
  const last = events.findLast(({ reason }) => MOUNTING.has(reason));
  return last ? [{ where: 'pod', reason: last.reason, message: last.message }] : [];
}

/** Volumes come before all containers. */
const hasNotStarted = (pod: Readonly<Pod>): boolean =>
  !isPodTerminal(pod) &&
  [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].every(
    ({ state, lastState }) => !state?.running && !state?.terminated && !lastState?.terminated,
  );

async function ofVolumes(api: Api, pod: Readonly<Pod>): Promise<readonly Problem[]> {
  if (!pod.spec?.volumes?.some((volume) => claimNameOf(pod, volume))) return [];
  const { volumeProblems } = await import('./volumes/pod-volumes.ts');
  return volumeProblems(api.client, pod);
}

async function placementOf(
  { transport, signal }: Api,
  pod: Readonly<Pod>,
): Promise<Pick<PodAccount, 'placement' | 'withoutPlacement'>> {
  const path = placementPath(namespaceOf(pod), nameOf(pod));
  const response = await transport.request({ method: 'GET', path, signal });
  if (response.status === 200) return { placement: JSON.parse(response.body.toString()) as Placement };
  const error = errorOf(response);
  // Of another API server, or of one without a scheduler: what the pod says is all there is.
  if (response.status !== 404 && response.status !== 503 && response.status !== 403) throw error;
  const message = conditionOf(pod, 'PodScheduled')?.message ?? '';
  return { withoutPlacement: { error: error.message, message } };
}
