import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeTerminal } from '../testing/terminal.fake.ts';
import { layOut, span } from '../text/line.ts';
import { depthOf, painter } from './colours.ts';
import { difference, type Frame } from './frame.ts';
import { KeyDecoder } from './keys.ts';

const frame = (...texts: string[]): Frame => ({
  width: 20,
  lines: texts.map((text) => layOut([span(text)], 20)),
});

describe('the writer', () => {
  const paint = painter('16');

  it('sends what changed, and the terminal shows the new screen', () => {
    const terminal = new FakeTerminal(20, 2);
    const first = frame('one 漢字 two', 'second');
    const second = frame('one 字 two', 'second');
    terminal.write(difference(undefined, first, paint));
    assert.deepEqual(terminal.lines, ['one 漢字 two', 'second']);
    const text = difference(first, second, paint);
    terminal.write(text);
    assert.deepEqual(terminal.lines, ['one 字 two', 'second']);
    assert.ok(!text.includes('second'));
    assert.deepEqual(terminal.foreign, []);
  });

  it('sends nothing when nothing changed', () => {
    assert.equal(difference(frame('a', 'b'), frame('a', 'b'), paint), '');
  });

  it('repaints wide characters whole when their second half changes', () => {
    const terminal = new FakeTerminal(20, 1);
    const steps = [frame('漢b'), frame('a漢'), frame('漢漢'), frame('abcd')];
    let before: Frame | undefined;
    for (const next of steps) {
      terminal.write(difference(before, next, paint));
      before = next;
      assert.equal(
        terminal.lines[0],
        next.lines[0]!.map((cell) => cell.text)
          .join('')
          .trimEnd(),
      );
    }
  });

  it('moves the cursor where it is asked for', () => {
    const with0 = { ...frame('a'), cursor: { x: 3, y: 0 } };
    assert.ok(difference(frame('a'), with0, paint).includes('\x1b[1;4H\x1b[?25h'));
    assert.ok(difference(with0, frame('a'), paint).includes('\x1b[?25l'));
  });

  it('takes the colours that the terminal has', () => {
    assert.equal(depthOf({ NO_COLOR: '1', COLORTERM: 'truecolor' }), 'none');
    assert.equal(depthOf({ NO_COLOR: '', COLORTERM: 'truecolor' }), 'true');
    assert.equal(depthOf({ TERM: 'xterm-256color' }), '256');
    assert.equal(depthOf({ TERM: 'linux' }), '16');
    assert.equal(painter('none')('bad'), '\x1b[0;1m');
    assert.equal(painter('16')('bad'), '\x1b[0;1;31m');
    assert.match(painter('256')('bad'), /38;5;\d+m$/);
    assert.match(painter('true')('bad'), /38;2;\d+;\d+;\d+m$/);
  });
});

describe('keys', () => {
  const keysOf = (...chunks: string[]) => {
    const decoder = new KeyDecoder();
    const found = chunks.flatMap((chunk) => decoder.push(Buffer.from(chunk, 'latin1')));
    return [...found, ...decoder.flush()].map((input) => (input.type === 'key' ? input.key : input));
  };

  it('are read from sequences, also in pieces', () => {
    assert.deepEqual(keysOf('j\x1b[A\x1bOB\x1b[5~\r\t\x7f \x04'), [
      ...['j', 'up', 'down', 'pageup', 'enter', 'tab', 'backspace', 'space', 'ctrl-d'],
    ]);
    assert.deepEqual(keysOf('\x1b', '[', 'B'), ['down']);
    assert.deepEqual(keysOf('\x1b'), ['esc']);
    assert.deepEqual(keysOf('\x1b\x1b[A'), ['esc', 'up']);
    assert.deepEqual(keysOf('\x1bx'), ['alt-x']);
    assert.deepEqual(keysOf('\xe6\xbc', '\xa2'), ['漢']);
  });

  it('that are not known are nothing', () => {
    assert.deepEqual(keysOf('\x1b[99~a\x1b[1;5Cb\x1b[I'), ['a', 'b']);
    assert.deepEqual(keysOf(`\x1b[${'1;'.repeat(40)}x`).length > 0, true);
  });

  it('may be a pasted text, in which nothing is a key', () => {
    assert.deepEqual(keysOf('\x1b[200~rm\rx\x1b[20', '1~q'), [{ type: 'paste', text: 'rm\rx' }, 'q']);
    const [pasted] = keysOf(`\x1b[200~${'x'.repeat(100_000)}\x1b[201~`);
    assert.equal((pasted as { text: string }).text.length, 4096);
  });

  it('include the wheel and clicks', () => {
    assert.deepEqual(keysOf('\x1b[<64;3;4M\x1b[<0;3;4M\x1b[<0;3;4m'), [
      { type: 'mouse', action: 'up', x: 2, y: 3 },
      { type: 'mouse', action: 'click', x: 2, y: 3 },
    ]);
  });
});
