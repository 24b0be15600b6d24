// Validates Events of both groups. Those of the core group are checked as loosely as they always were.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation/events.go, whose paths are those of the core group.
// Called through rule-book.ts.
import type { Event } from '../../kinds/core/v1/event.ts';
import type { Event as NewEvent } from '../../kinds/events/v1/event.ts';
import { complaints, type FieldError, immutable, invalid, required } from '../field.ts';
import { isDNS1123Subdomain, isQualifiedName } from '../names.ts';
import type { Rules } from '../rules.ts';
import { semanticEqual } from '../semantic.ts';

/** Bytes. */
const LONGEST = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;

/** What both groups have, under the names of the core group. */
interface Common {
  readonly namespace: string;
  readonly about: { readonly namespace?: string } | undefined;
  readonly eventTime?: string;
  readonly controller: string;
  /** The name of the field above in the request's group. */
  readonly controllerField: string;
  readonly reportingInstance: string;
  readonly action: string;
  readonly reason: string;
  readonly message: string;
}

const commonErrors = (event: Common): FieldError[] => [
  ...namespaceErrors(event),
  ...(event.eventTime ? reportErrors(event) : []),
  ...complaints('namespace', event.namespace, isDNS1123Subdomain(event.namespace)),
];

/** An event is in the namespace of the object it is about; events of cluster-scoped objects are in default. */
function namespaceErrors({ namespace, about, eventTime }: Common): FieldError[] {
  const theirs = about?.namespace ?? '';
  const fits = eventTime
    ? theirs !== '' || namespace === 'default' || namespace === 'kube-system'
    : theirs === ''
      ? namespace === '' || namespace === 'default'
      : namespace === theirs;
  return fits ? [] : [invalid('involvedObject.namespace', theirs, 'does not match event.namespace')];
}

function reportErrors(event: Common): FieldError[] {
  const { controller, controllerField, message } = event;
  const tooLong = (field: keyof typeof LONGEST, text: string) =>
    Buffer.byteLength(text) > LONGEST[field]
      ? [invalid(field, '', `can have at most ${LONGEST[field]} characters`)]
      : [];
  return [
    ...(controller === '' ? [required(controllerField)] : []),
    ...complaints(controllerField, controller, isQualifiedName(controller)),
    ...(['reportingInstance', 'action', 'reason'] as const).flatMap((field) => [
      ...(event[field] === '' ? [required(field)] : []),
      ...tooLong(field, event[field]),
    ]),
    ...tooLong('message', message),
  ];
}

const event = (e: Event): FieldError[] =>
  commonErrors({
    namespace: e.metadata.namespace ?? '',
    about: e.involvedObject,
    eventTime: e.eventTime,
    controller: e.reportingComponent ?? '',
    controllerField: 'reportingComponent',
    reportingInstance: e.reportingInstance ?? '',
    action: e.action ?? '',
    reason: e.reason ?? '',
    message: e.message ?? '',
  });

export const eventRules: Rules<Event> = { create: event, update: event };

const newEventCommon = (e: NewEvent): FieldError[] =>
  commonErrors({
    namespace: e.metadata.namespace ?? '',
    about: e.regarding,
    eventTime: e.eventTime,
    controller: e.reportingController ?? '',
    controllerField: 'reportingController',
    reportingInstance: e.reportingInstance ?? '',
    action: e.action ?? '',
    reason: e.reason ?? '',
    message: e.note ?? '',
  });

function seriesErrors({ series }: NewEvent): FieldError[] {
  if (!series) return [];
  return [
    ...((series.count ?? 0) < 2 ? [invalid('series.count', '', 'should be at least 2')] : []),
    ...(series.lastObservedTime ? [] : [required('series.lastObservedTime')]),
  ];
}

function newEvent(e: NewEvent): FieldError[] {
  const { type = '', deprecatedSource: source } = e;
  const unset = (field: string, isSet: unknown) => (isSet ? [invalid(field, '', 'needs to be unset')] : []);
  return [
    ...newEventCommon(e),
    ...seriesErrors(e),
    ...(e.eventTime ? [] : [required('eventTime')]),
    ...(type === 'Normal' || type === 'Warning' ? [] : [invalid('type', '', `has invalid value: ${type}`)]),
    ...unset('firstTimestamp', e.deprecatedFirstTimestamp),
    ...unset('lastTimestamp', e.deprecatedLastTimestamp),
    ...unset('count', e.deprecatedCount),
    ...unset('source', source?.component || source?.host),
  ];
}

/** Their names in the core group, and what stands for a value that is not set. */
const fixed = [
  ['involvedObject', 'regarding', {}],
  ['reason', 'reason', ''],
  ['message', 'note', ''],
  ['source', 'deprecatedSource', {}],
  ['firstTimestamp', 'deprecatedFirstTimestamp', null],
  ['lastTimestamp', 'deprecatedLastTimestamp', null],
  ['count', 'deprecatedCount', 0],
  ['type', 'type', ''],
  ['eventTime', 'eventTime', null],
  ['action', 'action', ''],
  ['related', 'related', null],
  ['reportingController', 'reportingController', ''],
  ['reportingInstance', 'reportingInstance', ''],
] as const;

/** Only the series of an event changes. */
function newEventUpdate(e: NewEvent, old: NewEvent): FieldError[] {
  return [
    ...newEventCommon(e),
    ...(semanticEqual(e.series, old.series) ? [] : seriesErrors(e)),
    ...fixed.flatMap(([path, field, unset]) => {
      const value = e[field] ?? unset;
      return semanticEqual(value, old[field] ?? unset) ? [] : [immutable(path, value)];
    }),
  ];
}

export const newEventRules: Rules<NewEvent> = { create: newEvent, update: newEventUpdate };
