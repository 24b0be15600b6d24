// What every rule looks at: source texts by path, and what a rule reports. Rules are pure functions over these.

/** Texts by path from the top of the repository, with forward slashes. */
export type Sources = ReadonlyMap<string, string>;

export interface Violation {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

export type Rule = (sources: Sources) => Violation[];

/** `src/ROOM/…` → `ROOM`; outside src the top folder. */
export const roomOf = (file: string): string => {
  const [top = '', room = ''] = file.split('/');
  return top === 'src' ? room : top;
};

/** Files that no component loads: tests, the suites that ports share, benchmarks and fakes. */
export const isTest = (file: string): boolean => /\.(test|contract|bench|fake)\.ts$/.test(file);

/** Comments, regular expressions, strings and templates, tried in this order at each position. */
const NOT_CODE = new RegExp(
  [
    String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)`,
    String.raw`(?<=[=(:,[!&|?{};+>]\s*|\breturn\s+|^\s*)(?<regexp>\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*)`,
    String.raw`'(?:\\.|[^'\\\n])*'`,
    String.raw`"(?:\\.|[^"\\\n])*"`,
    '`(?:\\\\[\\s\\S]|[^`\\\\])*`',
  ].join('|'),
  'gm',
);

const blank = (text: string) => text.replace(/[^\n]/g, ' ');

/** `source` with comments blanked and lines kept. */
export const withoutComments = (source: string): string =>
  source.replace(NOT_CODE, (found, comment) => (comment ? blank(found) : found));

/** `source` with everything blanked that is not code; in templates, what `${}` holds goes too. Lines are kept. */
export const codeOf = (source: string): string => source.replace(NOT_CODE, blank);

/** The literals of regular expressions, with the line of each. */
export const regExpsOf = (source: string): { line: number; found: string }[] =>
  [...source.matchAll(NOT_CODE)]
    .filter(({ groups }) => groups?.regexp !== undefined)
    .map((match) => ({ line: source.slice(0, match.index).split('\n').length, found: match[0] }));

/** The line, counted from 1, of each match of `pattern` (global) in `text`. */
export function linesOf(text: string, pattern: RegExp): { line: number; found: string }[] {
  return [...text.matchAll(pattern)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    found: match[0],
  }));
}
