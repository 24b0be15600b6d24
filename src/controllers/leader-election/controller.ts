// Promise: the holder of a Lease for which there are LeaseCandidates is the best of them: with the strategy OldestEmulationVersion
// the one of the oldest emulation version. Before an election every candidate is asked to show that it lives. A holder that lives
// is not replaced but told, by preferredHolder, to let the lease run out. Run beside the API server, by the one of several that
// leads. Upstream: pkg/controlplane/controller/leaderelection.
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { LeaseCandidate } from '../../api/kinds/coordination/v1beta1/lease-candidate.ts';
import { keyOf, nameOf, namespaceOf, splitKey } from '../../api/meta/v1/object.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import { rfc3339Micro } from '../../kit/clock.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import {
  type Candidate,
  changedSpec,
  firstSpec,
  isAsked,
  isCandidateExpired,
  nextStep,
  type Step,
} from './plan.ts';

type Context = Pick<ControllerContext, 'client' | 'informers' | 'clock' | 'log'>;

const BY_LEASE = 'lease';
/** Between looks at a lease, which may run out. */
const AGAIN = { requeueAfter: 5_000 };
/** Between collections. */
const COLLECTION_MS = 30 * 60_000;
const ALL = 'all';

const leaseOf = (candidate: Candidate): string => `${namespaceOf(candidate)}/${candidate.spec.leaseName}`;

export function createLeaderElectionController(context: Context): Controller {
  const { informers, clock } = context;
  const leases = informers.informer(Lease);
  const candidates = informers.informer(LeaseCandidate);
  candidates.addIndex(BY_LEASE, (candidate) => [leaseOf(candidate)]);
  // A candidate that was just asked changes nothing until it answers.
  const keysOf = (candidate: Candidate) => (isAsked(candidate) ? [] : [leaseOf(candidate)]);
  return {
    name: 'leader-election-controller',
    workers: 1,
    watches: [
      // Most leases are heartbeats of nodes.
      watch(leases, (lease) =>
        candidates.lister.byIndex(BY_LEASE, keyOf(lease)).length > 0 ? [keyOf(lease)] : [],
      ),
      watch(candidates, keysOf),
    ],
    reconcile: async (key) => {
      const now = clock.now();
      const own = candidates.lister.byIndex(BY_LEASE, key).filter((one) => !isCandidateExpired(one, now));
      if (own.length === 0) return undefined;
      const step = nextStep(own, leases.lister.byKey(key), now);
      if (step.step === 'ping') await Promise.all(step.candidates.map((one) => ping(context, one)));
      else if (step.step === 'elect') await elect(context, key, step);
      return AGAIN;
    },
  };
}

/** Promise: LeaseCandidates whose process has not renewed them for half an hour are deleted. */
export function createLeaseCandidateCollector({ client, informers, clock }: Context): Controller {
  const candidates = informers.informer(LeaseCandidate);
  const collect = async (candidate: Candidate) => {
    const [name, namespace] = [nameOf(candidate), namespaceOf(candidate)];
    const latest = await client.get(LeaseCandidate, name, namespace);
    if (isCandidateExpired(latest, clock.now())) await client.delete(LeaseCandidate, name, namespace);
  };
  return {
    name: 'leasecandidate-garbage-collector',
    workers: 1,
    watches: [watch(candidates, () => [])],
    start: (enqueue) => enqueue(ALL),
    reconcile: async () => {
      for (const candidate of candidates.lister.list())
        if (isCandidateExpired(candidate, clock.now()))
          await collect(candidate).catch((error: unknown) => {
            if (!isNotFound(error)) throw error;
          });
      return { requeueAfter: COLLECTION_MS };
    },
  };
}

async function ping({ client, clock }: Context, candidate: Candidate): Promise<void> {
  const spec = { ...candidate.spec, pingTime: rfc3339Micro(clock.now()) };
  await client.update(LeaseCandidate, { ...candidate, spec });
}

async function elect(
  { client, clock, log }: Context,
  key: string,
  step: Extract<Step, { step: 'elect' }>,
): Promise<void> {
  const { namespace, name } = splitKey(key);
  const identity = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace } };
  try {
    await client.create(Lease, { ...identity, spec: firstSpec(step, clock.now()) });
    log.info('lease created', { lease: key, holder: step.holder ?? '' });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const lease = await client.get(Lease, name, namespace);
    const spec = changedSpec(lease, step, clock.now());
    if (!spec) return;
    await client.update(Lease, { ...lease, spec });
    log.info('lease changed', {
      lease: key,
      holder: spec.holderIdentity ?? '',
      preferred: spec.preferredHolder ?? '',
    });
  }
}
