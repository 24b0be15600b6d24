// `npm run soak -- [--minutes N] [--seed N]`: prints a JSON line per minute, then a summary; exit code 1 when something is wrong.
import { parseArgs } from 'node:util';
import { systemRandom } from '../../src/kit/random.ts';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(systemRandom.float() * 1_000_000)) },
  },
});
const summary = await soak({
  minutes: Number(values.minutes),
  seed: Number(values.seed),
  onMinute: (line) => console.log(JSON.stringify(line)),
});
console.log(JSON.stringify(summary));
process.exit(summary.good ? 0 : 1);
