// The events of one object. Pure.
import type { Event } from '../../../../../api/kinds/core/v1/event.ts';
import { MIRROR_ANNOTATION } from '../../../../../api/pods/references.ts';
import type { KubeObject } from '../object-shape.ts';

/** Kubelets report events of their node with its name for a uid; so the uid is looked at here, and not by the server. */
export const fieldSelectorOf = ({ kind, metadata }: KubeObject): string =>
  `involvedObject.kind=${kind},involvedObject.name=${metadata.name ?? ''}`;

export function isAbout({ involvedObject }: Event, { kind, metadata }: KubeObject): boolean {
  const { uid } = involvedObject ?? {};
  const known = [metadata.uid, metadata.annotations?.[MIRROR_ANNOTATION]];
  return !uid || known.includes(uid) || (kind === 'Node' && uid === metadata.name);
}

export interface EventRow {
  readonly key: string;
  readonly isWarning: boolean;
  readonly reason: string;
  readonly message: string;
  readonly from: string;
  readonly count: number;
  /** Milliseconds since the epoch; 0 if unknown. */
  readonly first: number;
  readonly last: number;
}

const timeOf = (text: string | undefined): number => (text ? Date.parse(text) : 0);

export function rowOfEvent(event: Event): EventRow {
  const {
    metadata,
    type,
    reason = '',
    message = '',
    source,
    reportingComponent,
    series,
    involvedObject,
  } = event;
  const first = timeOf(event.firstTimestamp ?? event.eventTime ?? metadata.creationTimestamp);
  const path = involvedObject?.fieldPath ?? '';
  const part = /^spec\.(?:initContainers|containers|ephemeralContainers)\{([^}]*)\}$/.exec(path)?.[1];
  return {
    key: metadata.uid ?? metadata.name ?? '',
    isWarning: type === 'Warning',
    reason,
    message: part ? `${part}: ${message}` : message,
    from: source?.component || reportingComponent || '',
    count: series?.count ?? event.count ?? 1,
    first,
    last: Math.max(
      first,
      timeOf(series?.lastObservedTime),
      timeOf(event.lastTimestamp),
      timeOf(event.eventTime),
    ),
  };
}

/** The latest first. */
export const eventRows = (events: readonly Event[], object: KubeObject): EventRow[] =>
  events
    .filter((event) => isAbout(event, object))
    .map(rowOfEvent)
    .sort((a, b) => b.last - a.last);
