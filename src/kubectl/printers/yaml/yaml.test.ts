import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toKyaml } from './kyaml.ts';
import { toYaml } from './write.ts';

const line = (value: unknown) => toYaml(value).slice(0, -1);

describe('YAML as sigs.k8s.io/yaml writes it', () => {
  it('quotes what a reader would take for something else', () => {
    for (const text of [
      '',
      'yes',
      'N',
      'null',
      '~',
      '1',
      '0x1f',
      '1_000',
      '1e3',
      '.5',
      '.inf',
      '1:30',
      '2001-01-01',
      '18446744073709551616',
    ])
      assert.equal(line(text), JSON.stringify(text));
    for (const text of [
      'a',
      '5Gi',
      '1.2.3',
      '089a',
      '2001-13-01',
      '1:60',
      '0x',
      'nULL',
      '<<',
      '0xffffffffffffffffff',
    ])
      assert.equal(line(text), text);
  });

  it('puts indicators into single quotes, and what those cannot hold into double quotes', () => {
    const shown = {
      ' a': "' a'",
      'a: b': "'a: b'",
      'a:b': 'a:b',
      'a #b': "'a #b'",
      "'": "''''",
      '- a': "'- a'",
      '-a': '-a',
      '...': "'...'",
    };
    for (const [text, expected] of Object.entries(shown)) assert.equal(line(text), expected);
    assert.deepEqual(['a\tb', '\r', '😀', '\u00a0', 'ü'].map(line), [
      '"a\\tb"',
      '"\\r"',
      '"\\U0001F600"',
      '\u00a0',
      'ü',
    ]);
  });

  it('writes lines as a block, unless spaces stand at their ends', () => {
    assert.equal(toYaml({ a: 'b\nc', d: 'e\n', f: 'g\n\n' }), 'a: |-\n  b\n  c\nd: |\n  e\nf: |+\n  g\n\n');
    assert.equal(toYaml({ a: ' b\nc' }), 'a: |2-\n   b\n  c\n');
    assert.equal(toYaml({ a: 'b \nc' }), 'a: "b \\nc"\n');
  });

  it('folds behind column 80', () => {
    const words = Array.from({ length: 20 }, () => 'word').join(' ');
    assert.equal(toYaml({ a: words }), `a: ${words.slice(0, 79)}\n  word word word word\n`);
    assert.equal(toYaml({ a: `'${words}` }), `a: '''${words.slice(0, 79)}\n  word word word word'\n`);
  });

  it('sorts keys by the numbers in them, and indents no list below its key', () => {
    const value = { v10: 1, v9: [{ b: [], a: [[1, { c: null }]] }], 'a.b': {}, a: 2n ** 60n };
    assert.equal(
      toYaml(value),
      'a: 1152921504606846976\na.b: {}\nv9:\n- a:\n  - - 1\n    - c: null\n  b: []\nv10: 1\n',
    );
  });

  it('puts long keys behind a question mark', () => {
    const key = 'k'.repeat(129);
    assert.equal(toYaml({ [key]: { a: 1, b: [2] } }), `? ${key}\n: a: 1\n  b:\n  - 2\n`);
  });
});

describe('KYAML', () => {
  it('has braces, quoted strings, and bare keys where they are clear', () => {
    const value = { kind: 'X', no: 1.5, list: [{ a: [] }, {}], 'x/y': ['a', null] };
    assert.equal(
      toKyaml(value),
      '{\n  kind: "X",\n  list: [{\n    a: [],\n  }, {}],\n  "no": 1.5,\n  x/y: [\n    "a",\n    null,\n  ],\n}',
    );
  });

  it('shows lines one below the other', () => {
    assert.equal(toKyaml({ a: 'b\n c\n' }), '{\n  a: "\\\n     b\\n\\\n    \\ c\\n\\\n    ",\n}');
  });
});
