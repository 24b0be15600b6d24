import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ExpansionTooLong, expand } from '../../../src/kubelet/env/expand.ts';
import { PROTOTYPE_NAMES, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const values = new Map([
  ['A', '1'],
  ['B', '$(A)'],
  ['', 'nothing'],
]);

/** The same by an expression, which is only fit for short texts. */
const simple = (text: string): string =>
  text.replace(/\$(\$|\(([^)]*)\))/g, (whole, rest: string, name: string) =>
    rest === '$' ? '$' : (values.get(name) ?? whole),
  );

export const targets = [
  fuzzTarget({
    name: 'kubelet/expand',
    input: fc.oneof(
      piecesOf([
        '$',
        '$$',
        '$(',
        '$(A)',
        '$(B)',
        '$()',
        ')',
        'A',
        '\n',
        ...PROTOTYPE_NAMES.map((n) => `$(${n})`),
      ]),
      fc.string({ unit: fc.constantFrom('$', '(', ')', 'A') }),
    ),
    run: (text) => {
      const result = expand(text, values);
      if (text.length < 200) assert.equal(result, simple(text));
    },
    refuses: (error) => error instanceof ExpansionTooLong,
  }),
];
