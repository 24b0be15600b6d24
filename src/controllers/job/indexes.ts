// Completion indexes of an indexed job: the index of each pod, and sets of indexes in the compressed notation (`1,3-5`). A set is
// kept as ranges, as upstream keeps it: a job may have two thousand million completions. Pure.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';

export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';

/** Completions are 32-bit numbers. */
const INDEX_DIGITS = 10;
const INDEX = /^\d{1,10}$/;
/** Ranges that are read from one text: as many as a job has completions up to which upstream bounds failures per index. */
const MOST_RANGES = 100_000;

/** The index of a pod; undefined when it has none that is valid. */
export function indexOf(pod: Readonly<Pod>): number | undefined {
  const text = pod.metadata.annotations?.[COMPLETION_INDEX];
  return text !== undefined && INDEX.test(text) ? Number(text) : undefined;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** The range that begins at `from` and ends before the next comma, as in `3-5` or `7`; as upstream, what follows a second dash
 *  does not count. Read by hand: the time for a text of very many parts is a tenth of that for splitting it. */
function rangeAt(text: string, from: number): Range | undefined {
  const firstEnd = digitsEnd(text, from);
  const first = numberIn(text, from, firstEnd);
  if (first === undefined) return undefined;
  if (endsAt(text, firstEnd)) return { first, last: first };
  if (text[firstEnd] !== '-') return undefined;
  const lastEnd = digitsEnd(text, firstEnd + 1);
  const last = numberIn(text, firstEnd + 1, lastEnd);
  if (last === undefined || last < first) return undefined;
  return endsAt(text, lastEnd) || text[lastEnd] === '-' ? { first, last } : undefined;
}

const endsAt = (text: string, at: number): boolean => at === text.length || text[at] === ',';

function digitsEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39) at++;
  return at;
}

const numberIn = (text: string, from: number, to: number): number | undefined =>
  to > from && to - from <= INDEX_DIGITS ? Number(text.slice(from, to)) : undefined;

export interface ReadonlyIndexes {
  readonly size: number;
  readonly ranges: readonly Range[];
  has(index: number): boolean;
}

export class Indexes implements ReadonlyIndexes {
  /** In order, with gaps between them. */
  #ranges: Range[] = [];

  static of(indexes: Iterable<number>): Indexes {
    return Indexes.#merged([...indexes].map((index) => ({ first: index, last: index })));
  }

  static union(...all: readonly ReadonlyIndexes[]): Indexes {
    return Indexes.#merged(all.flatMap(({ ranges }) => ranges));
  }

  /** Indexes from `completions` on do not count, as upstream; parts that are no ranges are left out. */
  static parse(text: string | undefined, completions: number): Indexes {
    if (text === undefined) return new Indexes();
    const ranges: Range[] = [];
    for (let parts = 0, from = 0; parts < MOST_RANGES && from < text.length; parts++) {
      const range = rangeAt(text, from);
      if (range && range.first < completions)
        ranges.push({ first: range.first, last: Math.min(range.last, completions - 1) });
      const comma = text.indexOf(',', from);
      from = comma < 0 ? text.length : comma + 1;
    }
    return Indexes.#merged(ranges);
  }

  /** How many are in both. */
  static common(a: ReadonlyIndexes, b: ReadonlyIndexes): number {
    return a.size + b.size - Indexes.union(a, b).size;
  }

  static #merged(ranges: Range[]): Indexes {
    const indexes = new Indexes();
    for (const { first, last } of ranges.sort((a, b) => a.first - b.first)) {
      const before = indexes.#ranges.at(-1);
      if (before && first <= before.last + 1)
        indexes.#ranges[indexes.#ranges.length - 1] = {
          first: before.first,
          last: Math.max(before.last, last),
        };
      else indexes.#ranges.push({ first, last });
    }
    return indexes;
  }

  get ranges(): readonly Range[] {
    return this.#ranges;
  }

  get size(): number {
    return this.#ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  has(index: number): boolean {
    let low = 0;
    let high = this.#ranges.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { first, last } = this.#ranges[middle]!;
      if (index < first) high = middle - 1;
      else if (index > last) low = middle + 1;
      else return true;
    }
    return false;
  }

  /** Two indexes in a row are written one by one, as upstream. */
  toString(): string {
    return this.#ranges
      .map(({ first, last }) => {
        if (first === last) return String(first);
        return last === first + 1 ? `${first},${last}` : `${first}-${last}`;
      })
      .join(',');
  }
}

/** The lowest `count` indexes that are not in `taken`. */
export function freeIndexes(completions: number, taken: ReadonlyIndexes, count: number): number[] {
  const free: number[] = [];
  let next = 0;
  const upTo = (end: number) => {
    for (; next < end && free.length < count; next++) free.push(next);
  };
  for (const { first, last } of taken.ranges) {
    if (free.length >= count) break;
    upTo(Math.min(first, completions));
    next = last + 1;
  }
  upTo(completions);
  return free;
}
