// The checkers find what they are for: each test has a history that breaks one promise, beside those that keep all.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Operation } from '../history.ts';
import { checkHistory } from './check.ts';
import {
  added,
  bookmark,
  deleted,
  get,
  history,
  list,
  modified,
  ok,
  refused,
  remove,
  stream,
  unknown,
  version,
  watch,
  write,
} from './history.fake.ts';
import { isCovered } from './watches.ts';

const a1 = version('a', 1);
const a2 = version('a', 2);
const b3 = version('b', 3);
const events = [added(a1), modified(a2), added(b3), deleted(a2, 4)];
const all = watch(stream(0, ...events));
const writes: Operation[] = [
  write('create', a1, [0, 1]),
  write('update', a2, [2, 3], { expected: 1 }),
  write('create', b3, [4, 5]),
  remove('a', ok({ uid: 'a-1' }), [6, 7]),
];

const holds = (operations: Operation[], ...watches: Parameters<typeof history>[1][]) =>
  assert.deepEqual(checkHistory(history(operations, ...(watches.length > 0 ? watches : [all]))), []);
const breaks = (pattern: RegExp, operations: Operation[], ...watches: Parameters<typeof history>[1][]) =>
  assert.match(
    checkHistory(history(operations, ...(watches.length > 0 ? watches : [all]))).join('\n'),
    pattern,
  );

describe('writes and reads', () => {
  it('in order are as promised', () => {
    holds([
      ...writes,
      get('a', ok(a1), [1.2, 1.8]),
      list(3, [a2, b3], [5.2, 5.8]),
      get('a', refused(404, 'NotFound'), [8, 9]),
      write('create', version('b', 9), [8, 9], { outcome: refused(409, 'AlreadyExists') }),
      write('update', version('b', 10), [8, 9], { outcome: refused(409, 'Conflict'), expected: 1 }),
    ]);
  });

  it('may overlap in either order', () => {
    holds([...writes, get('a', ok(a1), [0.5, 2.5]), get('a', ok(a2), [2.5, 2.6])]);
  });

  it('whose outcome is unknown may have taken effect, late too, or not', () => {
    const [create, update, createB] = writes as [Operation, Operation, Operation];
    holds([create, update, createB, remove('a', unknown, [0.1, 0.2])]);
    holds([...writes, write('update', version('b', 99), [3, 4], { outcome: unknown })]);
  });

  it('lost after the answer', () => {
    breaks(/acknowledged, but it never took effect/, [...writes, write('create', version('c', 5), [8, 9])]);
    breaks(/acknowledged, but it never took effect: d delete/, [
      ...writes,
      remove('b', ok({ uid: 'b-1' }), [8, 9]),
    ]);
  });

  it('that take effect although they were refused', () => {
    const [, ...rest] = writes;
    breaks(/refused with Conflict, but took effect/, [
      write('create', a1, [0, 1], { outcome: refused(409, 'Conflict') }),
      ...rest,
    ]);
  });

  it('that take effect twice', () => {
    const again = version('a', 3, 'a-1', a2.value);
    breaks(
      /took effect twice/,
      writes.slice(0, 2),
      watch(stream(0, added(a1), modified(a2), modified(again))),
    );
  });

  it('that nobody asked for', () => {
    breaks(
      /nobody asked for this: MODIFIED/,
      writes.filter((o) => o !== writes[1]),
    );
    breaks(/nobody asked for this: DELETED/, writes.slice(0, 3));
  });

  it('that replace another version than was named', () => {
    const a3 = version('a', 3);
    breaks(
      /replaced revision 2/,
      [...writes.slice(0, 2), write('update', a3, [4, 5], { expected: 1 })],
      watch(stream(0, added(a1), modified(a2), modified(a3))),
    );
  });

  it('that take effect before one that had ended', () => {
    const c4 = version('c', 4);
    breaks(
      /took effect at 3, before an operation that had ended/,
      [write('create', a1, [0, 1]), write('create', c4, [1, 2]), write('create', b3, [3, 4])],
      watch(stream(0, added(a1), added(b3), added(c4))),
    );
  });

  it('that answer another revision than that of the effect', () => {
    breaks(
      /answered revision 7/,
      [write('create', a1, [0, 1], { outcome: ok({ ...a1, revision: 7 }) })],
      watch(stream(0, added(a1))),
    );
  });

  it('that read what was replaced before they began', () => {
    breaks(/not true at any time after it began: r get/, [...writes, get('a', ok(a1), [3.5, 3.8])]);
    breaks(/not true at any time/, [...writes, get('b', refused(404, 'NotFound'), [5.5, 5.8])]);
  });

  it('that go back in time after another read', () => {
    breaks(/not true at any time/, [
      ...writes.filter((o) => o !== writes[1]),
      write('update', a2, [2, 9], { expected: 1 }),
      get('a', ok(a2), [2.1, 2.2]),
      get('a', ok(a1), [2.3, 2.4]),
    ]);
  });

  it('that read the future', () => {
    breaks(/took effect at 3, before an operation that had ended/, [...writes, get('b', ok(b3), [0.1, 0.2])]);
  });

  it('that are refused for what was not so', () => {
    breaks(/not true at any time/, [
      ...writes,
      write('create', version('a', 9), [8, 9], { outcome: refused(409, 'AlreadyExists') }),
    ]);
    breaks(/not true at any time/, [
      ...writes,
      write('update', version('b', 9), [8, 9], { outcome: refused(409, 'Conflict'), expected: 3 }),
    ]);
  });
});

