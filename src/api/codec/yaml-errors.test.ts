import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { decodeBody } from './decode.ts';

const refusal = (body: string): string => {
  try {
    decodeBody(ConfigMap, body, { mediaType: 'application/yaml' });
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

test('what is wrong with YAML is said in the words of upstream’s parser', () => {
  for (const [body, why] of [
    ['a: b: c', 'mapping values are not allowed in this context'],
    ['a: 1\nb: c: d', 'line 2: mapping values are not allowed in this context'],
    ['a:\n\t- b', 'line 2: found character that cannot start any token'],
    ['[a, b', "did not find expected ',' or ']'"],
    ['a: "x', 'found unexpected end of stream'],
    ['a: *nope', "unknown anchor 'nope' referenced"],
    ['a: "\\z"', 'found unknown escape character'],
    ['\u0001: a', 'control characters are not allowed'],
  ] as const)
    assert.equal(
      refusal(body),
      `error converting YAML to JSON: yaml: ${why} (must be of type ConfigMap)`,
      body,
    );
});

test('no other words reach a client, whatever is wrong', () => {
  const ours = /sequence entry|separator|comma|chomping|mapping entry|suffix|deficient|flow collection/;
  for (const body of [
    ...['- a\nb: c', 'a: @x', 'a: b\n- c', '%YAML 9.9\n---\na: b', 'a: |9z\n x', '!<tag a: b', 'a: !x!y z'],
    ...['a: &a &b c', '? a\n b: c', '{a: b c: d}', '"a": "b" c', 'a: !!binary "%%"', '*', '&'],
  ])
    assert.doesNotMatch(refusal(body), ours, body);
});
