import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../../../../kit/clock.fake.ts';
import { type LogSource, USUAL_CHOICES } from './requests.ts';
import { LogSession } from './session.ts';

const source = (pod: string): LogSource => ({ namespace: 'n', pod, container: 'c' });
const line = (second: number, text: string) => `2026-01-01T00:00:0${second}.5Z ${text}\n`;

function scene(choices = USUAL_CHOICES) {
  const clock = new SteppedClock();
  const opened: {
    pod: string;
    query: Readonly<Record<string, string>>;
    data(text: string): void;
    end(): void;
    closed: boolean;
  }[] = [];
  const due: (() => void)[] = [];
  const session = new LogSession(
    choices,
    {
      open: ({ pod }, query, on) => {
        const one = { pod, query, ...on, closed: false };
        opened.push(one);
        return {
          close: () => {
            one.closed = true;
          },
        };
      },
      problem: async ({ pod }) => `container of ${pod} is waiting to start`,
      after: (ms, work) => clock.after(ms, work),
      soon: (work) => void due.push(work),
    },
    () => {},
  );
  const shown = () => {
    for (let work = due.shift(); work; work = due.shift()) work();
    return session.buffer.slice(0, session.buffer.length).map(({ text, source: from }) => `${from} ${text}`);
  };
  return { clock, opened, session, shown };
}

test('lines of several logs come together, and pods join and leave', () => {
  const { opened, session, shown } = scene();
  session.read([source('a'), source('b')]);
  opened[1]!.data(line(2, 'two'));
  opened[0]!.data(line(1, 'one') + line(3, 'thr'));
  assert.deepEqual(shown(), ['0 one', '1 two', '0 thr']);
  session.read([source('b'), source('c')]);
  assert.deepEqual(
    opened.map(({ pod, closed }) => [pod, closed]),
    [
      ['a', true],
      ['b', false],
      ['c', false],
    ],
  );
  opened[0]!.data(line(4, 'late'));
  opened[2]!.data(line(4, 'four'));
  assert.deepEqual(shown(), ['0 one', '1 two', '0 thr', '2 four']);
});

test('a log that ends is read again from its last line, and no line comes twice', async () => {
  const { clock, opened, session, shown } = scene();
  session.read([source('a')]);
  opened[0]!.data(line(1, 'one') + line(2, 'two'));
  opened[0]!.end();
  await clock.step(1_000);
  assert.equal(opened[1]?.query.sinceTime, '2026-01-01T00:00:02Z');
  opened[1]!.data(line(2, 'two') + line(3, 'three'));
  assert.deepEqual(shown(), ['0 one', '0 two', '0 three']);
  session.close();
});

test('a log that cannot be read says why, once, and is tried again ever more seldom', async () => {
  const { clock, opened, session, shown } = scene();
  session.read([source('a')]);
  for (const wait of [2_000, 5_000, 10_000, 10_000]) {
    opened.at(-1)!.end();
    await clock.step(wait - 1);
    const before = opened.length;
    await clock.step(1);
    assert.equal(opened.length, before + 1);
  }
  assert.deepEqual(shown(), ['0 container of a is waiting to start']);
  session.close();
  await clock.step(60_000);
  assert.equal(opened.length, 5);
});

test('the log of a container that ran before is read once', async () => {
  const { clock, opened, session } = scene({ ...USUAL_CHOICES, previous: true });
  session.read([source('a')]);
  opened[0]!.data(line(1, 'x'));
  opened[0]!.end();
  await clock.step(60_000);
  assert.equal(opened.length, 1);
});

test('a container that has ended is not asked again until it runs', async () => {
  const { clock, opened, session } = scene();
  session.read([{ ...source('a'), ended: true }]);
  opened[0]!.data(line(1, 'done'));
  opened[0]!.end();
  await clock.step(60_000);
  assert.equal(opened.length, 1);
  session.read([{ ...source('a'), ended: false }]);
  assert.equal(opened.length, 2);
  session.close();
});

test('other choices begin anew, with an empty buffer', () => {
  const { opened, session, shown } = scene();
  session.read([source('a')]);
  opened[0]!.data(line(1, 'old'));
  session.restart({ ...USUAL_CHOICES, tail: 5 });
  assert.equal(opened[1]?.query.tailLines, '5');
  opened[0]!.data(line(2, 'of before'));
  opened[1]!.data(line(3, 'new'));
  assert.deepEqual(shown(), ['0 new']);
});
