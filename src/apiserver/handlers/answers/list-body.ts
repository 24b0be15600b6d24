// The body of a list: the stored bytes of its items between the head and the end of the JSON text. Called by answers.ts.
import type { Chunks } from '../../request.ts';
import { type Piece, SlabForm, Slabs } from '../../watch-cache/slabs.ts';

const COMMA = ',';
/** By what is left out of the items: one form for each built-in kind. */
const forms = new Map<string, SlabForm>();

function formWithout(leftOut: string): SlabForm {
  const known = forms.get(leftOut);
  if (known) return known;
  const form = new SlabForm(COMMA, '', 256 * 1024, leftOut);
  forms.set(leftOut, form);
  return form;
}
const END = Buffer.from(']}');

export class ListBody implements Chunks {
  readonly length: number;
  readonly head: string;
  readonly #head: Buffer;
  readonly #items: Slabs;

  /** `head` is the JSON of the list without its items, `leftOut` what items that begin with it are written without. */
  constructor(head: string, items: readonly Piece[], leftOut: string) {
    this.head = head;
    this.#head = Buffer.from(`${head.slice(0, -1)},"items":[`);
    this.#items = new Slabs(items, formWithout(leftOut));
    // Without the comma before the first item.
    this.length = this.#head.length + Math.max(0, this.#items.length - 1) + END.length;
  }

  *[Symbol.iterator](): Generator<Buffer> {
    yield this.#head;
    let isFirst = true;
    for (const slab of this.#items) {
      yield isFirst ? slab.subarray(COMMA.length) : slab;
      isFirst = false;
    }
    yield END;
  }
}
