import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../../kit/clock.ts';
import { currentView, type TableView } from '../model/state.ts';
import { painter } from '../screen/colours.ts';
import { difference } from '../screen/frame.ts';
import { emptyState, NOW, play, shown, told, typing } from '../testing/scene.fake.ts';
import { frameOf } from './frame.ts';
import { nextAgeChange } from './table.ts';

const some = play(
  emptyState,
  told([
    { name: 'web-1', age: 90 },
    { name: 'db', status: 'Error', ready: '0/1' },
  ]),
).state;

describe('the screen', () => {
  it('shows who asks, the table, its keys and where one is', () => {
    const { text } = shown(some);
    assert.match(text, /Context {2}test/);
    assert.match(text, /── pods\(default\)\[2\]/);
    assert.match(text, /NAME +READY +STATUS +RESTARTS +AGE/);
    assert.match(text, /web-1 +1\/1 +Running +0 +90s/);
    assert.match(text, /<l> logs/);
    assert.doesNotMatch(text, /NODE|node-1/);
    assert.match(shown(play(some, 'ctrl-w').state).text, /node-1/);
    assert.match(shown(play(some, ':', ...typing('dep')).state).text, /:deployments$/);
    assert.match(shown(play(some, '?').state).text, /Everywhere/);
  });

  it('fits every size', () => {
    for (const [width, height] of [
      [1, 1],
      [20, 6],
      [40, 10],
      [60, 17],
      [80, 18],
      [300, 80],
    ] as const) {
      const { state } = play(some, { type: 'size', width, height });
      const frame = frameOf(state, NOW);
      assert.equal(frame.lines.length, height);
      for (const line of frame.lines) assert.equal(line.length, width);
    }
  });

  it('tells what may not be seen, and what was lost', () => {
    const change = { type: 'state', state: 'refused', problem: 'pods is forbidden' } as const;
    const refused = play(emptyState, { type: 'table', view: 0, feed: 'pods', change }).state;
    assert.match(shown(refused).text, /pods: pods is forbidden/);
    const gone = { type: 'state', state: 'lost', problem: 'refused' } as const;
    const lost = play(
      some,
      { type: 'table', view: 0, feed: 'pods', change: gone },
      { type: 'lost', why: 'no answer' },
    );
    assert.match(shown(lost.state).text, /not connected/);
    assert.match(shown(lost.state).text, /web-1/);
    assert.match(shown(lost.state).text, /the server does not answer: no answer/);
  });

  it('sends no sequence of a name, a cell, a log line or a message to the terminal', () => {
    const hostile = '\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\x1bP+q\x1b\\';
    const table = told([{ name: `x${hostile}`, status: hostile, namespace: hostile }]);
    const states = [
      play(emptyState, table).state,
      play(emptyState, table, 'ctrl-d').state,
      play(emptyState, { type: 'message', text: hostile, failed: true }).state,
      play(emptyState, { type: 'facts', facts: { context: hostile, user: hostile } }).state,
      play(emptyState, { type: 'namespaces', names: [hostile] }).state,
      play(emptyState, ':', { type: 'paste', text: hostile }).state,
      play(emptyState, table, 'l', { type: 'more', view: 1, lines: [hostile, `漢${hostile}`] }).state,
      play(emptyState, table, 'l', { type: 'more', view: 1, lines: [hostile] }, 'w').state,
    ];
    for (const state of states) {
      const written = difference(undefined, frameOf(state, NOW), painter('true'));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those that are ours
      const ours = written.replaceAll(/\x1b\[[\d;?]*[HGJhlm]/g, '');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
      assert.doesNotMatch(ours, /[\x00-\x1f\x7f-\x9f\u202e]/);
      assert.deepEqual(shown(state).foreign, []);
    }
  });

  it('draws ages of rows that are young anew each second, and sends only what changed', () => {
    const view = currentView(some) as TableView;
    assert.equal(nextAgeChange(some, view, NOW), 1_000);
    assert.equal(nextAgeChange(some, view, NOW + 3_600_000), 60_000);
    const paint = painter('16');
    const first = frameOf(some, NOW);
    const sent = difference(first, frameOf(some, NOW + 1000), paint);
    assert.ok(sent.length > 0 && sent.length < 120, sent);
  });

  it('keeps its columns with wide characters', () => {
    const { state } = play(emptyState, told([{ name: '漢字-🚀' }, { name: 'plain' }]));
    const lines = shown(state).lines;
    const wide = lines.find((line) => line.includes('漢字'))!;
    const plain = lines.find((line) => line.includes('plain'))!;
    assert.equal(wide.indexOf('1/1'), plain.indexOf('1/1') - 2);
  });

  it('scrolls through ten thousand rows without lag', () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => ({ name: `pod-${String(i).padStart(5, '0')}` }));
    let { state } = play(emptyState, told(rows));
    frameOf(state, NOW);
    const began = systemClock.monotonic();
    for (let i = 0; i < 100; i++) {
      state = play(state, 'pagedown').state;
      frameOf(state, NOW);
    }
    const each = (systemClock.monotonic() - began) / 100;
    assert.ok(each < 25, `${each} ms`);
    assert.match(shown(play(state, 'G').state).text, /pod-09999/);
  });
});