describe('lists', () => {
  it('older than what was answered before', () => {
    breaks(/a consistent list is older/, [...writes, list(2, [a2], [5.2, 5.8])]);
    holds([...writes, list(2, [a2], [5.2, 5.8], { consistent: false })]);
  });

  it('that lack, repeat or invent objects', () => {
    breaks(/lacks maps\/b/, [...writes, list(3, [a2], [5.2, 5.8])]);
    breaks(/shows maps\/b twice/, [...writes, list(3, [a2, b3, b3], [5.2, 5.8])]);
    breaks(/shows maps\/a, which did not exist/, [...writes, list(4, [a2, b3], [7.2, 7.8])]);
  });

  it('that mix two revisions', () => {
    breaks(/shows maps\/a at 1 .*; it was at 2/, [...writes, list(3, [a1, b3], [5.2, 5.8])]);
  });

  it('at another revision than asked for', () => {
    breaks(/shows revision 3/, [...writes, list(3, [a2, b3], [8, 9], { consistent: false, exactly: 2 })]);
    breaks(/revision 2 is too old/, [
      ...writes,
      list(2, [a2], [8, 9], { consistent: false, notOlderThan: 3 }),
    ]);
  });
});

describe('watches', () => {
  const seen = (...streams: Parameters<typeof watch>) => [all, watch(...streams)] as const;

  it('that resume, and bookmarks after everything before them, are as promised', () => {
    holds(
      writes,
      ...seen(stream(0, events[0]!, bookmark(1)), stream(1, events[1]!, events[2]!), stream(3, events[3]!)),
    );
    holds(
      writes,
      ...seen(stream(undefined, added(a2), bookmark(2, true), events[2]!, bookmark(3), events[3]!)),
    );
  });

  it('out of order', () => {
    breaks(
      /repeated or out of order after 3: MODIFIED/,
      writes,
      ...seen(stream(1, events[2]!, events[1]!, events[3]!)),
    );
  });

  it('that repeat an event', () => {
    breaks(
      /repeated or out of order after 1/,
      writes,
      ...seen(stream(0, events[0]!, events[0]!, ...events.slice(1))),
    );
  });

  it('that repeat an event after they were resumed', () => {
    breaks(
      /repeated or out of order after 2/,
      writes,
      ...seen(stream(0, events[0]!, events[1]!), stream(2, events[1]!)),
    );
  });

  it('that miss an event', () => {
    breaks(/missed MODIFIED maps\/a at 2/, writes, ...seen(stream(0, events[0]!, ...events.slice(2))));
  });

  it('that miss an event where they were resumed', () => {
    breaks(
      /missed ADDED maps\/b at 3/,
      writes,
      ...seen(stream(0, events[0]!, events[1]!), stream(2, events[3]!)),
    );
    breaks(/a gap was accepted/, writes, ...seen(stream(0, events[0]!), stream(2, ...events.slice(2))));
  });

  it('whose bookmark comes too early, or goes back', () => {
    breaks(
      /bookmark 2 comes before MODIFIED/,
      writes,
      ...seen(stream(0, events[0]!, bookmark(2), ...events.slice(1))),
    );
    breaks(/bookmark 1 comes after 2/, writes, ...seen(stream(0, events[0]!, events[1]!, bookmark(1))));
  });

  it('whose initial state is not that of one revision', () => {
    breaks(
      /the initial state at 3 lacks maps\/b/,
      writes,
      ...seen(stream(undefined, added(a2), bookmark(3, true))),
    );
    breaks(
      /the initial state at 2 shows maps\/a at 1/,
      writes,
      ...seen(stream(undefined, added(a1), bookmark(2, true))),
    );
  });

  it('that disagree about a revision', () => {
    breaks(/revision 2 is two events/, writes, ...seen(stream(1, modified(version('a', 2, 'a-1', 'other')))));
    breaks(/revision 2 is two events/, writes, ...seen(stream(1, added(version('c', 2)))));
  });

  it('whose events do not fit the state', () => {
    breaks(/was added, but existed already/, [], watch(stream(0, added(a1), added(a2))));
    breaks(/was modified, but did not exist/, [], watch(stream(0, modified(a2))));
    breaks(/changed its uid/, [], watch(stream(0, added(a1), modified(version('a', 2, 'a-2')))));
    breaks(
      /was deleted with the value/,
      [],
      watch(stream(0, added(a1), deleted(version('a', 1, 'a-1', 'x'), 2))),
    );
  });

  it('together must have seen everything', () => {
    const covered = (...watches: Parameters<typeof history>[1][]) =>
      isCovered(history([], ...watches), 'maps', 4);
    assert.ok(covered(watch(stream(0, events[0]!)), watch(stream(1, ...events.slice(1)))));
    assert.ok(!covered(watch(stream(0, events[0]!)), watch(stream(2, ...events.slice(2)))));
    assert.ok(!covered(watch(stream(0, ...events.slice(0, 3)))));
    assert.ok(covered(watch(stream(0, ...events.slice(0, 3), bookmark(4)))));
  });
});
