// The events of a described object: found by the object's reference, shown oldest first.
import type { Event } from '../../api/kinds/core/v1/event.ts';
import { collectionPath, readAll, type Subject } from './subject.ts';
import { ageText, byKey } from './values.ts';
import type { DescriptionWriter } from './writer.ts';

interface Reference {
  readonly kind?: string;
  readonly metadata?:
    | {
        readonly name?: string | undefined;
        readonly namespace?: string | undefined;
        readonly uid?: string | undefined;
      }
    | undefined;
}

/** Undefined when events are not to be shown, or cannot be read. */
export async function findEvents(subject: Subject, object: Reference): Promise<Event[] | undefined> {
  if (!subject.showEvents) return undefined;
  const { name = '', namespace = '', uid } = object.metadata ?? {};
  const terms = [`involvedObject.name=${name}`, `involvedObject.namespace=${namespace}`];
  if (object.kind) terms.push(`involvedObject.kind=${object.kind}`);
  if (uid) terms.push(`involvedObject.uid=${uid}`);
  try {
    const fieldSelector = terms.join(',');
    return await readAll<Event>(subject, collectionPath('api/v1', 'events', namespace), { fieldSelector });
  } catch {
    return undefined;
  }
}

export function writeEvents(w: DescriptionWriter, events: readonly Event[] | undefined, now: number): void {
  if (!events) return;
  if (events.length === 0) {
    w.row(0, 'Events', '<none>');
    return;
  }
  w.flush();
  w.write(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage\n');
  w.cells(1, '----', '------', '----', '----', '-------');
  for (const event of [...events].sort(byKey((one) => one.lastTimestamp ?? ''))) {
    const source = event.source?.component || event.reportingComponent || '';
    w.cells(1, event.type ?? '', event.reason ?? '', intervalText(event, now), source, messageText(event));
  }
}

function messageText(event: Event): string {
  const message = (event.message ?? '').trim();
  const path = event.involvedObject?.fieldPath;
  return path ? `${path}: ${message}` : message;
}

/** `5m (x3 over 10m)`, or the age of what happened once. */
export function intervalText(event: Event, now: number): string {
  const first = ageText(event.eventTime ?? event.firstTimestamp, now);
  if (event.series) {
    const { count = 0, lastObservedTime } = event.series;
    return `${ageText(lastObservedTime, now)} (x${count} over ${first})`;
  }
  return (event.count ?? 0) > 1
    ? `${ageText(event.lastTimestamp, now)} (x${event.count} over ${first})`
    : first;
}
