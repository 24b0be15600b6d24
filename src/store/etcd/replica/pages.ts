// All keys of the prefix as one revision shows them, page by page. Between pages the process has its turn, and a page that is longer
// than a message may be is asked for again in smaller ones. Called by feed.ts.

import type { Layout } from '../layout.ts';
import type { Endpoints } from '../rpc/endpoints.ts';
import { isTooLong } from '../rpc/errors.ts';
import type { KeyValue, RangeResponse } from '../rpc/messages.ts';
import { RANGE } from '../rpc/methods.ts';

const FIRST_PAGE = 500;
/** For each page etcd looks at all keys that are left: pages of 500 keys took 17 s for 200,000 objects, pages of 5,000 take 4 s. */
const MOST_KEYS = 5_000;
/** Of the values of one page, all of which etcd has in memory at once. Decoding them takes ten milliseconds. */
const PAGE_BYTES = 8 << 20;
const PAGE_MS = 30_000;

export interface Page {
  readonly kvs: readonly KeyValue[];
  /** The revision that all pages show. */
  readonly at: number;
}

/** `revision` 0 for the newest. */
export async function* pagesOf(
  endpoints: Pick<Endpoints, 'call'>,
  layout: Pick<Layout, 'root' | 'end'>,
  revision: number,
): AsyncGenerator<Page> {
  let key = layout.root;
  let at = revision;
  let limit = FIRST_PAGE;
  for (;;) {
    let answer: RangeResponse;
    try {
      answer = await endpoints.call(RANGE, { key, range_end: layout.end, limit, revision: at }, PAGE_MS);
    } catch (error) {
      if (!isTooLong(error) || limit === 1) throw error;
      limit = Math.ceil(limit / 4);
      continue;
    }
    at ||= answer.header.revision;
    yield { kvs: answer.kvs, at };
    const last = answer.kvs.at(-1);
    if (!answer.more || !last) return;
    key = Buffer.concat([last.key, Buffer.from([0])]);
    limit = nextLimit(answer.kvs, limit);
  }
}

/** As many keys as fit by the size of those before them, but no more than twice as many: what follows may be larger. */
function nextLimit(kvs: readonly KeyValue[], limit: number): number {
  const bytes = kvs.reduce((sum, { value }) => sum + value.length, 0);
  const fitting = Math.floor((kvs.length * PAGE_BYTES) / Math.max(1, bytes));
  return Math.max(1, Math.min(fitting, limit * 2, MOST_KEYS));
}
