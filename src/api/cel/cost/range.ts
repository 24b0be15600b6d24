// Ranges of sizes and costs with a minimum and a maximum. They do not overflow: `unbounded` is the most.

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** 2^64: upstream's largest number, as far as a double can tell it. */
export const unbounded = 2 ** 64;

const cap = (n: number): number => Math.min(n, unbounded);

export const fixed = (n: number): Range => ({ min: n, max: n });
export const unknownSize: Range = { min: 0, max: unbounded };
export const zero: Range = fixed(0);

export const add = (a: Range, b: Range): Range => ({ min: cap(a.min + b.min), max: cap(a.max + b.max) });
export const multiply = (a: Range, b: Range): Range => ({
  min: product(a.min, b.min),
  max: product(a.max, b.max),
});
export const scale = (a: Range, factor: number): Range => ({
  min: cap(Math.ceil(a.min * factor)),
  max: cap(Math.ceil(a.max * factor)),
});
export const union = (a: Range, b: Range): Range => ({
  min: Math.min(a.min, b.min),
  max: Math.max(a.max, b.max),
});

const product = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : cap(a * b));
