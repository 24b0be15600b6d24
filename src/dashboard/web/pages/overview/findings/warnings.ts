// Warnings of the last hour: what was said of one object for one reason is one line. Pure.
import type { Event } from '../../../../../api/kinds/core/v1/event.ts';
import { eventLine } from '../../../../../api/why/event-line.ts';
import { timeOf } from './finding.ts';

export interface Warning {
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly last: number;
}

const HOUR_MS = 60 * 60_000;

/** The latest first. */
export function recentWarnings(events: readonly Readonly<Event>[], now: number): Warning[] {
  const groups = new Map<string, Warning>();
  for (const event of events) {
    if (event.type !== 'Warning') continue;
    const { reason, message, count, last: text } = eventLine(event);
    const last = timeOf(text) ?? timeOf(event.metadata.creationTimestamp) ?? 0;
    if (last < now - HOUR_MS) continue;
    const { kind = '', apiVersion = '', namespace = '', name = '' } = event.involvedObject;
    const key = JSON.stringify([kind, namespace, name, reason]);
    const known = groups.get(key);
    const newest = known && known.last > last ? known : { message, last };
    groups.set(key, {
      ...{ kind, apiVersion, namespace, name, reason },
      ...{ message: newest.message, last: newest.last, count: (known?.count ?? 0) + count },
    });
  }
  return [...groups.values()].sort((a, b) => b.last - a.last);
}
