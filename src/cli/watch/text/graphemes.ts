// What a terminal shows of a text: visible characters and how many columns each takes. Nothing that would act on the terminal is left:
// names, logs and descriptions come from other people. Pure.

export interface Grapheme {
  readonly text: string;
  readonly width: 1 | 2;
}

const PLAIN = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Code units of one character; what stacks more marks on a letter is cut. */
const MOST_UNITS = 32;

/** Whether every character takes one column and is its own code unit. */
export const isPlain = (text: string): boolean => PLAIN.test(text);

export function* graphemes(text: string): Generator<Grapheme> {
  if (isPlain(text)) {
    for (const one of text) yield { text: one, width: 1 };
    return;
  }
  for (const { segment } of segmenter.segment(text)) yield shown(segment);
}

export const widthOf = (text: string): number => {
  if (isPlain(text)) return text.length;
  let width = 0;
  for (const one of graphemes(text)) width += one.width;
  return width;
};

const INVISIBLE = /^[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const MARK = /^\p{M}/u;
const EMOJI = /^\p{Emoji_Presentation}/u;
const REPLACEMENT: Grapheme = { text: '\ufffd', width: 1 };

function shown(segment: string): Grapheme {
  const code = segment.codePointAt(0)!;
  // Pictures of control characters, as ␛ for the one that begins escape sequences.
  if (code < 0x20) return { text: String.fromCharCode(0x2400 + code), width: 1 };
  if (code === 0x7f) return { text: '\u2421', width: 1 };
  if (INVISIBLE.test(segment) || segment.length > MOST_UNITS) return REPLACEMENT;
  if (MARK.test(segment)) return { text: ` ${segment}`, width: 1 };
  const wide = isWide(code) || EMOJI.test(segment) || segment.includes('\ufe0f');
  return { text: segment, width: wide ? 2 : 1 };
}

/** First and last code points of East Asian Wide and Fullwidth characters that are no emoji (Unicode Standard Annex 11). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0x4dbf],
  [0x4e00, 0xa4c6],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18d08],
  [0x1aff0, 0x1b2fb],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

const isWide = (code: number): boolean =>
  code >= 0x1100 && WIDE.some(([first, last]) => code >= first && code <= last);
