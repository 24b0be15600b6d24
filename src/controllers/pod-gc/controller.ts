// Promise: pods that no kubelet will remove are deleted: those of deleted or out-of-service nodes, those deleted before
// they were scheduled, and the oldest terminated ones beyond a limit.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { keyOf, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type Counter, MetricsRegistry } from '../../kit/metrics.ts';
import {
  type Controller,
  type ControllerContext,
  type Result,
  reads,
  watch,
} from '../framework/controller.ts';
import { markDisrupted } from '../framework/pods/disruption.ts';
import { type Cause, type Doomed, doomedPods } from './plan.ts';

const PERIOD_MS = 20_000;
/** How long a node must be missing before its pods are deleted, as upstream's quarantineTime. */
const QUARANTINE_MS = 40_000;
const TERMINATED_THRESHOLD = 12_500;
const ALL = 'all';

export function createPodGarbageCollector(context: ControllerContext): Controller {
  const nodes = context.informers.informer(Node);
  const pods = context.informers.informer(Pod);
  const missing = new Missing(context);
  const instruments = new GcInstruments(context.metrics);
  return {
    name: 'pod-garbage-collector',
    workers: 1,
    watches: [
      // The first round; later ones come from requeueAfter.
      watch(nodes, { onAdd: () => [], onUpdate: () => [], onDelete: () => [ALL] }),
      reads(pods),
    ],
    start: (enqueue) => enqueue(ALL, PERIOD_MS),
    reconcile: async (): Promise<Result> => {
      const all = pods.lister.list();
      await missing.update(new Set(all.flatMap((pod) => pod.spec?.nodeName ?? [])), (name) =>
        Boolean(nodes.lister.get(name)),
      );
      const doomed = doomedPods({
        pods: all,
        node: (name) => nodes.lister.get(name),
        isGone: (name) => missing.isGone(name),
        terminatedThreshold: TERMINATED_THRESHOLD,
      });
      for (const one of doomed) await removed(context, instruments, one);
      return { requeueAfter: PERIOD_MS };
    },
  };
}

/** Nodes that pods name but that do not exist, with the time at which that was first seen. */
class Missing {
  readonly #context: ControllerContext;
  readonly #since = new Map<string, number>();
  readonly #gone = new Set<string>();

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  isGone(name: string): boolean {
    return this.#gone.has(name);
  }

  /** Nodes missing for 40 s are confirmed by a live GET: the cache may be behind. */
  async update(named: ReadonlySet<string>, exists: (name: string) => boolean): Promise<void> {
    const now = this.#context.clock.now();
    this.#gone.clear();
    for (const name of this.#since.keys()) if (!named.has(name) || exists(name)) this.#since.delete(name);
    for (const name of named) {
      if (exists(name)) continue;
      const since = this.#since.get(name) ?? now;
      this.#since.set(name, since);
      if (now - since >= QUARANTINE_MS && !(await this.#answers(name))) this.#gone.add(name);
    }
  }

  async #answers(name: string): Promise<boolean> {
    try {
      await this.#context.client.get(Node, name);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }
}

/** A pod that cannot be deleted does not keep others: it is tried again in the next round. */
async function removed(
  context: ControllerContext,
  instruments: GcInstruments,
  doomed: Doomed,
): Promise<void> {
  const { pod, cause } = doomed;
  instruments.deleting(namespaceOf(pod), cause);
  try {
    await remove(context, doomed);
  } catch (error) {
    instruments.failed(namespaceOf(pod), cause);
    context.log.warn('could not delete a pod', { pod: keyOf(pod), cause, error: messageOf(error) });
  }
}

/** Upstream: pkg/controller/podgc/metrics. */
class GcInstruments {
  readonly #deleted: Counter;
  readonly #errors: Counter;

  constructor(registry = new MetricsRegistry()) {
    const by = 'by namespace and reason';
    this.#deleted = registry.counter(
      'pod_gc_collector_force_delete_pods_total',
      `Pods that were deleted because no kubelet will, ${by}.`,
    );
    this.#errors = registry.counter(
      'pod_gc_collector_force_delete_pod_errors_total',
      `Pods that could not be deleted, ${by}.`,
    );
  }

  deleting(namespace: string, reason: Cause): void {
    this.#deleted.add({ namespace, reason });
  }

  failed(namespace: string, reason: Cause): void {
    this.#errors.add({ namespace, reason });
  }
}

async function remove(context: ControllerContext, { pod, cause }: Doomed): Promise<void> {
  try {
    // The phase is set before the pod is deleted, so that owners such as jobs count it as failed.
    if (!isPodTerminal(pod) && cause === 'orphaned')
      await markDisrupted(
        context,
        pod,
        { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' },
        'Failed',
      );
    else if (!isPodTerminal(pod) && cause !== 'terminated')
      await context.client.patch(
        Pod,
        nameOf(pod),
        namespaceOf(pod),
        'merge',
        { status: { phase: 'Failed' } },
        { subresource: 'status' },
      );
    await context.client.delete(Pod, nameOf(pod), namespaceOf(pod), { gracePeriodSeconds: 0 });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
