// One pass of rebalancing: reads the cluster, decides, evicts. Called by `tiphys rebalance`.
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { PodDisruptionBudget } from '../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import type { Client } from '../../client/client.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Random } from '../../kit/random.ts';
import { PlacementTrial } from '../../scheduler/trial/placement-trial.ts';
import { UserError } from '../progress.ts';
import { LimitCounts, type Limits } from './limits.ts';
import { type Chosen, type Kept, type RebalanceOptions, rebalancePlan } from './plan.ts';

export interface RebalanceTools {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Pass extends RebalanceOptions {
  readonly limits: Limits;
  readonly dryRun: boolean;
}

export interface Eviction {
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  readonly expectedNode?: string;
  readonly policy: string;
  readonly reason: string;
  readonly result: string;
}

export interface KeptPod extends Omit<Eviction, 'result' | 'expectedNode'> {
  readonly why: string;
}

export interface Rebalanced {
  readonly apiVersion: 'rebalance.tiphys/v1';
  readonly kind: 'Rebalancing';
  readonly dryRun: boolean;
  readonly evictions: readonly Eviction[];
  /** Pods that a policy would have evicted. */
  readonly kept: readonly KeptPod[];
}

/** Milliseconds to read the cluster. */
const READ_MS = 60_000;

export async function rebalance(pass: Pass, tools: RebalanceTools): Promise<Rebalanced> {
  const { chosen, kept } = await planned(pass, tools);
  const evictions: Eviction[] = [];
  // One after the other: each is decided about by its budgets as they are then.
  for (const one of chosen)
    evictions.push({
      ...lineOf(one),
      ...(one.to && { expectedNode: one.to }),
      result: await evict(one, pass, tools),
    });
  return {
    ...{ apiVersion: 'rebalance.tiphys/v1', kind: 'Rebalancing', dryRun: pass.dryRun },
    evictions,
    kept: kept.map((one) => ({ ...lineOf(one), why: one.why })),
  };
}

const lineOf = ({ pod, policy, reason }: Chosen | Kept) => ({
  ...{ namespace: namespaceOf(pod), pod: nameOf(pod), node: pod.spec!.nodeName!, policy, reason },
});

async function planned(pass: Pass, { client, clock, random }: RebalanceTools) {
  const informers = new InformerFactory({ client, clock, random, log: silentLogger });
  try {
    const pods = informers.informer(Pod);
    const budgets = informers.informer(PodDisruptionBudget);
    const trial = new PlacementTrial({ informers, client, clock });
    informers.start();
    await inTime(informers.synced(), clock);
    trial.begin();
    const limits = new LimitCounts(pass.limits, budgets.lister.list());
    return rebalancePlan(pods.lister.list(), trial, limits, pass);
  } finally {
    informers.stop();
  }
}

async function inTime(work: Promise<void>, clock: Clock): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = clock.after(READ_MS, () =>
    reject(
      new UserError(
        'the cluster could not be read in a minute: it does not answer, or there is no right to list nodes, pods, disruption budgets, Services, workloads and volumes',
      ),
    ),
  );
  await Promise.race([work, late]).finally(() => timer.cancel());
}

async function evict({ pod }: Chosen, { dryRun }: Pass, { client }: RebalanceTools): Promise<string> {
  if (dryRun) return 'dry run';
  const metadata = { name: nameOf(pod), namespace: namespaceOf(pod) };
  const deleteOptions = { preconditions: { uid: uidOf(pod) } };
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata, deleteOptions };
  try {
    await client.post(Pod, nameOf(pod), namespaceOf(pod), 'eviction', eviction);
    return 'evicted';
  } catch (error) {
    return `refused: ${messageOf(error)}`;
  }
}
