import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BodyBudget } from './body-budget.ts';

test('a user may hold as many bytes as are free, so one leaves half to others, and two a third', () => {
  const budget = new BodyBudget(900);
  const fill = (user: string) => {
    let held = 0;
    while (budget.open(user).add(10)) held += 10;
    return held;
  };
  assert.equal(fill('first'), 450);
  assert.ok(fill('second') >= 220);
  assert.ok(budget.open('third').add(100));
});

test('what is released is free again, once', () => {
  const budget = new BodyBudget(100);
  const share = budget.open('user');
  assert.deepEqual([share.add(50), share.add(1)], [true, false]);
  share.release();
  share.release();
  assert.equal(budget.held, 0);
  assert.equal(budget.open('user').add(50), true);
});
