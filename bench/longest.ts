// The longest that one request holds the API server's event loop, for the largest requests that are accepted. The limit is 50 ms.
// `npm run bench -- longest [CASE…]`.
import { Worker } from 'node:worker_threads';
import { startHttpsServer } from '../src/sim/https-server.ts';
import type { Asked } from './support/asker.ts';
import type { Call, Called } from './support/call.ts';
import { figure } from './support/figure.ts';
import { type Case, cases } from './support/longest-cases.ts';
import { LoopWatch } from './support/loop.ts';

/** Each case runs so often: the best counts, as a collection of garbage or code that is not yet compiled is not its fault. */
const TIMES = 3;

const server = await startHttpsServer();
const asker = new Worker(new URL('./support/asker.ts', import.meta.url), {
  workerData: server.administrator,
});
const watch = new LoopWatch();

function ask(asked: Omit<Call, 'headers'> & Partial<Pick<Call, 'headers'>>): Promise<Called> {
  asker.postMessage({ headers: {}, ...asked });
  return new Promise((resolve, reject) =>
    asker.once('message', (told: Asked) =>
      'answer' in told ? resolve(told.answer) : reject(new Error(told.error)),
    ),
  );
}

async function longest({ prepare, request, status, once }: Case): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < (once ? 1 : TIMES); i++) {
    await prepare?.(ask, server.api.inProcess);
    const asked = request(i);
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
    watch.reset();
    const answer = await ask(asked);
    best = Math.min(best, watch.longest);
    if (!status.includes(answer.status)) throw new Error(`${asked.path}: ${answer.status}`);
  }
  return best;
}

const words = process.argv.slice(2);
for (const one of cases)
  if (words.length === 0 || words.some((word) => one.name.includes(word)))
    figure(`longest.${one.name}_ms`, await longest(one), 'ms');
watch.stop();
await asker.terminate();
await server.stop();
process.exit();
