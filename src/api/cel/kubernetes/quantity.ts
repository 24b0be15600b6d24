// quantity() and arithmetic with quantities.

import {
  addQuantity,
  approximate,
  compareQuantity,
  parseQuantity,
  type Quantity,
  QuantityError,
  quantityOf,
  signOf,
  subtractQuantity,
} from '../../quantity/quantity.ts';
import { globalFunction, type Library, memberFunction } from '../library/declare.ts';
import { structType } from '../types/type.ts';
import { CelError, ObjectValue, type Result, type Value } from '../values/value.ts';

const quantityType = structType('kubernetes.Quantity');

class QuantityValue extends ObjectValue {
  readonly quantity: Quantity;
  constructor(quantity: Quantity) {
    super();
    this.quantity = quantity;
  }
  get type(): typeof quantityType {
    return quantityType;
  }
  equals(other: Value): boolean {
    return other instanceof QuantityValue && compareQuantity(other.quantity, this.quantity) === 0;
  }
}

function parse(text: string): QuantityValue | CelError {
  try {
    return new QuantityValue(parseQuantity(text));
  } catch (error) {
    if (error instanceof QuantityError) return new CelError(error.message);
    throw error;
  }
}

/** What quantity() makes of the text. */
export const quantityValue: (text: string) => Result = parse;

const limit = 2n ** 63n - 1n;

/** The whole number that the quantity is, if it is one that fits an int. */
function wholeOf({ quantity: { digits, exponent } }: QuantityValue): bigint | undefined {
  if (exponent > 18) return digits === 0n ? 0n : undefined;
  const scale = 10n ** BigInt(Math.min(Math.abs(exponent), 1_000));
  if (exponent < 0 && digits % scale !== 0n) return undefined;
  const whole = exponent < 0 ? digits / scale : digits * scale;
  return whole > limit || whole < -limit - 1n ? undefined : whole;
}

const sumWith = (a: QuantityValue, b: Quantity): Result => new QuantityValue(addQuantity(a.quantity, b));
const differenceWith = (a: QuantityValue, b: Quantity): Result =>
  new QuantityValue(subtractQuantity(a.quantity, b));
const order = (a: QuantityValue, b: QuantityValue): number =>
  Math.sign(compareQuantity(a.quantity, b.quantity));
const both = 'kubernetes.Quantity, kubernetes.Quantity';

export const quantityLibrary: Library = [
  globalFunction('quantity', 'string_to_quantity', 'string -> kubernetes.Quantity', parse),
  globalFunction(
    'isQuantity',
    'is_quantity_string',
    'string -> bool',
    (text: string) => !(parse(text) instanceof CelError),
  ),
  memberFunction('sign', 'quantity_sign', 'kubernetes.Quantity -> int', (q: QuantityValue) =>
    BigInt(signOf(q.quantity)),
  ),
  memberFunction(
    'isGreaterThan',
    'quantity_is_greater_than',
    `${both} -> bool`,
    (a: QuantityValue, b: QuantityValue) => order(a, b) > 0,
  ),
  memberFunction(
    'isLessThan',
    'quantity_is_less_than',
    `${both} -> bool`,
    (a: QuantityValue, b: QuantityValue) => order(a, b) < 0,
  ),
  memberFunction('compareTo', 'quantity_compare_to', `${both} -> int`, (a: QuantityValue, b: QuantityValue) =>
    BigInt(order(a, b)),
  ),
  memberFunction(
    'asApproximateFloat',
    'quantity_get_float',
    'kubernetes.Quantity -> double',
    (q: QuantityValue) => approximate(q.quantity),
  ),
  memberFunction(
    'asInteger',
    'quantity_get_int',
    'kubernetes.Quantity -> int',
    (q: QuantityValue) => wholeOf(q) ?? new CelError('cannot convert value to integer'),
  ),
  memberFunction(
    'isInteger',
    'quantity_is_integer',
    'kubernetes.Quantity -> bool',
    (q: QuantityValue) => wholeOf(q) !== undefined,
  ),
  memberFunction(
    'add',
    'quantity_add',
    `${both} -> kubernetes.Quantity`,
    (a: QuantityValue, b: QuantityValue) => sumWith(a, b.quantity),
  ),
  memberFunction(
    'add',
    'quantity_add_int',
    'kubernetes.Quantity, int -> kubernetes.Quantity',
    (a: QuantityValue, b: bigint) => sumWith(a, quantityOf(b, 'DecimalExponent')),
  ),
  memberFunction(
    'sub',
    'quantity_sub',
    `${both} -> kubernetes.Quantity`,
    (a: QuantityValue, b: QuantityValue) => differenceWith(a, b.quantity),
  ),
  memberFunction(
    'sub',
    'quantity_sub_int',
    'kubernetes.Quantity, int -> kubernetes.Quantity',
    (a: QuantityValue, b: bigint) => differenceWith(a, quantityOf(b, 'DecimalExponent')),
  ),
];
