import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Backend } from '../model/routes.ts';
import type { Slots } from './config/place.ts';
import { fittingSlots, nextSlots, slotCommands } from './slots.ts';

const backends = (...ips: string[]): Backend[] => [
  { name: 'b', policy: { protocol: 'http' }, endpoints: ips.map((ip) => ({ ip, port: 80 })) },
];
const rowOf = (slots: Slots) => slots.get('b')!.map((endpoint) => endpoint?.ip);

describe('slots of endpoints', () => {
  const first = nextSlots(backends('1', '2', '3'), new Map());

  it('leave room for as many endpoints again', () => {
    assert.equal(first.get('b')!.length, 8);
    assert.deepEqual(rowOf(first).slice(0, 4), ['1', '2', '3', undefined]);
  });

  it('are there before the first endpoint, which needs no reload then', () => {
    const none = nextSlots(backends(), new Map());
    assert.deepEqual(rowOf(none), [undefined, undefined]);
    assert.equal(nextSlots(backends('1'), none).get('b')!.length, 2);
  });

  it('keep endpoints where they are; a new one comes into a slot that was free', () => {
    const second = nextSlots(backends('2', '3', '9'), first);
    assert.deepEqual(rowOf(second).slice(0, 4), [undefined, '2', '3', '9']);
    assert.deepEqual(slotCommands(first, second), [
      'set server b/s3 addr 9 port 80',
      'set server b/s3 state ready',
      'set server b/s0 state maint',
    ]);
  });

  it('take the place of one that left when no other is free', () => {
    const full = nextSlots(backends('1', '2', '3', '4', '5', '6', '7', '8'), first);
    const next = nextSlots(backends('1', '2', '3', '4', '5', '6', '7', '9'), full);
    assert.equal(next.get('b')!.length, full.get('b')!.length);
    assert.deepEqual(rowOf(next).filter(Boolean), ['1', '2', '3', '4', '5', '6', '7', '9']);
  });

  it('are more when there are more endpoints than slots', () => {
    assert.equal(nextSlots(backends(...'123456789'), first).get('b')!.length, 32);
  });

  it('change in a process that could not be replaced, for the backends that it has', () => {
    const one = { name: 'c', policy: { protocol: 'http' }, endpoints: [{ ip: '5', port: 80 }] } as const;
    const next = nextSlots([...backends('1', '3', '9'), one], first);
    assert.deepEqual([...fittingSlots(first, next).keys()], ['b']);
    assert.deepEqual(
      slotCommands(first, fittingSlots(first, next)),
      slotCommands(first, nextSlots(backends('1', '3', '9'), first)),
    );
    const more = nextSlots(backends(...'123456789'), first);
    assert.deepEqual(slotCommands(first, fittingSlots(first, more)), []);
  });

  it('have no commands without a change', () => {
    assert.deepEqual(slotCommands(first, nextSlots(backends('3', '1', '2'), first)), []);
  });
});
