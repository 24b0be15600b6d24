// `npm run fuzz -- [--seconds N] [--seed N] [NAME…]`: runs fuzz targets, 600 seconds each, and prints one JSON line per target.
import { parseArgs } from 'node:util';
import { fuzzTargets } from './targets.ts';

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, seed: { type: 'string' } },
  allowPositionals: true,
});
for (const { name, check } of await fuzzTargets(positionals)) {
  const seed = values.seed === undefined ? {} : { seed: Number(values.seed) };
  const result = await check({ milliseconds: Number(values.seconds) * 1000, ...seed });
  console.log(JSON.stringify({ name, ...result }));
  if (result.problem) process.exitCode = 1;
}
