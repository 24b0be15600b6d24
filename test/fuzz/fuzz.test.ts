// Every fuzz target for half a second, always with the same inputs, so that a change is judged by what it changes. `npm run fuzz` takes
// new ones: what it finds becomes a named test beside the parser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { threadTime } from '../../src/kit/process/thread-time.ts';
import { fuzzTarget } from './target.ts';
import { fuzzTargets } from './targets.ts';

const SEED = 1;

for (const target of await fuzzTargets())
  test(`${target.name} stands hostile inputs`, async () => {
    const { problem, inputs } = await target.check({ milliseconds: 500, seed: SEED });
    assert.equal(problem, undefined);
    assert.ok(inputs > 0);
  });

test('every fuzz target has a name of its own', async () => {
  const names = (await fuzzTargets()).map(({ name }) => name);
  assert.deepEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
  );
});

test('a fuzz target reports an undeclared error with a small input, and a blocked event loop', async () => {
  const target = (run: (input: number) => unknown) =>
    fuzzTarget({
      name: 'test/target',
      input: fc.nat(),
      run,
      refuses: (error) => error instanceof RangeError,
    });
  const check = async (run: (input: number) => unknown, milliseconds = 5_000) =>
    (await target(run).check({ milliseconds })).problem;
  const busy = () => {
    for (const until = threadTime() + 80; threadTime() < until; );
  };
  assert.equal(
    await check(() => {
      throw new RangeError('declared');
    }, 100),
    undefined,
  );
  assert.match(
    String(
      await check((n) => {
        if (n > 10) throw new TypeError('undeclared');
      }),
    ),
    /\[11\][\s\S]*undeclared/,
  );
  assert.match(String(await check(busy)), /blocked the event loop/);
});
