// Asks an API server what it takes to say why a pod, or the pods of a workload, do not run: the pod, its placement while it has no
// node, its events once it has one. Everything with the rights of the one who asks.
import { Event } from '../../api/kinds/core/v1/event.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { type Placement, placementPath } from '../../api/pods/placement.ts';
import { isPodReady } from '../../api/pods/readiness.ts';
import { isForbidden, StatusError } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import { errorOf } from '../../client/rest/failure.ts';
import type { Transport } from '../../client/transport/transport.ts';
import { type Problem, podProblems } from './pod-problems.ts';

export interface Api {
  readonly client: Client;
  readonly transport: Transport;
  readonly signal: AbortSignal;
}

export interface EventLine {
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly last: string;
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

const MOST_EVENTS = 5;
const EVENTS_READ = 500;

export async function accountOf(api: Api, pod: Readonly<Pod>): Promise<PodAccount> {
  const problems = podProblems(pod);
  const waits = !pod.spec?.nodeName && !isPodTerminal(pod);
  return {
    pod: `${namespaceOf(pod)}/${nameOf(pod)}`,
    phase: pod.status?.phase ?? '',
    ready: isPodReady(pod),
    ...(waits && (await placementOf(api, pod))),
    problems,
    events: problems.length > 0 ? await warningsOf(api, pod) : [],
  };
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

/** Without those of scheduling: the placement says more. Nothing for those who may not list events. */
export async function warningsOf(
  { client }: Pick<Api, 'client'>,
  object: Parameters<typeof uidOf>[0],
): Promise<readonly EventLine[]> {
  const fieldSelector = `involvedObject.uid=${uidOf(object)},type=Warning`;
  try {
    const query = { namespace: namespaceOf(object), fieldSelector, limit: EVENTS_READ };
    const { items } = await client.list(Event, query);
    return items
      .filter(({ reason }) => reason !== 'FailedScheduling')
      .map(lineOf)
      .sort((a, b) => (a.last < b.last ? -1 : 1))
      .slice(-MOST_EVENTS);
  } catch (error) {
    if (error instanceof StatusError && isForbidden(error)) return [];
    throw error;
  }
}

const lineOf = ({ reason, message, count, series, lastTimestamp, eventTime }: Event): EventLine => ({
  reason: reason ?? '',
  message: message ?? '',
  count: series?.count ?? count ?? 1,
  last: series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? '',
});
