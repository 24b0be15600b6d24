// Costs are upstream's: the figures here are of its own tests, or follow from its tables.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompileError, compile } from './compile.ts';
import { estimateCost } from './cost/estimate.ts';
import type { Range } from './cost/range.ts';
import { baseEnvironment } from './environment.ts';
import { dynamic, resultOf, run } from './evaluate.fake.ts';
import { dynType, listOf, mapOf, stringType } from './types/type.ts';

test('what evaluations cost', () => {
  const object = dynamic({ spec: { replicas: 3 }, names: ['a', 'b', 'c'], text: 'x'.repeat(50) });
  const costs: [string, number][] = [
    ['object.spec.replicas', 3],
    ['object.spec.replicas <= 5', 4],
    ['has(object.spec.replicas)', 2],
    ['object.names[0]', 3],
    ['[1, 2, 3]', 0],
    ['[dyn(1), object.spec.replicas]', 13],
    ['object.spec.replicas in [1, 2, 3]', 3],
    ['object.names.all(n, n.size() > 0)', 2 + 1 + 3 * (2 + 1 + 1 + 1 + 1)],
    ['object.text.contains(object.text)', 4 + 25],
    ['object.text == object.text', 4 + 5],
    ['object.text.lowerAscii()', 2 + 5],
    ["object.text.matches('^[a-z]{3}$')", 2 + 6 * 3],
    ['true ? object.spec : object.names', 1],
  ];
  for (const [expression, cost] of costs) assert.equal(run(expression, { object }).cost, cost, expression);
});

function estimate(expression: string, size: Range): Range {
  const environment = baseEnvironment.extend({
    variables: { list: listOf(stringType), map: mapOf(stringType, dynType), text: stringType },
  });
  const compiled = compile(expression, environment);
  if (compiled instanceof CompileError) throw new Error(compiled.message);
  return estimateCost(compiled.tree, (path) => (path.length > 0 ? size : undefined));
}

test('what expressions are estimated to cost', () => {
  const size = { min: 0, max: 10 };
  assert.deepEqual(estimate('list.all(s, s.size() > 3)', size), { min: 2, max: 2 + 10 * 6 });
  assert.deepEqual(estimate('text.split(",").map(s, s.trim())', size), { min: 12, max: 154 });
  assert.deepEqual(estimate('has(map.a) && map.a == "x"', size), { min: 1, max: 4 });
  assert.equal(
    estimate('list.all(a, list.all(b, a == b))', { min: 0, max: 1000 }).max,
    2 + 1000 * (3 + 2 + 1000 * 105),
  );
});

test('an evaluation that costs too much is cancelled', () => {
  const digits = '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]';
  const nested = 'abcdefg'.split('').reduceRight((inner, v) => `${digits}.all(${v}, ${inner})`, 'true');
  const { value, cost } = run(nested);
  assert.match(String((value as { message: string }).message), /actual cost limit exceeded/);
  assert.ok(cost > 1_000_000 && cost < 1_000_100);
});

test('work that costs do not see has a limit, too', () => {
  for (const expression of [
    'lists.range(1000000000).size() > 0',
    'lists.range(100000).map(x, x * 2).distinct().size() > 0',
    `lists.range(1000).map(x, 'x').join('').replace('', lists.range(100000).map(x, 'x').join('')).size() > 0`,
    `lists.range(300000).map(x, 'a').join('').matches('(a|aa|aaa|b*c*d*e*f*){1,30}$') && lists.range(300000).map(x, 'a').join('').matches('(a|aa|aaa|b*c*d*e*f*){1,31}$')`,
  ])
    assert.equal(resultOf(expression), 'error: operation cancelled: actual cost limit exceeded', expression);
});

test('deep and long expressions are refused before they can exhaust anything', () => {
  for (const expression of [
    '('.repeat(2000),
    '['.repeat(2000),
    `1${'+1'.repeat(2000)}`,
    `a${'.b'.repeat(2000)}`,
    '{1:'.repeat(2000),
  ])
    assert.throws(() => run(expression), /expression recursion limit exceeded: 250/);
  assert.throws(
    () => run(`1${' '.repeat(32_768)}`),
    /code point size exceeds limit: size: 32769, limit 32768/,
  );
  assert.equal(resultOf(`true${' && true'.repeat(4000)}`), true);
  assert.equal(resultOf(`optional.of(1)${'.optMap(x, x)'.repeat(14)}.value()`), 1);
});
