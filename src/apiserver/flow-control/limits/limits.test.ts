import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priorityLevels } from '../../bootstrap/flow-control.ts';
import { allocate } from './allocation.ts';
import { adjust, type Borrower } from './borrowing.ts';
import { levelConfig, limitsOf } from './limits.ts';

const level = (name: string) => priorityLevels().find(({ metadata }) => metadata.name === name)!;
const limits = (name: string) => limitsOf(levelConfig(level(name))!, 600, 245);

test('the built-in levels get the seats that upstream gives them for 600', () => {
  const seats = priorityLevels().map(({ metadata }) => {
    const { nominal, lower, maxSeats } = limits(metadata.name!);
    return [metadata.name, nominal, lower, maxSeats];
  });
  assert.deepEqual(seats, [
    ['catch-all', 13, 13, 2],
    ['exempt', 0, 0, 1],
    ['system', 74, 50, 12],
    ['node-high', 98, 73, 15],
    ['leader-election', 25, 25, 4],
    ['workload-high', 98, 49, 15],
    ['workload-low', 245, 24, 37],
    ['global-default', 49, 24, 8],
  ]);
});

test('a borrowing limit bounds a level from above, none means all seats of the server', () => {
  const config = levelConfig(level('global-default'))!;
  assert.equal(limitsOf(config, 600, 245).upper, 649);
  assert.equal(limitsOf({ ...config, borrowingLimitPercent: 50 }, 600, 245).upper, 74);
});

test('an inconsistent specification is ignored', () => {
  const system = level('system');
  const limited = system.spec!.limited!;
  const queuing = limited.limitResponse!.queuing!;
  const change = (spec: object) => levelConfig({ ...system, spec: { ...system.spec!, ...spec } });
  assert.equal(change({ type: 'Exempt' }), undefined);
  assert.equal(change({ limited: undefined }), undefined);
  assert.equal(change({ limited: { ...limited, limitResponse: { type: 'Queue' } } }), undefined);
  for (const wrong of [{ handSize: 65 }, { handSize: 0 }, { queues: 1 << 20, handSize: 4 }])
    assert.equal(
      change({
        limited: { ...limited, limitResponse: { type: 'Queue', queuing: { ...queuing, ...wrong } } },
      }),
      undefined,
    );
});

test('an allocation gives every level the same fraction of its target within its bounds', () => {
  const { seats, fraction } = allocate(100, [
    { target: 50, lower: 10, upper: 200 },
    { target: 100, lower: 0, upper: 40 },
    { target: 10, lower: 10, upper: 100 },
  ]);
  // The second level is held at its upper bound; 60 are left for targets of 60.
  assert.deepEqual(
    seats.map((n) => Math.round(n)),
    [50, 40, 10],
  );
  assert.ok(Math.abs(fraction - 1) < 1e-6);
});

test('an allocation that bounds make impossible gives the bounds', () => {
  const claims = [{ target: 5, lower: 5, upper: 6 }];
  assert.deepEqual([allocate(1, claims).seats, allocate(50, claims).seats], [[5], [6]]);
});

const borrower = (name: string, highWatermark: number): Borrower => ({
  exempt: name === 'exempt',
  limits: limits(name),
  demand: { average: highWatermark, deviation: 0, highWatermark, smoothed: highWatermark },
});
const NAMES = priorityLevels().map(({ metadata }) => metadata.name!);
const seatsFor = (demand: Record<string, number>) => {
  const { seats } = adjust(NAMES.map((name) => borrower(name, demand[name] ?? 0)));
  return Object.fromEntries(NAMES.map((name, i) => [name, seats[i]!]));
};

test('a busy level borrows what others do not use, and they keep what they may not lend', () => {
  const seats = seatsFor({ 'global-default': 500 });
  assert.ok(seats['global-default']! > 300, `${seats['global-default']}`);
  assert.equal(seats['leader-election'], 25);
  assert.equal(seats['workload-low'], 24);
  assert.equal(seats['node-high'], 73);
});

test('a level that uses its seats lends none of them', () => {
  const seats = seatsFor({ 'global-default': 500, 'workload-low': 245, 'node-high': 98 });
  assert.equal(seats['workload-low'], 245);
  assert.equal(seats['node-high'], 98);
});

test('exempt requests that take all seats leave the lower bounds', () => {
  const seats = seatsFor({ exempt: 1000, 'workload-low': 245 });
  assert.deepEqual([seats.exempt, seats['workload-low'], seats.system], [1000, 24, 50]);
});
