// Promise: a pod that uses a device with a NoExecute taint which its claim does not tolerate, or no longer, is deleted. Drivers
// publish taints in ResourceSlices; DeviceTaintRules add others, and say in their status how far the eviction is.
// Upstream: pkg/controller/devicetainteviction.
import { consumersOf } from '../../api/devices/pod-claims.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import { isBeingDeleted, keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import type { InformerOf } from '../../client/informer/factory.ts';
import type { ControllerSettings } from '../entry.ts';
import {
  type Controller,
  type ControllerContext,
  type Enqueue,
  type Watch,
  watch,
} from '../framework/controller.ts';
import { markDisrupted } from '../framework/pods/disruption.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { ClaimIndex } from './claim-index.ts';
import {
  allocatedTo,
  type Claim,
  type Eviction,
  evictionOf,
  poolOfSlice,
  type Rule,
  selects,
} from './plan.ts';
import { RULES, RuleStatus } from './rule-status.ts';

/** Keys of rules; those of pods have a slash. */
const RULE = 'rule:';
/** Seconds. */
const BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 30, 60, 120, 180, 240];
const PREFIX = 'device_taint_eviction_controller';

export function createDeviceTaintEvictionController(
  context: ControllerContext,
  { features }: Pick<ControllerSettings, 'features'>,
): Controller {
  const index = new ClaimIndex(context.informers);
  let rules: InformerOf<typeof RULES> | undefined;
  const status = new RuleStatus(context, index);
  const evictions = new Evictions(context);
  let enqueue: Enqueue = () => {};
  /** Later, since further pods may follow. */
  const reportLater = (all: readonly Rule[]) => {
    for (const rule of all) enqueue(RULE + nameOf(rule), RuleStatus.periodMs);
  };
  const reconcilePod = async (key: string) => {
    const pod = index.pods.lister.byKey(key);
    if (!pod || isBeingDeleted(pod)) return evictions.forget(key);
    const taints = { slicesOf: index.slicesOf, rules: rules?.lister.list() ?? [] };
    const eviction = pod.spec?.nodeName ? evictionOf(index.claimsOf(pod), taints) : undefined;
    if (!eviction) return evictions.cancel(key, pod);
    reportLater(eviction.rules);
    const wait = eviction.at - context.clock.now();
    if (wait > 0) return evictions.plan(key, pod, wait);
    if (await evictions.carryOut(key, pod, eviction)) for (const rule of eviction.rules) status.evicted(rule);
    reportLater(eviction.rules);
    return undefined;
  };
  const reconcileRule = async (name: string) => {
    const rule = rules?.lister.get(name);
    const wait = rule ? await status.update(rule) : 0;
    return wait > 0 ? { requeueAfter: wait } : undefined;
  };
  return {
    name: 'device-taint-eviction-controller',
    watches: [watchPods(index), watchClaims(index), watchSlices(index)],
    start: async (add, signal) => {
      enqueue = add;
      // Without the gate nothing is done for rules, nor for the status of rules.
      if (rules || !features?.enabled('DRADeviceTaintRules') || !(await areServed(context))) return;
      rules = context.informers.informer(RULES);
      const detach = watchRules(rules, index, status).attach(add);
      const over = new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => resolve(detach()), { once: true }),
      );
      await Promise.race([rules.synced(), over]);
    },
    reconcile: (key) => (key.startsWith(RULE) ? reconcileRule(key.slice(RULE.length)) : reconcilePod(key)),
  };
}

async function areServed({ discover }: ControllerContext): Promise<boolean> {
  const { group, version, plural } = RULES.resource;
  const { kinds } = await discover();
  return kinds.some(
    ({ resource: one }) => one.group === group && one.version === version && one.plural === plural,
  );
}

const usesClaims = ({ spec }: Readonly<Pod>): boolean => (spec?.resourceClaims ?? []).length > 0;

const watchPods = ({ pods }: ClaimIndex): Watch =>
  watch(pods, {
    onAdd: (pod) => (usesClaims(pod) ? [keyOf(pod)] : []),
    onUpdate: (pod, old) =>
      usesClaims(pod) &&
      (pod.spec?.nodeName !== old.spec?.nodeName ||
        isBeingDeleted(pod) !== isBeingDeleted(old) ||
        !sameMeaning(pod.status?.resourceClaimStatuses, old.status?.resourceClaimStatuses))
        ? [keyOf(pod)]
        : [],
    onDelete: (pod) => (usesClaims(pod) ? [keyOf(pod)] : []),
  });

