// Hostile inputs that many parsers share: long repetitions, near misses of valid texts, names of Object.prototype, nesting.
import fc from 'fast-check';

/** Property names that lead to prototypes when they are followed carelessly. */
export const PROTOTYPE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
] as const;

/** Texts made of the pieces of a grammar, in any order, up to `longest` pieces; seldom one piece repeated very often. */
export function piecesOf(pieces: readonly string[], longest = 40): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...pieces) },
    { weight: 1, arbitrary: fc.string() },
  );
  const mixed = fc.array(piece, { maxLength: longest }).map((found) => found.join(''));
  const repeated = fc
    .tuple(mixed, fc.constantFrom(...pieces), fc.constantFrom(10, 1_000, 100_000), mixed)
    .map(([before, again, times, after]) => before + again.repeat(times) + after);
  return fc.oneof({ weight: 9, arbitrary: mixed }, { weight: 1, arbitrary: repeated });
}

/** Valid texts with some spans removed, doubled, or replaced. */
export function nearMisses(samples: readonly string[], pieces: readonly string[] = []): fc.Arbitrary<string> {
  const insert = fc.oneof(
    fc.string(),
    fc.constantFrom('', '\0', '\ufeff', '\ud800', ...PROTOTYPE_NAMES, ...pieces),
  );
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(8),
    insert,
    twice: fc.boolean(),
  });
  return fc.tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 6 })).map(([sample, changes]) =>
    changes.reduce((text, { at, remove, insert, twice }) => {
      const from = Math.floor(at * text.length);
      const removed = text.slice(from, from + remove);
      return text.slice(0, from) + (twice ? removed + removed : '') + insert + text.slice(from + remove);
    }, sample),
  );
}

/** The same, as bytes: encodings that are no valid UTF-8 come up too. */
export function nearMissBytes(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(8),
    insert: fc.uint8Array({ maxLength: 8 }),
  });
  return fc.tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 6 })).map(([sample, changes]) =>
    changes.reduce((bytes, { at, remove, insert }) => {
      const from = Math.floor(at * bytes.length);
      return Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(from + remove)]);
    }, sample),
  );
}

/** JSON values with hostile property names; nested up to `depth`, seldom very deeply. */
export function jsonValues(depth = 4): fc.Arbitrary<unknown> {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: depth },
      fc.oneof(
        fc.constant(null),
        fc.boolean(),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.string(),
      ),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...PROTOTYPE_NAMES)), tie('value'), { maxKeys: 4 }),
    ),
  }));
  return value;
}
