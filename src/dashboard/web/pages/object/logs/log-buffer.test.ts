import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogBuffer } from './log-buffer.ts';
import { LogSearch, nextMatch, segmentsOf } from './search.ts';

const line = (time: number, source: number, text = `${source} at ${time}`) => ({
  source,
  time: String(time).padStart(9, '0'),
  text,
});
const textsOf = (buffer: LogBuffer) => buffer.slice(0, buffer.length).map(({ text }) => text);

test('lines of several logs stand in the order of their times, equal ones in that of their arrival', () => {
  const buffer = new LogBuffer();
  assert.deepEqual(buffer.add([line(1, 0), line(5, 0)]), { dropped: 0, from: 0 });
  assert.deepEqual(buffer.add([line(3, 1), line(5, 1), line(7, 1)]), { dropped: 0, from: 1 });
  assert.deepEqual(buffer.add([line(8, 0)]), { dropped: 0, from: 5 });
  assert.deepEqual(textsOf(buffer), ['0 at 1', '1 at 3', '0 at 5', '1 at 5', '1 at 7', '0 at 8']);
});

test('the oldest lines are given up, by count and by size', () => {
  const few = new LogBuffer({ lines: 3, characters: 1e6 });
  few.add([1, 2, 3].map((time) => line(time, 0)));
  assert.deepEqual(few.add([line(4, 0), line(5, 0)]), { dropped: 2, from: 1 });
  assert.deepEqual(textsOf(few), ['0 at 3', '0 at 4', '0 at 5']);
  assert.equal(few.droppedInAll, 2);
  const small = new LogBuffer({ lines: 100, characters: 1_000 });
  small.add([line(1, 0, 'x'.repeat(500)), line(2, 0, 'y'.repeat(400)), line(3, 0, 'z'.repeat(400))]);
  assert.equal(small.length, 2);
  assert.equal(small.at(0)?.text[0], 'y');
});

test('100,000 lines of eight logs that come in turns are merged and searched in a moment', () => {
  const buffer = new LogBuffer();
  const search = new LogSearch();
  search.ask('needle');
  for (let round = 0; round < 100; round++)
    for (let source = 0; source < 8; source++) {
      const batch = Array.from({ length: 150 }, (_, i) =>
        line(round * 1000 + i * 6 + ((i * 7 + source * 3) % 6), source),
      );
      search.changed(buffer.add(batch));
    }
  assert.equal(buffer.length, 100_000);
  const times = buffer.slice(0, buffer.length).map(({ time }) => time);
  assert.deepEqual(times, [...times].sort());
  let steps = 1;
  while (!search.step(buffer, 5_000)) steps++;
  assert.equal(steps, 20);
  assert.deepEqual(search.matches, []);
});

test('a search keeps its matches when lines are added between, behind and given up', () => {
  const buffer = new LogBuffer({ lines: 6, characters: 1e6 });
  const search = new LogSearch();
  search.ask('b');
  const add = (...lines: ReturnType<typeof line>[]) => {
    search.changed(buffer.add(lines));
    while (!search.step(buffer, 2));
    return search.matches.map((match) => buffer.at(match)?.text);
  };
  assert.deepEqual(add(line(1, 0, 'a1'), line(4, 0, 'b4')), ['b4']);
  assert.deepEqual(add(line(2, 1, 'b2'), line(3, 1, 'c3')), ['b2', 'b4']);
  assert.deepEqual(add(line(5, 1, 'b5'), line(6, 1, 'b6'), line(7, 1, 'c7')), ['b2', 'b4', 'b5', 'b6']);
  assert.deepEqual(add(line(8, 1, 'd8'), line(9, 1, 'b9')), ['b4', 'b5', 'b6', 'b9']);
});

test('the next match comes after the line, and the first after the last', () => {
  assert.equal(nextMatch([2, 5, 9], 2, 1), 5);
  assert.equal(nextMatch([2, 5, 9], 9, 1), 2);
  assert.equal(nextMatch([2, 5, 9], 2, -1), 9);
  assert.equal(nextMatch([2, 5, 9], 7, -1), 5);
  assert.equal(nextMatch([], 7, 1), undefined);
});

test('what was searched for is marked inside the colours of the line', () => {
  const styles = [{ from: 0, to: 5, classes: 'ansi-red' }];
  assert.deepEqual(segmentsOf({ text: 'ERROR or not', styles }, 'or'), [
    { text: 'ERR', classes: 'ansi-red' },
    { text: 'OR', classes: 'ansi-red log-found' },
    { text: ' ', classes: '' },
    { text: 'or', classes: 'log-found' },
    { text: ' not', classes: '' },
  ]);
  assert.deepEqual(segmentsOf({ text: 'ERROR' }, 'Er'), [{ text: 'ERROR', classes: '' }]);
});
