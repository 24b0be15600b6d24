import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { atOnce } from '../../../kit/clock.ts';
import { runtimeCostBudget } from '../evaluate/budget.ts';
import { Activation, type Outcome, OutOfBudget } from './activation.ts';
import { AdmissionCompiler, ready, returns } from './expressions.ts';

before(() => ready());

const LARGE = 'lists.range(40000).all(x, x >= 0)';

function activationWith(variables: Readonly<Record<string, string>>, budget = runtimeCostBudget) {
  const compiler = new AdmissionCompiler({ params: false, authorizer: true }, true);
  for (const [name, text] of Object.entries(variables)) atOnce(compiler.addVariable(name, text));
  const activation = new Activation(() => undefined, compiler.variables, budget);
  const evaluate = (text: string) => {
    const before = activation.left;
    const steps = activation.evaluate(atOnce(compiler.compile(text, returns.condition)));
    let rests = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) rests++;
    return { outcome: step.value as Outcome, rests, cost: before - activation.left };
  };
  return evaluate;
}

test('variables that take long are followed by a rest, and cost what they cost', () => {
  const one = activationWith({ a: LARGE })('variables.a');
  assert.deepEqual([one.outcome.value, one.rests], [true, 2]);
  assert.ok(one.cost > 150_000 && one.cost < 1_000_000, `${one.cost}`);
  const many = { a: LARGE, b: `variables.a && ${LARGE}`, c: LARGE, d: `variables.c && ${LARGE}` };
  const all = activationWith(many)('variables.b && variables.d && variables.a');
  assert.equal(all.outcome.value, true);
  // One after each variable, and one after the evaluation.
  assert.equal(all.rests, 5);
  assert.ok(Math.abs(all.cost - 4 * one.cost) < 1_000, `${all.cost} ${one.cost}`);
});

test('small variables are computed in passing', () => {
  const variables = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`v${i}`, `${i} >= 0`]));
  const { outcome, rests } = activationWith(variables)(
    Object.keys(variables)
      .map((name) => `variables.${name}`)
      .join(' && '),
  );
  assert.deepEqual([outcome.value, rests], [true, 1]);
});

test('an unused variable costs nothing, and errors and budgets are those of the expression that uses it', () => {
  const evaluate = activationWith({ big: LARGE, broken: '1 / 0 == 1' });
  assert.ok(evaluate('true || variables.big').cost < 100);
  assert.match(evaluate('variables.big && variables.broken').outcome.error ?? '', /division by zero/);
  const poor = activationWith({ a: LARGE, b: LARGE }, 200_000);
  assert.throws(() => poor('variables.a && variables.b'), OutOfBudget);
});
