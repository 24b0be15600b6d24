import { resource } from '../../meta/v1/resource.ts';
import { int32, microTime, type Of, ref, required, string, struct, time } from '../../schema/notation.ts';
import { ObjectReference } from './references.ts';

export const EventSeries = struct('io.k8s.api.core.v1.EventSeries', {
  count: int32(1),
  lastObservedTime: microTime(2, { emit: 'always' }),
});
export interface EventSeries extends Of<typeof EventSeries> {}

export const EventSource = struct('io.k8s.api.core.v1.EventSource', {
  component: string(1),
  host: string(2),
});
export interface EventSource extends Of<typeof EventSource> {}

export const Event = resource(
  'io.k8s.api.core.v1.Event',
  {
    group: '',
    version: 'v1',
    kind: 'Event',
    plural: 'events',
    singular: 'event',
    namespaced: true,
    shortNames: ['ev'],
    storageVersionHash: 'r2yiGXH7wu8=',
  },
  {
    action: string(12),
    count: int32(8),
    eventTime: microTime(10, { emit: 'always' }),
    firstTimestamp: time(6, { emit: 'always' }),
    involvedObject: required(ref(2, ObjectReference, { emit: 'always' })),
    lastTimestamp: time(7, { emit: 'always' }),
    message: string(4),
    reason: string(3),
    related: ref(13, ObjectReference, { emit: 'if-set' }),
    reportingComponent: string(14, { emit: 'always' }),
    reportingInstance: string(15, { emit: 'always' }),
    series: ref(11, EventSeries, { emit: 'if-set' }),
    source: ref(5, EventSource, { emit: 'always' }),
    type: string(9),
  },
);
export interface Event extends Of<typeof Event> {}
