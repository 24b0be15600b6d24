import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileMessage, dynamic, resultOf } from './evaluate.fake.ts';

const holds = (...expressions: string[]): void => {
  for (const expression of expressions) assert.equal(resultOf(expression), true, expression);
};

test('integers have 64 bits and do not wrap around', () => {
  assert.equal(resultOf('9223372036854775807 + 1'), 'error: integer overflow');
  holds(
    '9223372036854775807 - 1 == 9223372036854775806',
    '-9223372036854775808 < 0',
    '18446744073709551615u > 1u',
  );
  assert.equal(resultOf('1 / 0'), 'error: division by zero');
  assert.equal(resultOf('1u - 2u'), 'error: unsigned integer overflow');
});

test('&& and || absorb errors that do not decide', () => {
  assert.equal(resultOf('1 / 0 > 1 || true'), true);
  assert.equal(resultOf('1 / 0 > 1 && false'), false);
  assert.equal(resultOf('1 / 0 > 1 && true'), 'error: division by zero');
});

test('macros over lists and maps', () => {
  assert.deepEqual(resultOf('[1, 2, 3].filter(x, x > 1).map(x, x * 2)'), [4, 6]);
  holds("{'a': 1, 'b': 2}.all(k, k < 'c')", '[1, 2].exists(x, x == 2)', '[1, 2, 2].exists_one(x, x == 1)');
  assert.deepEqual(resultOf("{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 10)"), { b: 20 });
  assert.deepEqual(resultOf("['x', 'y'].transformList(i, v, string(i) + v)"), ['0x', '1y']);
  assert.deepEqual(resultOf("['x'].transformMapEntry(i, v, {v: i})"), { x: 0 });
  assert.deepEqual(resultOf("['cc', 'a', 'bbb'].sortBy(s, size(s))"), ['a', 'cc', 'bbb']);
  assert.deepEqual(resultOf('[[1], [2]].map(x, x.map(y, y + x[0]))'), [[2], [4]]);
});

test('a list that was appended to twice has two results', () => {
  assert.deepEqual(resultOf('[[1]].map(x, [x + [2], x + [3]])'), [
    [
      [1, 2],
      [1, 3],
    ],
  ]);
});

test('optionals', () => {
  const object = dynamic({ a: { b: 1 }, nothing: null });
  assert.deepEqual(resultOf('object.?a.b', { object }), { optional: 1 });
  assert.deepEqual(resultOf('object.?x.b', { object }), { optional: 'none' });
  assert.equal(resultOf("object.?x.orValue('none')", { object }), 'none');
  assert.deepEqual(resultOf("[dyn(1), ?object.?x, ?object.a[?'b']]", { object }), [1, 1]);
  assert.deepEqual(resultOf('object.?a.optMap(a, a.b + 1)', { object }), { optional: 2 });
  assert.equal(
    resultOf('has(object.a.b) && !has(object.a.c) && has(object.nothing) && object.nothing == null', {
      object,
    }),
    true,
  );
  assert.equal(resultOf('object.x.y', { object }), 'error: no such key: x');
  assert.equal(resultOf('[1][1]'), 'error: index out of bounds: 1');
});

test('strings count code points', () => {
  holds(
    "'😀é'.size() == 2",
    "'a😀b'.indexOf('b') == 2",
    "'a😀b'.substring(1, 2) == '😀'",
    "'😀' < '｡' == false",
  );
  assert.equal(resultOf("'%s is %d, %.2f'.format([dyn('x'), dyn(3), dyn(1234.5)])"), 'x is 3, 1,234.50');
  assert.equal(resultOf(`strings.quote('a"b\\n')`), '"a\\"b\\n"');
});

test('times', () => {
  holds(
    "timestamp('2023-02-03T23:31:20.5+02:00') == timestamp('2023-02-03T21:31:20.5Z')",
    "timestamp('2023-03-26T02:30:00Z').getHours('Europe/Berlin') == 4",
    "duration('1h30m') == duration('90m') && string(duration('1.5s')) == '1.5s'",
    "timestamp('2023-01-01T00:00:00Z') - timestamp('2022-12-31T00:00:00Z') == duration('24h')",
  );
});

test('what does not fit is reported where it stands, with upstream words', () => {
  assert.equal(
    compileMessage('1 + x'),
    "ERROR: <input>:1:5: undeclared reference to 'x' (in container '')\n | 1 + x\n | ....^",
  );
  assert.equal(
    compileMessage("1 + 'a'"),
    "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | 1 + 'a'\n | ..^",
  );
  assert.match(
    compileMessage("'ä'.foo(1)"),
    /1:8: undeclared reference to 'foo'.*\n \| 'ä'\.foo\(1\)\n \| \.．\.\.\.\.\.\^/,
  );
  assert.match(compileMessage('[1, true]'), /1:5: expected type 'int' but found 'bool'/);
  assert.match(
    compileMessage('1 in 2'),
    /1:3: found no matching overload for '@in' applied to '\(int, int\)'/,
  );
  assert.match(compileMessage('[1].all(x.y, true)'), /argument must be a simple name/);
  assert.match(
    compileMessage('1 +'),
    /1:4: Syntax error: mismatched input '<EOF>' expecting \{'\[', '\{', '\(', '\.', '-', '!',/,
  );
  assert.match(compileMessage("'a'.matches('(')"), /1:13: invalid matches argument/);
  assert.match(compileMessage("duration('1x')"), /1:10: invalid duration argument/);
  assert.match(compileMessage('if'), /reserved identifier: if/);
});
