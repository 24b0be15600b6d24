// Prints failures in full, slow tests by name, and the counts; silence means success.
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

/** What the first line of a failure begins with. */
export const NOT_OK = '  NOT OK ';

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let ok = 0;
  let notOk = 0;
  for await (const event of source) {
    if (event.type === 'test:pass' && event.data.details.type !== 'suite') {
      ok++;
      const ms = event.data.details.duration_ms;
      if (ms > 1_000) yield `  ok ${(ms / 1000).toFixed(1)} s  ${event.data.name}\n`;
    } else if (event.type === 'test:fail' && !saidAlready(event.data)) {
      if (event.data.details.type !== 'suite') notOk++;
      const where = event.data.file ? ` (${event.data.file}:${event.data.line})` : '';
      yield `${NOT_OK}${event.data.name}${where}\n${inspect(event.data.details.error.cause ?? event.data.details.error)}\n`;
    } else if (event.type === 'test:stderr' || event.type === 'test:stdout') {
      yield event.data.message;
    }
  }
  yield `${ok} ok, ${notOk} not ok\n`;
}

/** A suite fails with its tests, which have been told; a failing hook of a suite has not. */
function saidAlready({ details }: Extract<TestEvent, { type: 'test:fail' }>['data']): boolean {
  return (
    details.type === 'suite' && (details.error as { failureType?: string }).failureType === 'subtestsFailed'
  );
}
