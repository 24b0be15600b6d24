// The soak's own judgement: what it must notice, on data that have it and on data that do not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from './ledger.ts';
import { growthOf } from './memory.ts';

const ok = { is: 'ok' } as const;
const unknown = { is: 'unknown' } as const;

test('an acknowledged write that is gone, old or changed is lost', () => {
  const ledger = new Ledger();
  ledger.record('a', '1', ok);
  ledger.record('a', '2', ok);
  ledger.record('b', '1', ok);
  ledger.record('b', undefined, ok);
  assert.deepEqual(ledger.lost(new Map([['a', '2']])), []);
  assert.equal(ledger.lost(new Map([['a', '1']])).length, 1);
  assert.equal(ledger.lost(new Map()).length, 1);
  const both = new Map([
    ['a', '2'],
    ['b', '1'],
  ]);
  assert.match(ledger.lost(both).join(), /b is 1; acknowledged was undefined/);
});

test('a write of unknown outcome may be there or not, until the next one is acknowledged', () => {
  const ledger = new Ledger();
  ledger.record('a', '1', ok);
  ledger.record('a', '2', unknown);
  for (const content of ['1', '2']) assert.deepEqual(ledger.lost(new Map([['a', content]])), []);
  assert.equal(ledger.lost(new Map([['a', '3']])).length, 1);
  ledger.record('a', '3', ok);
  assert.equal(ledger.lost(new Map([['a', '2']])).length, 1);
  assert.deepEqual(ledger.counts, { acknowledged: 2, unknown: 1 });
});

test('memory that grows is told from memory that varies', () => {
  const series = (megabytes: (minute: number) => number, count = 120) =>
    Array.from({ length: count }, (_, minute) => ({ minute, pid: 1, megabytes: megabytes(minute) }));
  assert.equal(growthOf(series((minute) => 200 + (minute % 5) * 8)).flat, true);
  assert.equal(growthOf(series((minute) => 200 + minute)).flat, false);
  // Events and revisions fill it at first: too early to say anything, and no fault of what comes then.
  assert.equal(growthOf(series((minute) => 200 + minute, 80)).flat, undefined);
  assert.equal(growthOf(series((minute) => 200 + Math.min(minute, 75))).flat, true);
  const restarted = series((minute) => (minute < 10 ? 900 : 100)).map((sample) => ({
    ...sample,
    pid: sample.minute < 10 ? 1 : 2,
  }));
  assert.equal(growthOf(restarted).meanMegabytes, 100);
});
