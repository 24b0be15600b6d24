// What happens to a pod whose cycle failed: back into the queue, a FailedScheduling event, the PodScheduled condition.
// Called by the scheduler after a failed scheduling or binding cycle (handleSchedulingFailure upstream).
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import { type EventRecorder, referenceTo } from '../../client/events/events.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { type PodInfo, podInfo } from '../cache/pod-info.ts';
import { schedulerNameOf } from '../config/settings.ts';
import type { QueuedPodInfo } from '../framework/plugin.ts';
import type { Nominator } from '../queue/nominator.ts';
import type { SchedulingQueue } from '../queue/scheduling-queue.ts';
import { markUnscheduled } from './condition.ts';
import { rejectingPlugins } from './diagnosis.ts';
import type { Failure } from './scheduling-cycle.ts';

/** The API's limit for the note of an event. */
const MAX_EVENT_MESSAGE = 1024;

export interface FailureHandlerOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether the pod is tried again after its back-off whatever happens in the cluster. */
  readonly retriesAlways?: (pod: PodInfo) => boolean;
}

export class FailureHandler {
  readonly #options: FailureHandlerOptions;
  readonly #queue: SchedulingQueue;
  readonly #nominator: Nominator;

  constructor(options: FailureHandlerOptions, queue: SchedulingQueue, nominator: Nominator) {
    this.#options = options;
    this.#queue = queue;
    this.#nominator = nominator;
  }

  /**
   * `changes` is the queue's count of cluster events when the cycle began. Resolves when the condition is written.
   * A pod that is gone, being deleted or bound by another scheduler is left alone; upstream still records the event.
   */
  async handle(queued: QueuedPodInfo, failure: Failure, changes: number): Promise<void> {
    const info = this.current(queued.info);
    if (!info) return;
    const rejectedBy = failure.diagnosis && rejectingPlugins(failure.diagnosis);
    if (failure.rejected && !this.#options.retriesAlways?.(info))
      this.#queue.addUnschedulable({ ...queued, info, ...(rejectedBy && { rejectedBy }) }, changes);
    else this.#queue.addBackoff({ ...queued, info });
    // At once: the next cycle may run before the API shows the nomination.
    this.#nominator.nominate(info, failure.nominatedNode);
    const { client, events, clock, log } = this.#options;
    const message = truncated(failure.message);
    events.record(referenceTo(Pod, info.pod), 'Warning', 'FailedScheduling', message, {
      action: 'Scheduling',
      component: schedulerNameOf(info.pod),
    });
    try {
      await markUnscheduled(client, info.pod, failure, clock.now());
    } catch (error) {
      if (!isNotFound(error))
        log.warn('writing the PodScheduled condition failed', { pod: queued.info.key, error });
    }
  }

  /** The pod as it is now, if it still needs a node: changes to an assumed pod were not noted while it was being bound. */
  current(info: PodInfo): PodInfo | undefined {
    const { lister } = this.#options.informers.informer(Pod);
    const pod = lister.get(nameOf(info.pod), namespaceOf(info.pod));
    if (!pod || uidOf(pod) !== info.uid) return undefined;
    if (pod.spec?.nodeName || isBeingDeleted(pod)) return undefined;
    return pod === info.pod ? info : podInfo(pod);
  }
}

function truncated(message: string): string {
  if (message.length <= MAX_EVENT_MESSAGE) return message;
  return `${message.slice(0, MAX_EVENT_MESSAGE - 4)} ...`;
}
