// The body of a list whose items are encoded for this request: a Table, or partial metadata. A long one is made in parts while it is
// sent, so that other requests are served in between. Called by forms.ts.
import type { Chunks } from '../../request.ts';

/** Items of a part. Making one takes about a millisecond; a client reads a page of 500 at a time. */
const PER_PART = 128;
/** Computing and encoding take about eight times as long as copying (`npm run bench -- longest table`). */
const EFFORT = 8;

/** The JSON of `head` with the list `field` in it. Lists of one part are whole, so that their length is known. */
export function formBody<T>(
  head: object,
  field: string,
  items: readonly T[],
  make: (item: T) => object,
): Buffer | Chunks {
  const start = `${JSON.stringify(head).slice(0, -1)},"${field}":[`;
  const part = (from: number): string =>
    items
      .slice(from, from + PER_PART)
      .map((item) => JSON.stringify(make(item)))
      .join(',');
  if (items.length <= PER_PART) return Buffer.from(`${start}${part(0)}]}`);
  return {
    length: undefined,
    effort: EFFORT,
    *[Symbol.iterator]() {
      for (let from = 0; from < items.length; from += PER_PART) {
        const end = from + PER_PART >= items.length ? ']}' : '';
        yield Buffer.from(`${from === 0 ? start : ','}${part(from)}${end}`);
      }
    },
  };
}
