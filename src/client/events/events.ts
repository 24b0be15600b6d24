// Records core/v1 Events about objects in the background: equal events are counted, similar ones combined, floods dropped,
// with the limits of client-go's correlator. Used by controllers, scheduler and kubelet, each under its component's name.

import { Event } from '../../api/kinds/core/v1/event.ts';
import type { ObjectReference } from '../../api/kinds/core/v1/references.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { apiVersionOf } from '../../api/meta/v1/resource.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import { type Clock, rfc3339 } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Client } from '../client.ts';
import { EventCorrelator, type Occurrence } from './event-correlator.ts';

export type EventType = 'Normal' | 'Warning';

export interface EventDetails {
  /** What was done, for machines. */
  readonly action?: string;
  /** A second object that is part of it. */
  readonly related?: ObjectReference;
  /** Who says so, if it is not the recorder's component. */
  readonly component?: string;
}

export interface EventRecorder {
  /** Records that something happened to `object`. Returns at once and never fails. */
  record(
    object: ObjectReference,
    type: EventType,
    reason: string,
    message: string,
    details?: EventDetails,
  ): void;
  /** Resolves when everything recorded so far has been sent or given up. */
  flushed(): Promise<void>;
}

export interface EventRecorderOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  /** Such as deployment-controller or kubelet. */
  readonly component: string;
  /** The node's name, for components that run on one. */
  readonly host?: string;
}

/** The involvedObject of an event. `fieldPath` names a part of a pod: spec.containers{web}. */
export function referenceTo(
  kind: AnyResource,
  object: { readonly metadata: KubeObject['metadata'] },
  fieldPath?: string,
): ObjectReference {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return {
    kind: kind.resource.kind,
    ...(namespace && { namespace }),
    ...(name && { name }),
    ...(uid && { uid }),
    apiVersion: apiVersionOf(kind.resource),
    ...(resourceVersion && { resourceVersion }),
    ...(fieldPath && { fieldPath }),
  };
}

/** Events beyond this many waiting to be sent are dropped, as upstream's broadcaster drops them. */
const MAX_WAITING = 1000;

/** Names tried for one event before it is given up. */
const MOST_NAMES = 10;

export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const correlator = new EventCorrelator(options.clock);
  let tail: Promise<void> = Promise.resolve();
  let waiting = 0;
  return {
    record(object, type, reason, message, details) {
      const occurrence = correlator.observe({ object, type, reason, message, ...details });
      if (!occurrence || waiting >= MAX_WAITING) return;
      waiting++;
      tail = tail.then(async () => {
        await send(options, correlator, occurrence).catch((error: unknown) =>
          options.log.warn('event not recorded', { reason, error: messageOf(error) }),
        );
        waiting--;
      });
    },
    flushed: () => tail,
  };
}

async function send(
  options: EventRecorderOptions,
  correlator: EventCorrelator,
  occurrence: Occurrence,
): Promise<void> {
  const sent = correlator.sent(occurrence.key);
  const last = rfc3339(options.clock.now());
  if (sent) {
    try {
      const patch = { count: sent.count + 1, lastTimestamp: last, message: occurrence.message };
      await options.client.patch(Event, sent.name, sent.namespace, 'strategic', patch);
      correlator.remember(occurrence.key, { ...sent, count: sent.count + 1 });
      return;
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  const event = await create(options, correlator, occurrence, last);
  correlator.remember(occurrence.key, {
    name: event.metadata.name ?? '',
    namespace: event.metadata.namespace ?? '',
    count: 1,
  });
}

/**
 * Names consist of the object's name, the time in milliseconds and a serial of this recorder, so another component's event of
 * an equally named object may have the same: then the next serial is tried.
 */
async function create(
  options: EventRecorderOptions,
  correlator: EventCorrelator,
  occurrence: Occurrence,
  now: string,
): Promise<Event> {
  for (let left = MOST_NAMES; ; left--) {
    const event = eventOf(options, occurrence, correlator.serial(), now);
    try {
      await options.client.create(Event, event);
      return event;
    } catch (error) {
      if (!isAlreadyExists(error) || left === 0) throw error;
    }
  }
}

function eventOf(options: EventRecorderOptions, occurrence: Occurrence, serial: number, now: string): Event {
  const { object, type, reason, message, action, related } = occurrence;
  const { host } = options;
  const component = occurrence.component ?? options.component;
  // Upstream's names end in the time in nanoseconds, in hexadecimal; a counter replaces the last digits.
  const nanoseconds = BigInt(Math.floor(options.clock.now())) * 1_000_000n + BigInt(serial % 1_000_000);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${object.name ?? ''}.${nanoseconds.toString(16)}`,
      namespace: object.namespace || 'default',
    },
    involvedObject: object,
    reason,
    message,
    source: { component, ...(host && { host }) },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    type,
    ...(action && { action }),
    ...(related && { related }),
    reportingComponent: component,
    reportingInstance: host ?? '',
  };
}
