import { resource } from '../../../meta/v1/resource.ts';
import { int32, microTime, type Of, ref, required, string, struct, time } from '../../../schema/notation.ts';
import { ObjectReference } from './references.ts';

export const EventSeries = struct(
  'io.k8s.api.core.v1.EventSeries',
  {
    count: int32(1, { doc: 'How often it has come so far.' }),
    lastObservedTime: microTime(2, { doc: 'When it came last.', emit: 'always' }),
  },
  { doc: 'How often the same event came again.' },
);
export interface EventSeries extends Of<typeof EventSeries> {}

export const EventSource = struct(
  'io.k8s.api.core.v1.EventSource',
  {
    component: string(1, { doc: 'The component that reported it.' }),
    host: string(2, { doc: 'The node it was reported from.' }),
  },
  { doc: 'Who reported an event.' },
);
export interface EventSource extends Of<typeof EventSource> {}

export const Event = resource(
  'io.k8s.api.core.v1.Event',
  {
    doc: 'Something that happened, in the old form.',
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
    action: string(12, { doc: 'What was done.' }),
    count: int32(8, { doc: 'How often it happened.' }),
    eventTime: microTime(10, { doc: 'When it was first seen.', emit: 'always' }),
    firstTimestamp: time(6, { doc: 'When it was first seen.', emit: 'always' }),
    involvedObject: required(ref(2, ObjectReference, { doc: 'The object it happened to.', emit: 'always' })),
    lastTimestamp: time(7, { doc: 'When it was last seen.', emit: 'always' }),
    message: string(4, { doc: 'What happened, for people.' }),
    reason: string(3, { doc: 'What happened, in one word.' }),
    related: ref(13, ObjectReference, { doc: 'A second object.', emit: 'if-set' }),
    reportingComponent: string(14, { doc: 'Who says so.', emit: 'always' }),
    reportingInstance: string(15, { doc: 'Which copy of it says so.', emit: 'always' }),
    series: ref(11, EventSeries, { doc: 'How it goes on, if it goes on.', emit: 'if-set' }),
    source: ref(5, EventSource, { doc: 'Who says so, in the old form.', emit: 'always' }),
    type: string(9, { doc: 'Normal or Warning.' }),
  },
);
export interface Event extends Of<typeof Event> {}
