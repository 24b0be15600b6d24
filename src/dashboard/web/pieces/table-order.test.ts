import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { choose, inOrder, naturalKey, orderOf, orderText } from './table-order.ts';
import { toneOf } from './tones.ts';

describe('the order of a table', () => {
  it('counts digits as numbers, and puts numbers before texts', () => {
    const names = ['web-10', 'Web-9', 'api', 'web-1'];
    assert.deepEqual(inOrder(names, naturalKey, false), ['api', 'web-1', 'Web-9', 'web-10']);
    assert.deepEqual(
      inOrder(['x', 2, 10], (key) => key, false),
      [2, 10, 'x'],
    );
  });

  it('leaves equal rows in their place, up and down', () => {
    const rows = [
      { name: 'a', size: 1 },
      { name: 'b', size: 2 },
      { name: 'c', size: 1 },
    ];
    const names = (down: boolean) => inOrder(rows, ({ size }) => size, down).map(({ name }) => name);
    assert.deepEqual(names(false), ['a', 'c', 'b']);
    assert.deepEqual(names(true), ['b', 'a', 'c']);
  });

  it('is kept in the address', () => {
    for (const text of ['name', '-age']) assert.equal(orderText(orderOf(text)), text);
  });
});

it('a filter takes rows in which all of its words occur', () => {
  const rows = ['shop web-1 running', 'shop db-1 running', 'other web-1 pending'];
  assert.deepEqual(
    choose(rows, ' Web  shop ', (row) => row),
    [rows[0]],
  );
  assert.equal(
    choose(rows, '  ', (row) => row),
    rows,
  );
});

it('words of Kubernetes have tones', () => {
  const tones = [
    'Running',
    '1/2',
    '2/2',
    'CrashLoopBackOff',
    'Init:0/1',
    'Init:ErrImagePull',
    'Ready,SchedulingDisabled',
  ];
  assert.deepEqual(tones.map(toneOf), ['good', 'warn', 'good', 'bad', 'busy', 'busy', 'busy']);
  assert.equal(toneOf('10.0.0.1'), undefined);
});
