import fc from 'fast-check';
import { SnapshotError, SnapshotParser, writeSnapshot } from '../../../src/store/snapshot/format.ts';
import { fuzzTarget } from '../target.ts';

const records = ['/a', '/b'].map((key, i) => ({
  key,
  value: Buffer.from('value'),
  revision: i + 2,
  created: i + 2,
  due: 0,
}));
const whole = Buffer.concat([...writeSnapshot({ format: 1, revision: 3, entries: 2, savedAt: 0 }, records)]);

/** The snapshot with a few bytes changed, cut off somewhere. */
const damaged = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }),
    fc.nat(whole.length),
    fc.integer({ min: 1, max: 64 }),
  )
  .map(([changes, length, step]) => {
    const bytes = Buffer.from(whole);
    for (const [at, value] of changes) bytes[at] = value;
    return { bytes: bytes.subarray(0, length), step };
  });

export const targets = [
  fuzzTarget({
    name: 'store/snapshot',
    input: damaged,
    run: ({ bytes, step }) => {
      const parser = new SnapshotParser();
      for (let at = 0; at < bytes.length; at += step) parser.push(bytes.subarray(at, at + step));
      parser.end();
    },
    refuses: (error) => error instanceof SnapshotError,
  }),
];
