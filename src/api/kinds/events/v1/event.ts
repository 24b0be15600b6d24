import { resource } from '../../../meta/v1/resource.ts';
import { int32, microTime, type Of, ref, required, string, struct, time } from '../../../schema/notation.ts';
import { EventSource } from '../../core/v1/event.ts';
import { ObjectReference } from '../../core/v1/references.ts';

export const EventSeries = struct(
  'io.k8s.api.events.v1.EventSeries',
  {
    count: required(int32(1, { doc: 'Number of occurrences in the series so far.', emit: 'always' })),
    lastObservedTime: required(microTime(2, { doc: 'Time of the last occurrence.', emit: 'always' })),
  },
  { doc: 'Series of similar events.' },
);
export interface EventSeries extends Of<typeof EventSeries> {}

export const Event = resource(
  'io.k8s.api.events.v1.Event',
  {
    doc: 'Report of an event somewhere in the cluster.',
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
    action: string(6, { doc: 'Action that was taken with regard to the object.' }),
    deprecatedCount: int32(15, { doc: 'Deprecated: number of times the event has occurred.' }),
    deprecatedFirstTimestamp: time(13, {
      doc: 'Deprecated: time at which the event was first observed.',
      emit: 'always',
    }),
    deprecatedLastTimestamp: time(14, {
      doc: 'Deprecated: time at which the event was last observed.',
      emit: 'always',
    }),
    deprecatedSource: ref(12, EventSource, {
      doc: 'Deprecated: component that reported the event.',
      emit: 'always',
    }),
    eventTime: required(microTime(2, { doc: 'Time at which the event was first observed.', emit: 'always' })),
    note: string(10, { doc: 'Human-readable description of the event.' }),
    reason: string(7, { doc: 'Brief machine-readable reason in CamelCase.' }),
    regarding: ref(8, ObjectReference, { doc: 'Object that the event is about.', emit: 'always' }),
    related: ref(9, ObjectReference, { doc: 'Secondary object for more complex actions.', emit: 'if-set' }),
    reportingController: string(4, {
      doc: 'Name of the controller that reported the event, such as kubernetes.io/kubelet.',
    }),
    reportingInstance: string(5, {
      doc: 'Identity of the instance of the controller, such as a pod or node name.',
    }),
    series: ref(3, EventSeries, {
      doc: 'Series that the event belongs to. Not set for a single event.',
      emit: 'if-set',
    }),
    type: string(11, { doc: 'Type of the event: Normal or Warning.' }),
  },
);
export interface Event extends Of<typeof Event> {}
