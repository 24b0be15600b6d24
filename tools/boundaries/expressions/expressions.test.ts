import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expressionsAreLinear } from '../expressions.ts';
import { superLinear } from './automaton.ts';

describe('expressions that backtrack', () => {
  it('are refused when a loop contains itself in two ways', () => {
    for (const source of [
      '^(a+)+$',
      '^(a*b*)*c',
      '^(?:a|a)*$',
      '^(a?b?)*$',
      '^(?:\\w|\\d)+$',
      '^([a-z]+\\s?)*$',
    ])
      assert.equal(superLinear(source, ''), 'can backtrack exponentially', source);
  });

  it('are refused when one loop can continue another, or a search can begin within a loop', () => {
    const sources = [
      '^(\\d*)(?:\\.(\\d*))?([eEinumkKMGTP]*[-+]?\\d*)$',
      '^\\s*(.*?)\\s*$',
      '\\s+$',
      '<!--[\\s\\S]*?-->',
      '^(.+)/(.+)$',
      '^a*a*b',
      '(x+)\\1y',
    ];
    for (const source of sources) assert.match(superLinear(source, '') ?? '', /quadratic/, source);
  });

  it('are those only', () => {
    const sources = [
      '\\d+',
      '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
      '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$',
      '"[^"]*"',
      '^(?:\\\\.|[^"\\\\])*$',
      '^(\\d+(\\.\\d+)?(ns|us|ms|s|m|h))+$',
      '^(?:a|ab)*$',
      '^[A-Za-z0-9+/]*={0,2}$',
    ];
    for (const source of sources) assert.equal(superLinear(source, ''), undefined, source);
    assert.equal(superLinear('^CN=(.*)$', 'm'), undefined);
    assert.equal(superLinear('[A-Z]+a', 'y'), undefined);
    assert.notEqual(superLinear('^[a-z]*[A-Z]*x', 'i'), undefined);
  });
});

describe('the law of expressions', () => {
  const check = (source: string, file = 'src/api/a.ts') =>
    expressionsAreLinear(new Map([[file, source]])).length;

  it('holds for literals in what ships, unless the line above says why the text is harmless', () => {
    assert.equal(check('const a = /\\s+$/;'), 1);
    assert.equal(check('const a = (b) => /\\s+$/.test(b);'), 1);
    assert.equal(check('// Trusted text: an option.\nconst a = /\\s+$/;'), 0);
    assert.equal(check('// Trusted text:\nconst a = /\\s+$/;'), 1);
    assert.equal(check('const a = /\\s+$/;', 'src/api/a.test.ts'), 0);
    assert.equal(check("const a = '/ +$/'; // /\\s+$/"), 0);
  });

  it('refuses expressions that are built at run time', () => {
    assert.equal(check('const a = new RegExp(b);'), 1);
  });
});
