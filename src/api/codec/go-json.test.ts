import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goJson } from './go-json.ts';

test('characters of HTML and line separators are escaped as Go escapes them, in keys too', () => {
  assert.equal(
    goJson({ command: ['a && b < c > d', '\u2028\u2029\t"\\é'], 'k&': true }),
    '{"command":["a \\u0026\\u0026 b \\u003c c \\u003e d","\\u2028\\u2029\\t\\"\\\\é"],"k\\u0026":true}',
  );
});

test('keys keep their order, but are sorted where numbers are among them', () => {
  assert.equal(goJson({ b: 1, a: undefined, $patch: 'replace' }), '{"b":1,"$patch":"replace"}');
  assert.equal(goJson({ b: 1, 9: 1, 10: 1, a: null }), '{"10":1,"9":1,"a":null,"b":1}');
});

test('numbers are as JSON.stringify writes them, long integers with all digits', () => {
  assert.equal(goJson([1.5, 1e21, 9007199254740993n]), '[1.5,1e+21,9007199254740993]');
});
