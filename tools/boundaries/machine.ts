// Time, timers and chance are injected (Clock, Random): only kit may touch the machine's. Tests await conditions, so they
// need no timers either; where a test measures real time it takes `systemClock`.
import { codeOf, linesOf, type Rule, roomOf } from './sources.ts';

const NAMES =
  /(?<![.\w])(?:Date\.now|new Date\(\)|performance\.now|process\.hrtime|setTimeout|setInterval|setImmediate|queueMicrotask|Math\.random|crypto\.randomUUID|randomUUID|process\.nextTick)(?!\w)/g;
const TIMERS_MODULE = /from\s+'(?:node:)?timers(?:\/promises)?'/g;

export const timeAndChanceInKit: Rule = (sources) =>
  [...sources]
    .filter(([file]) => file.startsWith('src/') && roomOf(file) !== 'kit')
    .flatMap(([file, source]) =>
      [...linesOf(codeOf(source), NAMES), ...linesOf(source, TIMERS_MODULE)].map(({ line, found }) => ({
        file,
        line,
        message: `uses ${found}; take a Clock or a Random`,
      })),
    );
