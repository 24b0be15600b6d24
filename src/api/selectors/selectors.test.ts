import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { parseFieldSelector } from './field-selector.ts';
import { labelSelectorOf } from './label-selector.ts';
import { parseLabelSelector } from './parse-labels.ts';
import { fieldMatcher } from './selectable-fields.ts';
import { SelectorError } from './selector-error.ts';

test('the text of a label selector decides which labels match', () => {
  const cases: [string, Record<string, string>, boolean][] = [
    ['', {}, true],
    ['a=b', { a: 'b' }, true],
    ['a==b', { a: 'c' }, false],
    ['a!=b', {}, true],
    ['a', { a: '' }, true],
    ['!a', { a: '' }, false],
    ['! a', { b: '' }, true],
    ['a in (b, c)', { a: 'c' }, true],
    ['a in (b,c)', {}, false],
    ['a notin (b,c)', {}, true],
    ['a notin (b,c),d=e', { a: 'x', d: 'e' }, true],
    ['a in (,b)', { a: '' }, true],
    ['a=', { a: '' }, true],
    ['in in (in)', { in: 'in' }, true],
    ['a>3', { a: '4' }, true],
    ['a<3', { a: '4' }, false],
    ['example.com/a=b', { 'example.com/a': 'b' }, true],
  ];
  for (const [text, labels, expected] of cases)
    assert.equal(parseLabelSelector(text).matches(labels), expected, `${text} on ${JSON.stringify(labels)}`);
});

test('a long selector selects what its requirements select one by one', () => {
  const requirements = [
    ...[
      'a',
      '!a',
      'a=b',
      'a!=b',
      'a in (b,c)',
      'a notin (b,c)',
      'a>3',
      'a<3',
      'a in (3,4)',
      'b',
      '!b',
      'b!=x',
    ],
    ...['b>1', 'b<9', 'constructor', '!constructor'],
  ];
  const values = [undefined, '', 'b', 'c', '2', '3', '4'];
  const objects = values.flatMap((a) =>
    values.map((b) => ({ ...(a !== undefined && { a }), ...(b !== undefined && { b }) })),
  );
  for (let mask = 1; mask < 2 ** requirements.length; mask += 37) {
    const some = requirements.filter((_, i) => mask & (1 << i));
    const short = some.map((text) => parseLabelSelector(text));
    // The repetitions change nothing but the length.
    const long = parseLabelSelector([...some, ...some, ...Array(9).fill(some[0])].join());
    for (const labels of objects)
      assert.equal(
        long.matches(labels),
        short.every((selector) => selector.matches(labels)),
        `${some} on ${JSON.stringify(labels)}`,
      );
  }
});

test('matching costs as many steps as there are labels, not as there are requirements', () => {
  const selector = parseLabelSelector(Array.from({ length: 800 }, (_, i) => `!k${i},k${i}!=x`).join());
  let reads = 0;
  const labels = new Proxy({ app: 'web' } as Record<string, string>, {
    get: (target, key) => {
      reads++;
      return target[String(key)];
    },
  });
  assert.ok(selector.matches(labels));
  assert.ok(reads <= 1);
});

test('the canonical text is sorted by key and by value', () => {
  assert.equal(parseLabelSelector('z=1, a in (c,b),!m ,k').toString(), 'a in (b,c),k,!m,z=1');
});

test('the error of a malformed label selector names what was found and what was expected', () => {
  const cases: [string, string][] = [
    ['a,', "found '', expected: identifier after ','"],
    ['=a', "found '=', expected: !, identifier, or 'end of string'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['!a=b', "found '=', expected: ',' or 'end of string'"],
  ];
  for (const [text, message] of cases)
    assert.throws(() => parseLabelSelector(text), new SelectorError(message), text);
  assert.throws(
    () => parseLabelSelector('a/b/c=d'),
    /^Error: unable to parse requirement: <nil>: Invalid value: "a\/b\/c": a qualified name/,
  );
  assert.throws(
    () => parseLabelSelector('a=-'),
    /values\[0\]\[a\]: Invalid value: "-": a valid label must be/,
  );
});

test('an absent LabelSelector selects nothing, an empty one everything', () => {
  assert.equal(labelSelectorOf(undefined).matches({}), false);
  assert.equal(labelSelectorOf({}).matches(undefined), true);
  const selector = labelSelectorOf({
    matchLabels: { app: 'web' },
    matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['db'] }],
  });
  assert.equal(selector.matches({ app: 'web' }), true);
  assert.equal(selector.matches({ app: 'web', tier: 'db' }), false);
  assert.equal(selector.toString(), 'app=web,tier notin (db)');
});

test('field selectors compare, negate and unescape', () => {
  const selector = parseFieldSelector('spec.nodeName=n1,status.phase!=Running');
  const matches = fieldMatcher(Pod, selector);
  assert.equal(matches({ spec: { nodeName: 'n1' }, status: { phase: 'Pending' } }), true);
  assert.equal(matches({ spec: { nodeName: 'n1' }, status: { phase: 'Running' } }), false);
  assert.equal(parseFieldSelector('a=b\\,c').exact('a'), 'b,c');
  assert.equal(parseFieldSelector('a==b\\=c,').toString(), 'a=b\\=c');
  assert.equal(fieldMatcher(Node, parseFieldSelector('spec.unschedulable=false'))({}), true);
});

test('malformed field selectors and unsupported fields are refused', () => {
  assert.throws(
    () => parseFieldSelector('abc'),
    new SelectorError("invalid selector: 'abc'; can't understand 'abc'"),
  );
  assert.throws(() => parseFieldSelector('a=b=c'), /unescaped character in value: 61/);
  assert.throws(
    () => fieldMatcher(Pod, parseFieldSelector('spec.foo=1')),
    /^Error: field label not supported: spec.foo$/,
  );
  assert.throws(
    () => fieldMatcher(ConfigMap, parseFieldSelector('data=1')),
    /"data" is not a known field selector: only "metadata.name", "metadata.namespace"/,
  );
});

test('names of Object.prototype are ordinary labels', () => {
  assert.equal(parseLabelSelector('constructor').matches({}), false);
  assert.equal(parseLabelSelector('!toString').matches({}), true);
  assert.throws(() => parseLabelSelector('a constructor b'), /found 'constructor', expected: in, notin/);
});

test('a selector longer than any request’s headers is refused unread', () => {
  for (const parse of [parseLabelSelector, parseFieldSelector])
    assert.throws(() => parse('a=b,'.repeat(100_000)), SelectorError);
});
