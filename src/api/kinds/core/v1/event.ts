import { resource } from '../../../meta/v1/resource.ts';
import { int32, microTime, type Of, ref, required, string, struct, time } from '../../../schema/notation.ts';
import { ObjectReference } from './references.ts';

export const EventSeries = struct(
  'io.k8s.api.core.v1.EventSeries',
  {
    count: int32(1, { doc: 'Number of occurrences in the series so far.' }),
    lastObservedTime: microTime(2, { doc: 'Time of the last occurrence.', emit: 'always' }),
  },
  { doc: 'Series of similar events.' },
);
export interface EventSeries extends Of<typeof EventSeries> {}

export const EventSource = struct(
  'io.k8s.api.core.v1.EventSource',
  {
    component: string(1, { doc: 'Component that reported the event.' }),
    host: string(2, { doc: 'Name of the node on which the event was reported.' }),
  },
  { doc: 'Source of an event.' },
);
export interface EventSource extends Of<typeof EventSource> {}

export const Event = resource(
  'io.k8s.api.core.v1.Event',
  {
    doc: 'Report of an event somewhere in the cluster. The API group events.k8s.io has a newer version.',
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
    action: string(12, { doc: 'Action that was taken with regard to the object.' }),
    count: int32(8, { doc: 'Number of times the event has occurred.' }),
    eventTime: microTime(10, { doc: 'Time at which the event was first observed.', emit: 'always' }),
    firstTimestamp: time(6, { doc: 'Time at which the event was first observed.', emit: 'always' }),
    involvedObject: required(
      ref(2, ObjectReference, { doc: 'Object that the event is about.', emit: 'always' }),
    ),
    lastTimestamp: time(7, { doc: 'Time at which the event was last observed.', emit: 'always' }),
    message: string(4, { doc: 'Human-readable description of the event.' }),
    reason: string(3, { doc: 'Brief machine-readable reason in CamelCase.' }),
    related: ref(13, ObjectReference, { doc: 'Secondary object for more complex actions.', emit: 'if-set' }),
    reportingComponent: string(14, {
      doc: 'Name of the controller that reported the event, such as kubernetes.io/kubelet.',
      emit: 'always',
    }),
    reportingInstance: string(15, {
      doc: 'Identity of the instance of the controller, such as a pod or node name.',
      emit: 'always',
    }),
    series: ref(11, EventSeries, {
      doc: 'Series that the event belongs to. Not set for a single event.',
      emit: 'if-set',
    }),
    source: ref(5, EventSource, { doc: 'Component that reported the event.', emit: 'always' }),
    type: string(9, { doc: 'Type of the event: Normal or Warning.' }),
  },
);
export interface Event extends Of<typeof Event> {}
