// A process that wants to lead says so by a LeaseCandidate, and renews it when it is asked whether it lives: coordinated leader
// election. Called beside runAsLeader with `coordinated`. Timings are those of client-go's tools/leaderelection.
import { LeaseCandidate } from '../../api/kinds/coordination/v1beta1/lease-candidate.ts';
import { type Clock, rfc3339Micro } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Random } from '../../kit/random.ts';
import { WorkQueue } from '../../kit/work-queue.ts';
import type { Client } from '../client.ts';
import { Informer } from '../informer/informer.ts';

export interface LeaseCandidateOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly namespace: string;
  /** The name of the LeaseCandidate: the identity with which the process would hold the Lease. */
  readonly identity: string;
  /** The Lease that is wanted. */
  readonly leaseName: string;
  /** Semantic versions without a leading v. */
  readonly binaryVersion: string;
  readonly emulationVersion: string;
}

const STRATEGY = 'OldestEmulationVersion';
/** Between renewals that nobody has asked for. */
const RENEW_MS = 5 * 60_000;
const KEY = 'candidate';

/** Keeps the LeaseCandidate until the signal aborts; resolves when nothing more is written. */
export async function keepLeaseCandidate(options: LeaseCandidateOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, random, log, namespace, identity } = options;
  const filter = { namespace, fieldSelector: `metadata.name=${identity}` };
  const informer = new Informer<LeaseCandidate>({ client, clock, random, log, kind: LeaseCandidate, filter });
  const queue = new WorkQueue<string>(clock);
  const detach = informer.addHandler({
    onUpdate: (candidate) => {
      if (isAsked(candidate)) queue.add(KEY);
    },
  });
  signal.addEventListener('abort', () => queue.close(), { once: true });
  if (signal.aborted) queue.close();
  informer.start(signal);
  void informer.synced().then(() => queue.add(KEY));
  for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
    try {
      await renew(options, informer.lister.get(identity, namespace));
      queue.forget(key);
      queue.addAfter(key, RENEW_MS);
    } catch (error) {
      log.warn('lease candidate not renewed', { name: identity, error: messageOf(error) });
      queue.addRateLimited(key);
    } finally {
      queue.done(key);
    }
  }
  detach();
}

const isAsked = ({ spec }: Readonly<LeaseCandidate>): boolean =>
  spec.pingTime !== undefined && Date.parse(spec.pingTime) > Date.parse(spec.renewTime ?? '');

async function renew(
  options: LeaseCandidateOptions,
  known: Readonly<LeaseCandidate> | undefined,
): Promise<void> {
  const { client, clock, namespace, identity, leaseName, binaryVersion, emulationVersion } = options;
  const renewTime = rfc3339Micro(clock.now());
  if (known) {
    await client.update(LeaseCandidate, { ...known, spec: { ...known.spec, renewTime } });
    return;
  }
  await client.create(LeaseCandidate, {
    apiVersion: 'coordination.k8s.io/v1beta1',
    kind: 'LeaseCandidate',
    metadata: { name: identity, namespace },
    spec: { leaseName, binaryVersion, emulationVersion, strategy: STRATEGY, renewTime },
  });
}
