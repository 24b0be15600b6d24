// Styles as a terminal shows them: in true colours, 256 or 16, or without colours (NO_COLOR). Pure.
import type { Style } from '../text/line.ts';
import type { Paint } from './frame.ts';

export type Depth = 'none' | '16' | '256' | 'true';

type Env = Readonly<Record<string, string | undefined>>;

export function depthOf(env: Env): Depth {
  // https://no-color.org: set and not empty.
  if (env.NO_COLOR) return 'none';
  const { COLORTERM = '', TERM = '' } = env;
  if (COLORTERM === 'truecolor' || COLORTERM === '24bit' || TERM.endsWith('-direct')) return 'true';
  return TERM.includes('256color') ? '256' : '16';
}

interface Look {
  /** Bold, dim, inverse. */
  readonly attributes?: string;
  /** Of the foreground: 16, 256 and true colours. */
  readonly colour?: readonly [number, number, readonly [number, number, number]];
}

const LOOKS: Readonly<Record<Style, Look>> = {
  plain: {},
  dim: { attributes: '2' },
  strong: { attributes: '1' },
  title: { attributes: '1', colour: [36, 80, [86, 182, 194]] },
  header: { attributes: '1' },
  good: { colour: [32, 114, [126, 200, 128]] },
  busy: { colour: [33, 179, [229, 181, 103]] },
  bad: { attributes: '1', colour: [31, 203, [240, 98, 98]] },
  done: { attributes: '2' },
  mark: { attributes: '1', colour: [35, 176, [198, 120, 221]] },
  key: { colour: [34, 75, [97, 175, 239]] },
  match: { attributes: '7', colour: [33, 179, [229, 181, 103]] },
  prompt: { attributes: '1', colour: [36, 80, [86, 182, 194]] },
  cursor: { attributes: '7' },
  'cursor-bad': { attributes: '1;7', colour: [31, 203, [240, 98, 98]] },
};

export function painter(depth: Depth): Paint {
  const sequences = Object.fromEntries(
    Object.entries(LOOKS).map(([style, look]) => [style, sequenceOf(look, depth)]),
  ) as Record<Style, string>;
  return (style) => sequences[style];
}

function sequenceOf({ attributes, colour }: Look, depth: Depth): string {
  const parts = ['0'];
  if (attributes) parts.push(attributes);
  if (colour && depth !== 'none') parts.push(foreground(colour, depth));
  return `\x1b[${parts.join(';')}m`;
}

function foreground([basic, indexed, [r, g, b]]: NonNullable<Look['colour']>, depth: Depth): string {
  if (depth === 'true') return `38;2;${r};${g};${b}`;
  return depth === '256' ? `38;5;${indexed}` : String(basic);
}
