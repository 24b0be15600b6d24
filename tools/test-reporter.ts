// Prints failures in full, slow tests by name, and the counts; silence means success. A file of which no test has been
// reported is a failure: the process may have ended before its tests ran.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let ok = 0;
  let notOk = 0;
  const heard = new Set<string | undefined>();
  for await (const event of source) {
    if (event.type === 'test:pass' || event.type === 'test:fail') heard.add(event.data.file);
    if (event.type === 'test:pass' && event.data.details.type !== 'suite') {
      ok++;
      const ms = event.data.details.duration_ms;
      if (ms > 1_000) yield `  ok ${(ms / 1000).toFixed(1)} s  ${event.data.name}\n`;
    } else if (event.type === 'test:fail' && !saidAlready(event.data)) {
      if (event.data.details.type !== 'suite') notOk++;
      const where = event.data.file ? ` (${event.data.file}:${event.data.line})` : '';
      yield `  NOT OK ${event.data.name}${where}\n${inspect(event.data.details.error.cause ?? event.data.details.error)}\n`;
    } else if (event.type === 'test:stderr' || event.type === 'test:stdout') {
      yield event.data.message;
    }
  }
  for (const file of silentFiles(process.argv, heard)) {
    notOk++;
    yield `  NOT OK no test of ${file} has run\n`;
  }
  yield `${ok} ok, ${notOk} not ok\n`;
}

/** A suite fails with its tests, which have been told; a failing hook of a suite has not. */
function saidAlready({ details }: Extract<TestEvent, { type: 'test:fail' }>['data']): boolean {
  return (
    details.type === 'suite' && (details.error as { failureType?: string }).failureType === 'subtestsFailed'
  );
}

/** Test files among `words` that declare tests themselves and of which none was heard. */
function silentFiles(words: readonly string[], heard: ReadonlySet<string | undefined>): string[] {
  return words
    .filter((word) => word.endsWith('.test.ts') && !heard.has(resolve(word)))
    .filter((file) => /^ *(test|it)\(/m.test(readFileSync(file, 'utf8')));
}
