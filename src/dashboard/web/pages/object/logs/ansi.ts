// Colours that programs write into their logs as escape sequences: the text without them, and where which style begins. Pure.

export interface StyleSpan {
  /** Offsets in the plain text. */
  readonly from: number;
  readonly to: number;
  /** Names of CSS classes. */
  readonly classes: string;
}

interface Style {
  readonly colour?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underlined?: boolean;
}

const ESCAPE = '\u001b';
const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/** `styles` is absent where there is none: nearly always. */
export function plainAndStyles(raw: string): { text: string; styles?: readonly StyleSpan[] } {
  if (!raw.includes(ESCAPE)) return { text: raw };
  const styles: StyleSpan[] = [];
  let text = '';
  let style: Style = {};
  let at = 0;
  const append = (part: string) => {
    const classes = classesOf(style);
    if (classes && part) styles.push({ from: text.length, to: text.length + part.length, classes });
    text += part;
  };
  for (let start = raw.indexOf(ESCAPE); start >= 0; start = raw.indexOf(ESCAPE, at)) {
    append(raw.slice(at, start));
    const sequence = sequenceAt(raw, start);
    if (sequence.codes) style = styled(style, sequence.codes);
    at = sequence.end;
  }
  append(raw.slice(at));
  return styles.length > 0 ? { text, styles } : { text };
}

/** Longer sequences are none that anybody writes. */
const LONGEST_SEQUENCE = 64;

/** A control sequence ends with a letter or one of `@[\]^_{|}~`; `m` sets the style, all others mean nothing in a log. */
function sequenceAt(raw: string, start: number): { end: number; codes?: number[] } {
  if (raw[start + 1] !== '[') return { end: Math.min(start + 2, raw.length) };
  const limit = Math.min(raw.length, start + LONGEST_SEQUENCE);
  for (let i = start + 2; i < limit; i++) {
    const code = raw.charCodeAt(i);
    if (code < 0x40 || code > 0x7e) continue;
    if (raw[i] !== 'm') return { end: i + 1 };
    return {
      end: i + 1,
      codes: raw
        .slice(start + 2, i)
        .split(';')
        .map(Number),
    };
  }
  return { end: limit };
}

function styled(before: Style, codes: readonly number[]): Style {
  let style = before;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) i += codes[i + 1] === 5 ? 2 : 4;
    else style = withCode(style, code);
  }
  return style;
}

function withCode(style: Style, code: number): Style {
  if (code === 0 || Number.isNaN(code)) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underlined: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 23) return { ...style, italic: false };
  if (code === 24) return { ...style, underlined: false };
  const colour = NAMES[code >= 90 ? code - 90 : code - 30];
  if (colour) return { ...style, colour };
  if (code !== 39) return style;
  const { colour: _, ...rest } = style;
  return rest;
}

const classesOf = ({ colour, bold, dim, italic, underlined }: Style): string =>
  [
    colour && `ansi-${colour}`,
    bold && 'ansi-bold',
    dim && 'ansi-dim',
    italic && 'ansi-italic',
    underlined && 'ansi-underlined',
  ]
    .filter(Boolean)
    .join(' ');
