import { resource } from '../../../meta/v1/resource.ts';
import { int32, microTime, type Of, ref, required, string, struct, time } from '../../../schema/notation.ts';
import { EventSource } from '../../core/v1/event.ts';
import { ObjectReference } from '../../core/v1/references.ts';

export const EventSeries = struct(
  'io.k8s.api.events.v1.EventSeries',
  {
    count: required(int32(1, { doc: 'How often it has come so far.', emit: 'always' })),
    lastObservedTime: required(microTime(2, { doc: 'When it came last.', emit: 'always' })),
  },
  { doc: 'How often the same event came again.' },
);
export interface EventSeries extends Of<typeof EventSeries> {}

export const Event = resource(
  'io.k8s.api.events.v1.Event',
  {
    doc: 'Something that happened.',
    group: 'events.k8s.io',
    version: 'v1',
    kind: 'Event',
    plural: 'events',
    singular: 'event',
    namespaced: true,
    shortNames: ['ev'],
    storageVersionHash: 'r2yiGXH7wu8=',
  },
  {
    action: string(6, { doc: 'What was done.' }),
    deprecatedCount: int32(15, { doc: 'How often it came, in the old form.' }),
    deprecatedFirstTimestamp: time(13, { doc: 'When it first came, in the old form.', emit: 'always' }),
    deprecatedLastTimestamp: time(14, { doc: 'When it last came, in the old form.', emit: 'always' }),
    deprecatedSource: ref(12, EventSource, { doc: 'Who reported it, in the old form.', emit: 'always' }),
    eventTime: required(microTime(2, { doc: 'When it was first seen.', emit: 'always' })),
    note: string(10, { doc: 'What happened, for people.' }),
    reason: string(7, { doc: 'What happened, in one word.' }),
    regarding: ref(8, ObjectReference, { doc: 'The object it happened to.', emit: 'always' }),
    related: ref(9, ObjectReference, { doc: 'A second object.', emit: 'if-set' }),
    reportingController: string(4, { doc: 'Who says so.' }),
    reportingInstance: string(5, { doc: 'Which copy of it says so.' }),
    series: ref(3, EventSeries, { doc: 'How it goes on, if it goes on.', emit: 'if-set' }),
    type: string(11, { doc: 'Normal or Warning.' }),
  },
);
export interface Event extends Of<typeof Event> {}
