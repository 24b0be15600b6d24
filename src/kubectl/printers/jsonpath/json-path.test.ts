import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JsonPath, relaxedJsonPath } from './json-path.ts';

const data = {
  kind: 'List',
  items: [
    { name: 'a', n: 1, labels: { 'x.y/z': 'v' } },
    { name: 'b', n: 5, on: true, none: null },
  ],
};

const text = (template: string, options = { allowMissingKeys: true }) =>
  new JsonPath(template, options).text(data);

describe('a JSONPath template', () => {
  it('follows fields, positions, wildcards, unions and filters', () => {
    const expected = {
      'kind is {.kind}': 'kind is List',
      '{.items[*].name}': 'a b',
      '{.items[-1].name} {.items[0:1].name} {.items[::2].name}': 'b a a',
      '{.items[0,1].n}': '1 5',
      "{.items[0]['name','n']}": 'a 1',
      '{.items[?(@.name=="b")].n}': '5',
      '{.items[?(@.n>=1)].name}': 'a b',
      '{.items[?(@.on)].name}': 'b',
      '{.items[0].labels.x\\.y/z}': 'v',
      '{..n}': '1 5',
      '{.items[1].none}': 'null',
      '{.items[0].labels}': '{"x.y/z":"v"}',
      '{"a\\tb"}{1}{true}': 'a\tb1true',
      '{.missing.x}': '',
    };
    for (const [template, result] of Object.entries(expected)) assert.equal(text(template), result, template);
  });

  it('repeats what stands in a range', () => {
    assert.equal(text('{range .items[*]}{.name}={.n}{"\\n"}{end}end'), 'a=1\nb=5\nend');
    assert.equal(text('{range .items[*]}{range .labels.*}{@}{end},{end}'), 'v,,');
    assert.equal(text('{range .none[*]}{.name}{end}{.kind}'), 'List');
  });

  it('gives the values of each part as JSON when asked for', () => {
    const path = new JsonPath('{.items[*].n}{.kind}', { asJson: true });
    assert.equal(path.text(data), '[\n    1,\n    5\n]\n[\n    "List"\n]\n');
  });

  it('says what is wrong in the words of client-go', () => {
    const wrong = {
      '{.a': 'unclosed action',
      '{.a[0': 'unterminated array',
      '{.a[x]}': 'invalid array index x',
      '{#}': "unrecognized character in action: U+0023 '#'",
      '{foo}': 'unrecognized identifier foo',
      '{end}': 'not in range, nothing to end',
      '{.items[7]}': 'array index out of bounds: index 7, length 2',
      '{.kind[0]}': 'string is not array or slice',
      '{.items[?(@.name==5)]}': 'incompatible types for comparison',
      '{.kind[?(@.a)]}': 'List is not array or slice and cannot be filtered',
    };
    for (const [template, message] of Object.entries(wrong)) assert.throws(() => text(template), { message });
    assert.throws(() => text('{.none}', { allowMissingKeys: false }), { message: 'none is not found' });
  });

  it('may be written without braces', () => {
    for (const path of ['a.b', '.a.b', '{a.b}', '{.a.b}']) assert.equal(relaxedJsonPath(path), '{.a.b}');
    assert.throws(() => relaxedJsonPath('{.a}{.b}'), /unexpected path string/);
  });
});
