// Work that one of several servers does: while it holds a Lease, as upstream's components do, but without ending its process when the
// lead is lost, for the API server in it goes on. What the work began then can ask for nothing more: its requests are refused.
// Called by control-plane.ts when several servers may share the store.
import { once } from 'node:events';
import { candidateIdentity, runAsLeader } from '../../../client/leader-election/leader-election.ts';
import { RestClient } from '../../../client/rest/rest-client.ts';
import type { Transport } from '../../../client/transport/transport.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { MetricsRegistry } from '../../../kit/metrics.ts';
import type { Random } from '../../../kit/random.ts';

export interface TermsOptions {
  /** Of the Lease in kube-system. */
  readonly name: string;
  /** Who asks for the Lease. */
  readonly transport: Transport;
  readonly hostname: string;
  /** False while this server must not lead, although it could. */
  readonly mayLead: () => boolean;
  /** Gets the metrics of leader election. */
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What the work of one term asks with. */
export type Gate = (transport: Transport) => Transport;

/** Starts the work; gives how to end it. */
export type StartWork = (gate: Gate) => Promise<() => Promise<void>>;

/**
 * Milliseconds. Upstream's leaders may be missed for 15 s; here another server shall have started a pod within 10 s of a leader's end.
 * Candidates see a renewal after 1.1 s at most (the retry period with its jitter) and ask again as often, so that the next term begins
 * 5 s + 2 × 1.1 s after the last renewal at worst, which leaves 2.8 s for caches, the scheduler and the node. A leader gives up half a
 * second before anybody may take the Lease (4 s after it last waited half a second). It outlives an election of etcd, which takes 1 to
 * 2 s with etcd's own timings. The price are two writes a second for each of the two Leases.
 */
const TIMES = { leaseDurationMs: 5_000, renewDeadlineMs: 4_000, retryPeriodMs: 500 };

/** Milliseconds between the end of a term that failed and the next candidacy. */
const PAUSE_MS = 1_000;
/** How often it is asked whether this server may lead. */
const LOOK_MS = 1_000;

/** Does the work in each term that this server leads, until the returned function is called; it resolves when all has ended. */
export function workInTerms(options: TermsOptions, start: StartWork): () => Promise<void> {
  const { name, transport, hostname, clock, random, log, mayLead, metrics } = options;
  const over = new AbortController();
  const election = {
    client: new RestClient({ transport, clock }),
    ...TIMES,
    clock,
    random,
    metrics,
    log: log.child('leader-election'),
    namespace: 'kube-system',
    name,
    identity: candidateIdentity(hostname, random),
  };
  const candidate = async (): Promise<void> => {
    while (!over.signal.aborted) {
      if (!mayLead()) {
        await clock.sleep(LOOK_MS, over.signal).catch(() => {});
        continue;
      }
      const unfit = new AbortController();
      const looks = clock.every(LOOK_MS, () => mayLead() || unfit.abort());
      const ending = AbortSignal.any([over.signal, unfit.signal]);
      try {
        await runAsLeader(election, (leading) => term(leading, ending, start), ending);
        if (!ending.aborted) log.warn(`${name}: the lead is lost; this server is a candidate again`);
      } catch (error) {
        log.error(`${name}: a term ended early`, { error });
        await clock.sleep(PAUSE_MS, over.signal).catch(() => {});
      } finally {
        looks.cancel();
      }
    }
  };
  const done = candidate();
  return () => {
    over.abort();
    return done;
  };
}

async function term(leading: AbortSignal, ending: AbortSignal, start: StartWork): Promise<void> {
  let led = true;
  const stop = await start((transport) => gated(transport, () => led));
  if (!leading.aborted) await once(leading, 'abort');
  // At a regular end the Lease is given back after the work has ended; a lost one may be another server's already.
  if (!ending.aborted) led = false;
  await stop();
  led = false;
}

function gated(transport: Transport, isOpen: () => boolean): Transport {
  const check = () => {
    if (!isOpen()) throw new Error('this server does not lead any more');
  };
  return {
    request: async (request) => {
      check();
      return transport.request(request);
    },
    watch: async (request) => {
      check();
      return transport.watch(request);
    },
  };
}
