// The body of a list: the stored bytes of its items, copied into slabs as they are asked for. Copying into slabs of our own
// costs a third of joining buffers, and a slow reader's list is not made before it can be sent.
import type { Parts } from '../request.ts';

const SLAB = 256 * 1024;
const COMMA = 0x2c;
const END = Buffer.from(']}');

export class ListBody implements Parts {
  readonly length: number;
  readonly #head: Buffer;
  readonly #items: readonly { readonly bytes: Buffer }[];

  /** `head` is the list without its items. */
  constructor(head: object, items: readonly { readonly bytes: Buffer }[]) {
    this.#head = Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`);
    this.#items = items;
    let length = this.#head.length + END.length + Math.max(0, items.length - 1);
    for (const { bytes } of items) length += bytes.length;
    this.length = length;
  }

  *[Symbol.iterator](): Generator<Buffer> {
    let left = this.length;
    let slab = Buffer.allocUnsafeSlow(Math.min(left, SLAB));
    let at = this.#head.copy(slab);
    for (const [i, { bytes }] of this.#items.entries()) {
      if (at + bytes.length + 1 + END.length > slab.length) {
        yield slab.subarray(0, at);
        left -= at;
        slab = Buffer.allocUnsafeSlow(Math.min(left, Math.max(SLAB, bytes.length + 1 + END.length)));
        at = 0;
      }
      if (i > 0) slab[at++] = COMMA;
      at += bytes.copy(slab, at);
    }
    at += END.copy(slab, at);
    yield slab.subarray(0, at);
  }
}
