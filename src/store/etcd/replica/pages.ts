// All keys of the prefix as one revision shows them, page by page. Between pages the process has its turn, and a page that is longer
// than a message may be is asked for again in smaller ones. Called by feed.ts.

import type { Layout } from '../layout.ts';
import type { Endpoints } from '../rpc/endpoints.ts';
import { isTooLong } from '../rpc/errors.ts';
import type { KeyValue, RangeResponse } from '../rpc/messages.ts';
import { RANGE } from '../rpc/methods.ts';

/** Decoding a page of objects takes a few milliseconds. */
const FIRST_PAGE = 500;
const PAGE_MS = 30_000;

export interface Page {
  readonly kvs: readonly KeyValue[];
  /** The revision that all pages show. */
  readonly at: number;
}

/** `revision` 0 for the newest. */
export async function* pagesOf(endpoints: Endpoints, layout: Layout, revision: number): AsyncGenerator<Page> {
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
  }
}
