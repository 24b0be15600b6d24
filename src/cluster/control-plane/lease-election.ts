// Runs, beside an API server, what elects the holders of coordinated Leases; of several API servers, beside the one that leads. Only
// with the feature gate CoordinatedLeaderElection, and where LeaseCandidates are served: else nothing of it is loaded.
// Upstream: pkg/controlplane/apiserver/server.go.
import { hostname } from 'node:os';
import { InformerFactory } from '../../client/informer/factory.ts';
import { candidateIdentity, runAsLeader } from '../../client/leader-election/leader-election.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import type { Transport } from '../../client/transport/transport.ts';
import { type RunningController, runController } from '../../controllers/framework/loop.ts';
import {
  createLeaderElectionController,
  createLeaseCandidateCollector,
} from '../../controllers/leader-election/controller.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';

export interface LeaseElectionOptions {
  /** With the rights of the API server itself. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const NAME = 'leader-election-controller';
const AGAIN_MS = 2_000;

/** Returns how to end it; the lead is given back then. */
export function runLeaseElection(options: LeaseElectionOptions): () => Promise<void> {
  const { transport, clock, random } = options;
  const log = options.log.child(NAME);
  const client = new RestClient({ transport, clock, fieldManager: 'kube-apiserver' });
  const over = new AbortController();
  const election = {
    ...{ client, clock, random, log, namespace: 'kube-system', name: NAME },
    identity: candidateIdentity(hostname(), random),
  };
  const ended = (async () => {
    // After a loss it is a candidate again, as upstream.
    while (!over.signal.aborted) {
      await runAsLeader(election, (signal) => lead({ ...options, log }, client, signal), over.signal).catch(
        (error) => log.warn('the election of lease holders failed', { error }),
      );
      await clock.sleep(AGAIN_MS, over.signal).catch(() => {});
    }
  })();
  return async () => {
    over.abort();
    await ended;
  };
}

async function lead(
  { clock, random, log }: Omit<LeaseElectionOptions, 'transport'>,
  client: RestClient,
  signal: AbortSignal,
): Promise<void> {
  const informers = new InformerFactory({ client, clock, random, log });
  const context = { client, informers, clock, log };
  const running: RunningController[] = [
    createLeaderElectionController(context),
    createLeaseCandidateCollector(context),
  ].map((controller) => runController(controller, { clock, log }));
  informers.start();
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  informers.stop();
  await Promise.all(running.map((one) => one.stop()));
}
