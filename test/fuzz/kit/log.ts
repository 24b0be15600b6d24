// What stands in a log line may come from anywhere: it stays one line, has no control characters, and is limited in length.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createLogger, Unquoted } from '../../../src/kit/log.ts';
import { fuzzTarget } from '../target.ts';

export const targets = [
  fuzzTarget({
    name: 'kit/log',
    input: fc.record({
      text: fc.string({ unit: 'binary', maxLength: 5_000 }),
      value: fc.jsonValue(),
      message: fc.string({ unit: 'binary' }),
    }),
    run: ({ text, value, message }) => {
      let line = '';
      const write = (one: string) => {
        line = one;
      };
      const log = createLogger({ level: 'info', now: () => 0, write });
      const error = new Error(message, { cause: new SyntaxError(text) });
      log.info('message', { text, value, error, unquoted: new Unquoted(new Error(message)) });
      assert.ok(line.length < 50_000);
      assert.match(line.replace(/\n( {4}at | {2}caused by )[^\n]*/g, ''), /^[^\p{Cc}\p{Cf}]*\n$/u);
    },
    refuses: () => false,
  }),
];
