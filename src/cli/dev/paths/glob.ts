// Patterns of paths as .gitignore and .dockerignore write them: `*`, `?` and `[a-z]` within a name, `**` for any number of names.
// Matching takes no more steps than the product of the two lengths, whatever the pattern is. Pure; called by ignore.ts and sync-rules.ts.

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | {
      readonly kind: 'set';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

type Segment = 'any-names' | readonly Piece[];

export interface Glob {
  readonly segments: readonly Segment[];
}

/** Characters of a pattern. */
export const LONGEST_PATTERN = 1024;

/** Throws for a pattern that is too long. */
export function parseGlob(pattern: string): Glob {
  if (pattern.length > LONGEST_PATTERN)
    throw new Error(`a pattern has more than ${LONGEST_PATTERN} characters`);
  const names = pattern.split('/').filter((name) => name !== '' && name !== '.');
  const segments = names.map((name): Segment => (name === '**' ? 'any-names' : piecesOf(name)));
  return { segments };
}

/** How many leading names of a pattern are plain text. */
export function plainPrefix({ segments }: Glob): number {
  const at = segments.findIndex(
    (segment) => segment === 'any-names' || segment.some(({ kind }) => kind !== 'text'),
  );
  return at < 0 ? segments.length : at;
}

function piecesOf(name: string): Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i < name.length; i++) {
    const char = name[i]!;
    if (char === '*') {
      if (pieces.at(-1)?.kind !== 'any') pieces.push({ kind: 'any' });
    } else if (char === '?') pieces.push({ kind: 'one' });
    else if (char === '[') {
      const set = setAt(name, i);
      if (!set) pieces.push({ kind: 'text', text: '[' });
      else {
        pieces.push(set.piece);
        i = set.end;
      }
    } else if (char === '\\' && i + 1 < name.length) pieces.push({ kind: 'text', text: name[++i]! });
    else pieces.push({ kind: 'text', text: char });
  }
  return pieces;
}

/** `[abc]`, `[a-z]`, `[!a]`, `[^a]`; undefined for a bracket that is not closed. */
function setAt(name: string, start: number): { readonly piece: Piece; readonly end: number } | undefined {
  let i = start + 1;
  const negated = name[i] === '!' || name[i] === '^';
  if (negated) i++;
  const ranges: [string, string][] = [];
  for (let first = true; i < name.length; first = false) {
    if (name[i] === ']' && !first) return { piece: { kind: 'set', negated, ranges }, end: i };
    if (name[i] === '\\' && i + 1 < name.length) i++;
    const from = name[i]!;
    if (name[i + 1] === '-' && i + 2 < name.length && name[i + 2] !== ']') {
      ranges.push([from, name[i + 2]!]);
      i += 3;
    } else {
      ranges.push([from, from]);
      i++;
    }
  }
  return undefined;
}

export const matchesGlob = (glob: Glob, path: string): boolean => matchesNames(glob, path.split('/'));

/** By rows: which of the names read so far each prefix of the pattern can stand for. */
export function matchesNames({ segments }: Glob, names: readonly string[]): boolean {
  let reached = new Array<boolean>(segments.length + 1).fill(false);
  reached[0] = true;
  spread(segments, reached);
  for (const name of names) {
    const next = new Array<boolean>(segments.length + 1).fill(false);
    for (const [i, segment] of segments.entries()) {
      if (!reached[i]) continue;
      if (segment === 'any-names') next[i] = true;
      else if (matchesName(segment, name)) next[i + 1] = true;
    }
    spread(segments, next);
    reached = next;
  }
  return reached[segments.length]!;
}

/** `**` stands for no name, too. */
function spread(segments: readonly Segment[], reached: boolean[]): void {
  for (const [i, segment] of segments.entries())
    if (reached[i] && segment === 'any-names') reached[i + 1] = true;
}

/** The last `*` alone is ever taken up again, so the steps are at most pieces times characters. */
function matchesName(pieces: readonly Piece[], name: string): boolean {
  let piece = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const current = pieces[piece];
    if (current?.kind === 'any') {
      star = piece++;
      starAt = at;
    } else if (current && fits(current, name[at]!)) {
      piece++;
      at++;
    } else if (star >= 0) {
      piece = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (pieces[piece]?.kind === 'any') piece++;
  return piece === pieces.length;
}

function fits(piece: Piece, char: string): boolean {
  if (piece.kind === 'one') return true;
  if (piece.kind === 'text') return piece.text === char;
  if (piece.kind === 'any') return false;
  return piece.ranges.some(([from, to]) => from <= char && char <= to) !== piece.negated;
}
