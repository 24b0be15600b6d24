// Lists of resource amounts, such as requests and limits, and two ways to count them.
// The rules in resources.ts are written once for both.
import {
  addQuantity,
  compareQuantity,
  milliValue,
  parseQuantity,
  type Quantity,
  wholeValue,
} from '../quantity/quantity.ts';

/** Resource name → amount. */
export type Amounts<T> = Map<string, T>;

export interface Arithmetic<T> {
  parse(resource: string, text: string): T;
  add(a: T, b: T): T;
  /** Negative, zero or positive, as sort functions have it. */
  compare(a: T, b: T): number;
  isZero(a: T): boolean;
}

/** Without rounding: for quota, and for amounts that are written to objects. */
export const exactly: Arithmetic<Quantity> = {
  parse: (_resource, text) => parseQuantity(text),
  add: addQuantity,
  compare: compareQuantity,
  isZero: (a) => a.digits === 0n,
};

/**
 * Units of one amount (1 PiB of memory). More than any node has, and so few that sums stay exact in a float: a pod that asks
 * for 2^63-1 must not disturb the sums it is added to and subtracted from.
 */
const MOST_UNITS = 2 ** 50;

/** Plain numbers, cpu in millicores and the rest in whole units, rounded up: for scheduler and kubelet. */
export const inUnits: Arithmetic<number> = {
  parse: (resource, text) => Math.min(MOST_UNITS, resource === 'cpu' ? milliValue(text) : wholeValue(text)),
  add: (a, b) => a + b,
  compare: (a, b) => a - b,
  isZero: (a) => a === 0,
};

export type ResourceList = Readonly<Record<string, string>>;

export function parseAmounts<T>(list: ResourceList | undefined, arithmetic: Arithmetic<T>): Amounts<T> {
  const amounts: Amounts<T> = new Map();
  for (const name in list) amounts.set(name, arithmetic.parse(name, list[name]!));
  return amounts;
}

export function addAmounts<T>(
  total: Amounts<T>,
  more: ReadonlyMap<string, T>,
  arithmetic: Arithmetic<T>,
): void {
  for (const [name, amount] of more) {
    const before = total.get(name);
    total.set(name, before === undefined ? amount : arithmetic.add(before, amount));
  }
}

/** Raises what is less than `floor` to it. */
export function raiseAmounts<T>(
  total: Amounts<T>,
  floor: ReadonlyMap<string, T>,
  arithmetic: Arithmetic<T>,
): void {
  for (const [name, amount] of floor) {
    const before = total.get(name);
    if (before === undefined || arithmetic.compare(before, amount) < 0) total.set(name, amount);
  }
}
