// Gives every pod that waits a node: informers fill the cache and the queue, one loop decides, bindings are written behind it.
// Made and started by cluster.

import { Namespace } from '../api/kinds/core/v1/namespace.ts';
import { Node } from '../api/kinds/core/v1/node.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { labelsOf, nameOf, namespaceOf, uidOf } from '../api/meta/v1/object.ts';
import { isPodTerminal } from '../api/pods/phase.ts';
import { isNotFound } from '../api/status/status-error.ts';
import type { Client } from '../client/client.ts';
import { type EventRecorder, referenceTo } from '../client/events/events.ts';
import type { InformerFactory } from '../client/informer/factory.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { MetricsRegistry } from '../kit/metrics.ts';
import type { Random } from '../kit/random.ts';
import { podInfo } from './cache/pod-info.ts';
import { SchedulerCache } from './cache/scheduler-cache.ts';
import { NodeChooser } from './cycle/choose-node.ts';
import { markUnschedulable } from './cycle/condition.ts';
import { type Diagnosis, explain, preemptionWords } from './cycle/diagnosis.ts';
import type { Profile } from './framework/plugin.ts';
import { defaultProfile } from './profile.ts';
import { type QueuedPod, SchedulingQueue } from './queue/scheduling-queue.ts';
import { siblingSelector } from './siblings.ts';

export const SCHEDULER_NAME = 'default-scheduler';

/** However many pods wait, everybody else in the process gets a turn after this long. */
const SLICE_MS = 5;

export interface SchedulerOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
}

const isOurs = (pod: Readonly<Pod>) => (pod.spec?.schedulerName ?? SCHEDULER_NAME) === SCHEDULER_NAME;

