import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alternativeNames } from './alternative-names.ts';

describe('the names in a certificate', () => {
  it('are those that Node.js writes', () =>
    assert.deepEqual(alternativeNames('DNS:a.test, URI:spiffe://a/b, IP Address:::1'), [
      { kind: 'DNS', value: 'a.test' },
      { kind: 'URI', value: 'spiffe://a/b' },
      { kind: 'IP Address', value: '::1' },
    ]));

  it('are not taken from within another one', () =>
    assert.deepEqual(alternativeNames('URI:"x\\", URI:y, \\u002c", DNS:z'), [
      { kind: 'URI', value: 'x", URI:y, ,' },
      { kind: 'DNS', value: 'z' },
    ]));

  it('end with the text', () => {
    for (const text of ['', 'DNS', 'DNS:', 'DNS:"', 'DNS:"a', 'DNS:"\\']) alternativeNames(text);
  });
});
