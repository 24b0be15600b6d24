// A warning as `tiphys why` and the dashboard show it. Pure.
import type { Event } from '../kinds/core/v1/event.ts';

export interface EventLine {
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  /** When it was last seen. */
  readonly last: string;
}

/** Events of both APIs: those of events.k8s.io count in a series. */
export const eventLine = ({
  reason,
  message,
  count,
  series,
  lastTimestamp,
  eventTime,
}: Readonly<Event>): EventLine => ({
  reason: reason ?? '',
  message: message ?? '',
  count: series?.count ?? count ?? 1,
  last: series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? '',
});
