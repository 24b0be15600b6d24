import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rows, rowsOf } from './rows.ts';

const lengths = [5, 25, 0, 10, 11];
const measured = (columns: number) => {
  const rows = new Rows(columns);
  rows.update(lengths.length, 0, (line) => lengths[line]!);
  return rows;
};

test('a line has as many rows as it is broken into, and at least one', () => {
  assert.equal(rowsOf(0, 10), 1);
  assert.equal(rowsOf(10, 10), 1);
  assert.equal(rowsOf(11, 10), 2);
  assert.equal(rowsOf(1e6, Number.POSITIVE_INFINITY), 1);
});

test('lines are found by their row, and rows by their line', () => {
  const rows = measured(10);
  assert.equal(rows.total, 8);
  assert.equal(rows.topOf(2), 4);
  assert.deepEqual(
    [0, 1, 3, 4, 5, 6, 7].map((row) => rows.lineAt(row)),
    [0, 1, 1, 2, 3, 4, 4],
  );
  assert.deepEqual(rows.between(1, 3, 0), { from: 1, to: 2 });
  assert.deepEqual(rows.between(4, 5, 1), { from: 1, to: 5 });
});

test('rows follow lines that are added and given up, and another width', () => {
  const rows = measured(10);
  rows.drop(2);
  assert.equal(rows.total, 4);
  assert.equal(rows.topOf(2), 2);
  rows.update(4, 3, () => 30);
  assert.equal(rows.total, 7);
  rows.update(4, 4, () => 30, 30);
  assert.equal(rows.total, 4);
});