/** Whether a waiting pod changed in more than its status: our own condition on it is no news. */
function mayFitNow(pod: Readonly<Pod>, old: Readonly<Pod>): boolean {
  if (pod.metadata.generation !== old.metadata.generation) return true;
  return JSON.stringify([pod.spec, labelsOf(pod)]) !== JSON.stringify([old.spec, labelsOf(old)]);
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #cache = new SchedulerCache();
  readonly #queue: SchedulingQueue;
  readonly #profile: Profile;
  readonly #chooser: NodeChooser;
  readonly #stop = new AbortController();
  /** Pod uid → why its last attempt found no node. */
  readonly #verdicts = new Map<string, Diagnosis>();

  constructor(options: SchedulerOptions) {
    const { informers, clock, random } = options;
    this.#options = options;
    this.#queue = new SchedulingQueue(clock);
    const namespaces = informers.informer(Namespace);
    this.#profile = defaultProfile({
      siblings: siblingSelector(informers),
      namespaceLabels: (name) => labelsOf(namespaces.lister.get(name) ?? {}),
    });
    this.#chooser = new NodeChooser(this.#profile, random);
    this.#watch();
  }

  /** Why a pod that waits found no node at its last attempt. */
  diagnosis(uid: string): Diagnosis | undefined {
    return this.#verdicts.get(uid);
  }

  /** Decides until stop(); call it once the informers are started. */
  async run(): Promise<void> {
    const { informers, clock } = this.#options;
    await informers.synced();
    let since = clock.monotonic();
    while (!this.#stop.signal.aborted) {
      const next = await this.#queue.next(this.#stop.signal);
      if (next) this.#schedule(next);
      if (clock.monotonic() - since < SLICE_MS) continue;
      await clock.turn();
      since = clock.monotonic();
    }
  }

  stop(): void {
    this.#stop.abort();
    this.#queue.close();
  }

  #watch(): void {
    const { informers } = this.#options;
    informers.informer(Node).addHandler({
      onAdd: (node) => this.#nodeChanged(node),
      onUpdate: (node) => this.#nodeChanged(node),
      onDelete: (node) => this.#cache.removeNode(nameOf(node)),
    });
    informers.informer(Pod).addHandler({
      onAdd: (pod) => this.#podChanged(pod),
      onUpdate: (pod, old) => this.#podChanged(pod, old),
      onDelete: (pod) => this.#podGone(pod),
    });
  }

  #nodeChanged(node: Readonly<Node>): void {
    this.#cache.setNode(node);
    this.#queue.moveAll();
  }

  #podChanged(pod: Readonly<Pod>, old?: Readonly<Pod>): void {
    if (isPodTerminal(pod)) return this.#podGone(pod);
    if (pod.spec?.nodeName) {
      this.#queue.remove(uidOf(pod));
      this.#verdicts.delete(uidOf(pod));
      this.#cache.setPod(pod);
      this.#queue.moveAll();
      return;
    }
    if (!isOurs(pod) || this.#cache.isAssumed(uidOf(pod))) return;
    if (pod.metadata.deletionTimestamp) return this.#queue.remove(uidOf(pod));
    const info = podInfo(pod);
    const gated = this.#profile.preEnqueue.some((plugin) => plugin.preEnqueue(info));
    if (gated) this.#queue.gate(info);
    else if (!old || !this.#queue.has(info.uid) || mayFitNow(pod, old)) this.#queue.add(info);
  }

  #podGone(pod: Readonly<Pod>): void {
    this.#queue.remove(uidOf(pod));
    this.#verdicts.delete(uidOf(pod));
    this.#cache.removePod(uidOf(pod));
    this.#queue.moveAll();
  }

  #schedule(queued: QueuedPod): void {
    const { metrics, clock } = this.#options;
    const events = this.#queue.events;
    const started = clock.monotonic();
    const choice = this.#chooser.choose(queued.info, this.#cache.nodes());
    const result = 'node' in choice ? 'scheduled' : 'unschedulable';
    metrics
      .counter('scheduler_schedule_attempts_total', 'Number of attempts to schedule pods, by result.')
      .add({
        profile: SCHEDULER_NAME,
        result,
      });
    metrics
      .histogram(
        'scheduler_scheduling_algorithm_duration_seconds',
        'Scheduling algorithm latency.',
        [0.001, 0.01, 0.1, 1],
      )
      .observe({}, (clock.monotonic() - started) / 1000);
    if ('node' in choice) {
      this.#cache.assume(queued.info, choice.node);
      void this.#bind(queued, choice.node);
    } else void this.#refuse(queued, choice.diagnosis, events);
  }

  async #bind(queued: QueuedPod, node: string): Promise<void> {
    const { client, events, log } = this.#options;
    const { pod, uid } = queued.info;
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: nameOf(pod), namespace: namespaceOf(pod), uid },
      target: { kind: 'Node', name: node },
    };
    try {
      await client.post(Pod, nameOf(pod), namespaceOf(pod), 'binding', binding);
      const message = `Successfully assigned ${namespaceOf(pod)}/${nameOf(pod)} to ${node}`;
      events.record(referenceTo(Pod, pod), 'Normal', 'Scheduled', message);
      this.#verdicts.delete(uid);
    } catch (error) {
      // Whoever bound or deleted the pod meanwhile has settled its place.
      const settled = !this.#cache.isAssumed(uid);
      this.#cache.forget(uid);
      if (settled || isNotFound(error)) return;
      log.warn('binding failed', { pod: queued.info.key, node, error });
      // What changed while it was being bound was not noted.
      const current = this.#options.informers.informer(Pod).lister.get(nameOf(pod), namespaceOf(pod));
      if (current && uidOf(current) === uid && !current.metadata.deletionTimestamp)
        this.#queue.retry({ ...queued, info: podInfo(current) });
    }
  }

  async #refuse(queued: QueuedPod, found: Diagnosis, events: number): Promise<void> {
    const { client, events: recorder, clock, log } = this.#options;
    const diagnosis = found.nodes ? { ...found, preemption: preemptionWords(found) } : found;
    const { pod, uid } = queued.info;
    const message = explain(diagnosis);
    this.#verdicts.set(uid, diagnosis);
    this.#queue.refuse(queued, events);
    recorder.record(referenceTo(Pod, pod), 'Warning', 'FailedScheduling', message);
    try {
      await markUnschedulable(client, pod, message, clock.now());
    } catch (error) {
      if (!isNotFound(error))
        log.warn('writing the PodScheduled condition failed', { pod: queued.info.key, error });
    }
  }
}
