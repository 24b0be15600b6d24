import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event } from '../../kinds/core/v1/event.ts';
import { Event as NewEvent } from '../../kinds/events/v1/event.ts';
import { created, updated } from './checks.fake.ts';

const time = '2026-01-01T00:00:00.000000Z';
const elsewhere = 'involvedObject.namespace: Invalid value: "": does not match event.namespace';

test('an event is in the namespace of what it is about', () => {
  const about = (namespace: string | undefined, own: string, more: object = {}) => ({
    metadata: { namespace: own },
    involvedObject: { kind: 'Pod', namespace },
    ...more,
  });
  assert.deepEqual(created(Event, about('d', 'd')), []);
  assert.deepEqual(created(Event, about(undefined, 'default')), []);
  assert.deepEqual(created(Event, about(undefined, 'd')), [elsewhere]);
  assert.deepEqual(created(Event, about('d', 'e')), [
    'involvedObject.namespace: Invalid value: "d": does not match event.namespace',
  ]);
  const reported = {
    eventTime: time,
    reportingComponent: 'c',
    reportingInstance: 'i',
    action: 'a',
    reason: 'r',
  };
  assert.deepEqual(created(Event, about(undefined, 'kube-system', reported)), []);
});

test('an event with a time says who reports it', () => {
  const event = { involvedObject: { kind: 'Pod', namespace: 'd' }, eventTime: time };
  const errors = created(Event, event);
  assert.deepEqual(
    errors.filter((text) => text.includes('Required')),
    [
      'reportingComponent: Required value',
      'reportingInstance: Required value',
      'action: Required value',
      'reason: Required value',
    ],
  );
  const long = { reportingComponent: 'c', reportingInstance: 'i', action: 'a', reason: 'r'.repeat(129) };
  assert.deepEqual(created(Event, { ...event, ...long }), [
    'reason: Invalid value: "": can have at most 128 characters',
  ]);
});

const newEvent = (changes: object = {}) => ({
  regarding: { kind: 'Pod', namespace: 'd' },
  eventTime: time,
  reportingController: 'c',
  reportingInstance: 'i',
  action: 'a',
  reason: 'r',
  type: 'Normal',
  ...changes,
});

test('events of the newer group have no fields of the older one', () => {
  const cases: [object, string[]][] = [
    [{}, []],
    [{ type: 'Odd' }, ['type: Invalid value: "": has invalid value: Odd']],
    [{ eventTime: undefined }, ['eventTime: Required value']],
    [{ deprecatedCount: 1 }, ['count: Invalid value: "": needs to be unset']],
    [{ deprecatedSource: { host: 'n' } }, ['source: Invalid value: "": needs to be unset']],
    [{ note: 'n'.repeat(1025) }, ['message: Invalid value: "": can have at most 1024 characters']],
    [
      { series: { count: 1 } },
      ['series.count: Invalid value: "": should be at least 2', 'series.lastObservedTime: Required value'],
    ],
  ];
  for (const [changes, errors] of cases) assert.deepEqual(created(NewEvent, newEvent(changes)), errors);
});

test('only the series of an event of the newer group changes', () => {
  const series = { count: 2, lastObservedTime: time };
  assert.deepEqual(updated(NewEvent, newEvent({ series }), newEvent()), []);
  assert.deepEqual(updated(NewEvent, newEvent({ reason: 's', note: 'n' }), newEvent()), [
    'reason: Invalid value: "s": field is immutable',
    'message: Invalid value: "n": field is immutable',
  ]);
});
