import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  compareQuantity,
  formatQuantity,
  parseQuantity,
  QuantityError,
} from '../../../src/api/quantity/quantity.ts';
import { nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const pieces = [...'0123456789+-.eEinumkKMGTP', 'Ki', 'Ei', '999999999'];

export const targets = [
  fuzzTarget({
    name: 'api/quantity',
    input: fc.oneof(
      piecesOf(pieces),
      nearMisses(['500m', '1.5Gi', '2e3', '-0.001', '123456789012345678n'], pieces),
    ),
    run: (text) => {
      const quantity = parseQuantity(text);
      assert.equal(compareQuantity(parseQuantity(formatQuantity(quantity)), quantity), 0);
    },
    refuses: (error) => error instanceof QuantityError,
  }),
];
