// An ordered set in blocks of at most FULL items: adding and removing cost one short splice, a prefix is found
// by binary search, and counting a prefix adds up block lengths without touching the items.
// MvccState has two: existing keys, and deleted ones that old revisions still show.

/** A block of more items is split in two; one of fewer than SPARSE is merged with a neighbour, if they fit in half a block. */
const FULL = 512;
const SPARSE = 64;

export interface Sortable {
  readonly sort: string;
}

interface Position {
  readonly block: number;
  readonly index: number;
}

/** The items with one prefix, beyond one key: where they start and how many there are. */
export interface Window {
  readonly start: Position;
  readonly count: number;
}

type Before = (sort: string, bound: string) => boolean;
const less: Before = (sort, bound) => sort < bound;
const lessOrEqual: Before = (sort, bound) => sort <= bound;
const lessOrInside: Before = (sort, prefix) => sort < prefix || sort.startsWith(prefix);

export class SortedKeys<T extends Sortable> {
  #blocks: T[][] = [];

  /** Replaces everything by `items`, in any order, without duplicates. */
  fill(items: T[]): void {
    items.sort((a, b) => (a.sort < b.sort ? -1 : 1));
    const part = FULL / 2;
    this.#blocks = [];
    for (let i = 0; i < items.length; i += part) this.#blocks.push(items.slice(i, i + part));
  }

  /** Adds an item that is not in the set. */
  add(item: T): void {
    if (this.#blocks.length === 0) return this.fill([item]);
    const { block, index } = this.#insertion(item.sort);
    const items = this.#blocks[block]!;
    items.splice(index, 0, item);
    if (items.length > FULL) this.#blocks.splice(block + 1, 0, items.splice(FULL / 2));
  }

  /** Removes an item that is in the set. */
  remove(item: T): void {
    const { block, index } = this.#find(less, item.sort);
    const items = this.#blocks[block]!;
    items.splice(index, 1);
    if (items.length < SPARSE) this.#merge(block);
  }

  window(prefix: string, after?: string): Window {
    const start =
      after === undefined || after < prefix ? this.#find(less, prefix) : this.#find(lessOrEqual, after);
    return { start, count: Math.max(0, this.#distance(start, this.#find(lessOrInside, prefix))) };
  }

  /** Calls `visit` with the first `count` items of the window, in order. */
  visit({ start }: Window, count: number, visit: (item: T) => void): void {
    let left = count;
    for (let block = start.block, from = start.index; left > 0; block++, from = 0) {
      const items = this.#blocks[block]!;
      const to = Math.min(items.length, from + left);
      for (let i = from; i < to; i++) visit(items[i]!);
      left -= to - from;
    }
  }

  #insertion(sort: string): Position {
    const found = this.#find(less, sort);
    if (found.block < this.#blocks.length) return found;
    const last = this.#blocks.length - 1;
    return { block: last, index: this.#blocks[last]!.length };
  }

  /** The first position whose item is not `before` the bound; one past the last block when there is none. */
  #find(before: Before, bound: string): Position {
    const blocks = this.#blocks;
    const block = firstNot(blocks.length, (i) => before(blocks[i]![blocks[i]!.length - 1]!.sort, bound));
    const items = blocks[block];
    return { block, index: items ? firstNot(items.length, (i) => before(items[i]!.sort, bound)) : 0 };
  }

  #distance(from: Position, to: Position): number {
    let count = to.index - from.index;
    for (let block = from.block; block < to.block; block++) count += this.#blocks[block]!.length;
    return to.block < from.block ? -1 : count;
  }

  /** Keeps blocks from staying small after many removals; a set has no empty block. */
  #merge(block: number): void {
    const items = this.#blocks[block]!;
    const next = this.#blocks[block + 1];
    const previous = this.#blocks[block - 1];
    if (items.length === 0) this.#blocks.splice(block, 1);
    else if (next && items.length + next.length <= FULL / 2)
      this.#blocks.splice(block, 2, items.concat(next));
    else if (previous && previous.length + items.length <= FULL / 2)
      this.#blocks.splice(block - 1, 2, previous.concat(items));
  }
}

function firstNot(length: number, before: (i: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
