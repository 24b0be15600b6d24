// Label and field selectors. A long selector selects what the same requirements select one by one.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseFieldSelector } from '../../../src/api/selectors/field-selector.ts';
import type { LabelRequirement } from '../../../src/api/selectors/label-requirement.ts';
import { parseLabelSelector } from '../../../src/api/selectors/parse-labels.ts';
import { SelectorError } from '../../../src/api/selectors/selector-error.ts';
import { nearMisses, PROTOTYPE_NAMES, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const pieces = [...'=!(),<> ab1-./', '==', '!=', ' in ', ' notin ', '(a,b)', 'a=b,', ...PROTOTYPE_NAMES];
const refuses = (error: unknown) => error instanceof SelectorError;

export const targets = [
  fuzzTarget({
    name: 'api/label-selector',
    input: fc.tuple(
      fc.oneof(
        piecesOf(pieces),
        nearMisses(['a=b,c in (d,e),!f', 'x.io/y notin (z), b>3, c<4, b', 'a!=b,a!=c,a in (a,b,c)'], pieces),
      ),
      fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('', 'a', 'b', '1', '4'), {
        maxKeys: 4,
      }),
    ),
    run: ([text, labels]) => {
      const selector = parseLabelSelector(text);
      assert.equal(parseLabelSelector(selector.toString()).toString(), selector.toString());
      if (selector.requirements.length > 50) return;
      const singly = selector.requirements.every((one) => parseLabelSelector(textOf(one)).matches(labels));
      assert.equal(selector.matches(labels), singly);
    },
    refuses,
  }),
  fuzzTarget({
    name: 'api/field-selector',
    input: fc.oneof(
      piecesOf([...'=!,\\ab.', '==', '!=', 'metadata.name', ...PROTOTYPE_NAMES]),
      nearMisses(['metadata.name=a,status.phase!=Running', 'spec.nodeName==a\\,b\\=c']),
    ),
    run: (text) => {
      const selector = parseFieldSelector(text);
      const read = (field: string) => (field.length % 2 === 0 ? 'a' : '');
      assert.equal(
        selector.matches(read),
        selector.requirements.every((r) => (read(r.field) === r.value) === (r.operator === '=')),
      );
      assert.equal(parseFieldSelector(selector.toString()).toString(), selector.toString());
    },
    refuses,
  }),
];

/** One requirement, as a selector of its own. */
function textOf({ key, operator, values }: LabelRequirement): string {
  if (operator === 'exists') return key;
  if (operator === '!') return `!${key}`;
  if (operator === 'in' || operator === 'notin') return `${key} ${operator} (${values.join()})`;
  return `${key}${{ gt: '>', lt: '<' }[operator as string] ?? operator}${values[0]}`;
}
