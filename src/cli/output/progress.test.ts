import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { ProgressDisplay } from './progress.ts';

const ERASE = '\r\x1b[K';

function scene(isTerminal: boolean) {
  const clock = new SteppedClock();
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const display = new ProgressDisplay({ write, isTerminal }, clock);
  const taken = () => {
    const all = text;
    text = '';
    return all;
  };
  return { clock, display, taken };
}

test('in CI there are plain lines: about what takes longer than a second, and again every ten', async () => {
  const { clock, display, taken } = scene(false);
  display.show({ kind: 'begin', text: 'containerd' });
  await clock.step(900);
  assert.equal(taken(), '');
  await clock.step(600);
  assert.equal(taken(), '  … containerd\n');
  await clock.step(9_000);
  assert.equal(taken(), '');
  await clock.step(1_500);
  assert.match(taken(), /^ {2}… containerd \(1\d s\)\n$/);
  display.show({ kind: 'end', text: 'containerd' });
  display.show({ kind: 'step', text: 'containerd', ms: 12_000 });
  assert.match(taken(), /^ {2}✓ containerd +12\.00 s\n$/);
  await clock.step(60_000);
  assert.equal(taken(), '');
});

test('on a terminal it is one line, which is gone before the next one', async () => {
  const { clock, display, taken } = scene(true);
  display.show({ kind: 'begin', text: 'the nodes' });
  display.show({ kind: 'begin', text: 'containerd' });
  await clock.step(2_000);
  assert.ok(taken().endsWith(`${ERASE}  … the nodes (2 s)`));
  display.show({ kind: 'step', text: 'containerd', ms: 1 });
  assert.ok(taken().startsWith(`${ERASE}  ✓ containerd`));
  await clock.step(1_000);
  taken();
  display.show({ kind: 'failed', text: 'no' });
  assert.equal(taken(), `${ERASE}tiphys: no\n`);
  await clock.step(60_000);
  assert.equal(taken(), '');
});

test('a command’s work is spoken of while it lasts, and its error is its own', async () => {
  const { clock, display, taken } = scene(false);
  const { promise, reject } = Promise.withResolvers<void>();
  const work = display.during('loading', promise);
  await clock.step(1_500);
  reject(new Error('full'));
  await assert.rejects(work, /full/);
  assert.equal(taken(), '  … loading\n');
});