const watchClaims = ({ claims }: ClaimIndex): Watch =>
  watch(claims, {
    onAdd: consumersOf,
    onUpdate: (claim, old) =>
      sameMeaning(claim.status, old.status) ? [] : new Set([...consumersOf(claim), ...consumersOf(old)]),
    onDelete: consumersOf,
  });

/** A slice concerns the whole pool: a new generation makes the slices of the old one void. */
function watchSlices(index: ClaimIndex): Watch {
  const users = (slice: Readonly<ResourceSlice>) =>
    index.claimsUsing(poolOfSlice(slice)).flatMap(consumersOf);
  return watch(index.slices, {
    onAdd: users,
    onUpdate: (slice, old) => (sameMeaning(slice.spec, old.spec) ? [] : [...users(slice), ...users(old)]),
    onDelete: users,
  });
}

/** Handlers run after the cache has changed: the former rule is asked, too, so that evictions are called off. */
function watchRules(rules: InformerOf<typeof RULES>, index: ClaimIndex, status: RuleStatus): Watch {
  const users = (...all: readonly Rule[]): string[] => {
    const isSelected = (claim: Claim) =>
      allocatedTo(claim).some((device) => all.some((rule) => selects(rule, device)));
    return index.claims.lister.list().filter(isSelected).flatMap(consumersOf);
  };
  return watch(rules, {
    onAdd: (rule) => [RULE + nameOf(rule), ...users(rule)],
    onUpdate: (rule, old) =>
      sameMeaning(rule.spec, old.spec) ? [] : [RULE + nameOf(rule), ...users(rule, old)],
    onDelete: (rule) => {
      status.forget(rule);
      return users(rule);
    },
  });
}

/** The pods that are to be deleted, and those that were, as long as the cache shows them. */
class Evictions {
  readonly #context: ControllerContext;
  /** Uids by key. */
  readonly #planned = new Map<string, string>();
  readonly #done = new Map<string, string>();

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  forget(key: string): undefined {
    this.#planned.delete(key);
    this.#done.delete(key);
  }

  plan(key: string, pod: Readonly<Pod>, wait: number): { requeueAfter: number } {
    this.#planned.set(key, uidOf(pod));
    return { requeueAfter: wait };
  }

  cancel(key: string, pod: Readonly<Pod>): undefined {
    const wasPlanned = this.#planned.get(key) === uidOf(pod);
    this.#planned.delete(key);
    if (wasPlanned) this.#record(pod, 'Cancelling deletion');
  }

  /** True if it was this call that has deleted the pod. */
  async carryOut(key: string, pod: Readonly<Pod>, { at }: Eviction): Promise<boolean> {
    const { client, clock } = this.#context;
    const uid = uidOf(pod);
    if (this.#done.get(key) === uid) return false;
    this.#planned.set(key, uid);
    this.#record(pod, 'Marking for deletion');
    try {
      await markDisrupted(this.#context, pod, {
        reason: 'DeletionByDeviceTaintManager',
        message: 'Device Taint manager: deleting due to NoExecute taint',
      });
      // The name may belong to another pod by now.
      await client.delete(Pod, nameOf(pod), namespaceOf(pod), { preconditions: { uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return false;
    } finally {
      this.#planned.delete(key);
    }
    this.#done.set(key, uid);
    this.#count((clock.now() - at) / 1000);
    return true;
  }

  #record(pod: Readonly<Pod>, message: string): void {
    this.#context.events.record(referenceTo(Pod, pod), 'Normal', 'DeviceTaintManagerEviction', message);
  }

  #count(seconds: number): void {
    const { metrics } = this.#context;
    metrics
      ?.counter(
        `${PREFIX}_pod_deletions_total`,
        'Total number of Pods deleted by DeviceTaintEvictionController since its start.',
      )
      .add();
    metrics
      ?.histogram(
        `${PREFIX}_pod_deletion_duration_seconds`,
        "Latency, in seconds, between the time when a device taint effect has been activated and a Pod's deletion via DeviceTaintEvictionController.",
        BUCKETS,
      )
      .observe({}, seconds);
  }
}
