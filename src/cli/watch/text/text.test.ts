import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { widthOf } from './graphemes.ts';
import { fitted, layOut, span, wrapped } from './line.ts';

describe('widths', () => {
  it('are those of East Asian characters, emoji and combining marks', () => {
    assert.equal(widthOf('hello'), 5);
    assert.equal(widthOf('漢字かな한글'), 12);
    assert.equal(widthOf('ｆｕｌｌ'), 8);
    assert.equal(widthOf('🚀'), 2);
    assert.equal(widthOf('👨‍👩‍👧'), 2);
    assert.equal(widthOf('🇩🇪'), 2);
    assert.equal(widthOf('e\u0301'), 1);
    assert.equal(widthOf('ñandú'), 5);
    assert.equal(widthOf('Ελλάδα'), 6);
  });
});

describe('a line', () => {
  const text = (line: ReturnType<typeof layOut>) => line.map((cell) => cell.text).join('');

  it('shows control characters as pictures, never as themselves', () => {
    const hostile = 'a\x1b[2Jb\x07c\x9bd\x7fe\r\nf\u202eg\u200bh\u2028i\ud800';
    const line = text(layOut([span(hostile)], 60));
    assert.match(line, /^a␛\[2Jb␇c�d␡e␍f�g�h�i�/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
    assert.doesNotMatch(line, /[\x00-\x1f\x7f-\x9f\u202e\u200b]/);
  });

  it('has as many cells as the screen has columns, and no half of a wide character', () => {
    assert.equal(text(layOut([span('abcdef')], 4)), 'abc…');
    assert.equal(layOut([span('漢字漢字')], 4).length, 4);
    assert.equal(text(layOut([span('漢字漢字')], 4)), '漢 …');
    assert.equal(fitted('漢', 4), '漢  ');
  });

  it('puts tabs to columns of eight', () => {
    assert.equal(text(layOut([span('a\tbé\tc')], 20)), 'a       bé      c   ');
  });

  it('does not look at all of a text of megabytes', () => {
    const line = layOut([span('é'.repeat(5_000_000))], 80);
    assert.equal(line.length, 80);
  });

  it('cuts a stack of marks on one letter', () => {
    assert.equal(fitted(`a${'\u0301'.repeat(100)}b`, 3), '\ufffdb ');
  });

  it('wraps at the width of what is shown', () => {
    assert.deepEqual(wrapped('abcdef', 4), ['abcd', 'ef']);
    assert.deepEqual(wrapped('漢字漢', 5), ['漢字', '漢']);
    assert.deepEqual(wrapped('', 5), ['']);
  });
});
