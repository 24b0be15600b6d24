// Takes the pods of a node away through the Eviction API, which keeps their PodDisruptionBudgets, and waits until they are gone. Says
// what `kubectl drain` says. Upstream: kubectl's pkg/drain/drain.go.
import { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { DeleteOptions } from '../../api/meta/v1/delete-options.ts';
import { durationText } from '../../api/meta/v1/duration.ts';
import { controllerOf, isBeingDeleted, keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import type { DaemonSetProblem } from '../../api/nodes/drain.ts';
import {
  isConflict,
  isForbidden,
  isNotFound,
  isTooManyRequests,
  StatusError,
} from '../../api/status/status-error.ts';
import { messageOf } from '../../kit/message-of.ts';
import { dryRunSuffix } from './cordon.ts';
import { type DrainPlan, type DrainRules, drainPlan, isLate } from './pods-of-node.ts';
import type { DrainTools } from './tools.ts';

export interface DrainOptions extends DrainRules {
  /** Seconds; negative for what each pod says. */
  readonly gracePeriod: number;
  /** Milliseconds for all of it; 0 for no limit. */
  readonly timeoutMs: number;
  /** Of the pods; '' for all. */
  readonly podSelector: string;
  /** Delete pods, whatever budgets say. */
  readonly disableEviction: boolean;
}

const RETRY_MS = 5_000;
const POLL_MS = 1_000;

/** The node should be cordoned. Rejects, with what is wrong, when a pod is left. */
export async function drain(node: string, options: DrainOptions, tools: DrainTools): Promise<void> {
  const { out, err, dryRun } = tools;
  const plan = await planOf(node, options, tools);
  if (plan.errors.length > 0) throw new Error(joined(plan.errors));
  if (plan.warnings) err(`Warning: ${plan.warnings}`);
  if (dryRun === 'client') {
    for (const pod of plan.pods) out(`evicting pod ${keyOf(pod)} (dry run)`);
    return;
  }
  const problems = await new PodsGoing(options, tools).take(plan.pods);
  if (problems.length === 0) return;
  const error = joined(problems);
  const left = await planOf(node, options, tools);
  if (left.pods.length > 0) {
    err(`There are pending pods in node "${node}" when an error occurred: ${error}`);
    for (const pod of left.pods) err(`pod/${nameOf(pod)}`);
  }
  throw new Error(error);
}

/** As Go prints several errors in one. */
const joined = (errors: readonly string[]): string => {
  const once = [...new Set(errors)];
  return once.length === 1 ? once[0]! : `[${once.join(', ')}]`;
};

async function planOf(
  node: string,
  options: DrainOptions,
  { client, clock }: DrainTools,
): Promise<DrainPlan> {
  const { podSelector } = options;
  const { items } = await client.list(Pod, {
    fieldSelector: `spec.nodeName=${node}`,
    ...(podSelector && { labelSelector: podSelector }),
  });
  const problems = new Map<string, DaemonSetProblem | undefined>();
  for (const pod of items) {
    const owner = controllerOf(pod);
    const key = owner && `${namespaceOf(pod)}/${owner.name}`;
    if (owner?.kind === 'DaemonSet' && !problems.has(key!))
      problems.set(key!, await daemonSetProblem(namespaceOf(pod), owner.name, client));
  }
  const find = (pod: Readonly<Pod>) => problems.get(`${namespaceOf(pod)}/${controllerOf(pod)!.name}`);
  return drainPlan(items, options, find, clock.now());
}

async function daemonSetProblem(
  namespace: string,
  name: string,
  client: DrainTools['client'],
): Promise<DaemonSetProblem | undefined> {
  try {
    await client.get(DaemonSet, name, namespace);
    return undefined;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { message: error.message, isMissing: isNotFound(error) };
  }
}

class PodsGoing {
  readonly #options: DrainOptions;
  readonly #tools: DrainTools;
  readonly #deadline: number;

  constructor(options: DrainOptions, tools: DrainTools) {
    this.#options = options;
    this.#tools = tools;
    const { timeoutMs } = options;
    this.#deadline = timeoutMs > 0 ? tools.clock.monotonic() + timeoutMs : Number.POSITIVE_INFINITY;
  }

  /** All at once: one whose budget lets nothing go must not hold up the others. Gives what went wrong. */
  async take(pods: readonly Readonly<Pod>[]): Promise<string[]> {
    const take = this.#options.disableEviction
      ? (pod: Readonly<Pod>) => this.#delete(pod)
      : (pod: Readonly<Pod>) => this.#evict(pod);
    const ended = await Promise.allSettled(pods.map(take));
    return ended.flatMap((one) => (one.status === 'rejected' ? [messageOf(one.reason)] : []));
  }

  async #evict(given: Readonly<Pod>): Promise<void> {
    const { client, clock, out, err, dryRun } = this.#tools;
    const where = `pods/"${nameOf(given)}" -n "${namespaceOf(given)}"`;
    for (let pod = given; ; pod = await this.#fresh(pod)) {
      out(`evicting pod ${keyOf(pod)}${dryRunSuffix(dryRun)}`);
      if (this.#isLate())
        throw new Error(`error when evicting ${where}: global timeout reached: ${this.#limit()}`);
      const eviction = {
        ...{ apiVersion: 'policy/v1', kind: 'Eviction' },
        metadata: { name: nameOf(pod), namespace: namespaceOf(pod) },
        deleteOptions: this.#deleteOptions(given),
      };
      try {
        await client.post(Pod, nameOf(pod), namespaceOf(pod), 'eviction', eviction);
        break;
      } catch (error) {
        const why = messageOf(error);
        // Another one under its name is not of this node.
        if (isNotFound(error) || isConflict(error)) break;
        if (isTooManyRequests(error)) err(`error when evicting ${where} (will retry after 5s): ${why}`);
        else if (!isTerminating(error)) throw new Error(`error when evicting ${where}: ${why}`);
        else if (isBeingDeleted(pod)) break;
        else
          err(
            `error when evicting pod "${nameOf(pod)}" from terminating namespace "${namespaceOf(pod)}" (will retry after 5s): ${why}`,
          );
      }
      await clock.sleep(RETRY_MS);
    }
    if (dryRun === 'none') await this.#gone(given, 'evicted');
  }

  async #delete(pod: Readonly<Pod>): Promise<void> {
    try {
      await this.#tools.client.delete(Pod, nameOf(pod), namespaceOf(pod), this.#deleteOptions(pod));
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
    if (this.#tools.dryRun === 'none') await this.#gone(pod, 'deleted');
    else this.#tools.out(`pod/${nameOf(pod)} deleted${dryRunSuffix(this.#tools.dryRun)}`);
  }

  #deleteOptions(pod: Readonly<Pod>): DeleteOptions {
    const { gracePeriod } = this.#options;
    return {
      ...(gracePeriod >= 0 && { gracePeriodSeconds: gracePeriod }),
      ...(this.#tools.dryRun === 'server' && { dryRun: ['All'] }),
      preconditions: { uid: uidOf(pod) },
    };
  }

  async #gone(pod: Readonly<Pod>, word: 'evicted' | 'deleted'): Promise<void> {
    const { client, clock, out } = this.#tools;
    const { skipWaitForDeleteTimeoutMs: skip } = this.#options;
    for (;;) {
      const now = await client.get(Pod, nameOf(pod), namespaceOf(pod)).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
      if (!now || uidOf(now) !== uidOf(pod)) return out(`pod/${nameOf(pod)} ${word}`);
      if (isLate(now, skip, clock.now()))
        return out(`pod "${nameOf(pod)}" has DeletionTimestamp older than ${skip / 1_000} seconds, skipping`);
      if (this.#isLate())
        throw new Error(
          `error when waiting for pod "${nameOf(pod)}" in namespace "${namespaceOf(pod)}" to terminate: global timeout reached: ${this.#limit()}`,
        );
      await clock.sleep(POLL_MS);
    }
  }

  #fresh(pod: Readonly<Pod>): Promise<Readonly<Pod>> {
    return this.#tools.client.get(Pod, nameOf(pod), namespaceOf(pod)).catch(() => pod);
  }

  #isLate(): boolean {
    return this.#tools.clock.monotonic() > this.#deadline;
  }

  #limit(): string {
    return durationText(this.#options.timeoutMs);
  }
}

/** Nothing is evicted from a namespace that is being deleted: its pods go with it. */
const isTerminating = (error: unknown): boolean =>
  isForbidden(error) &&
  error instanceof StatusError &&
  (error.status.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
