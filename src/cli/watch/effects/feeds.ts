// Lists and watches what a view shows, in the form of tables, and goes on after whatever breaks. What changes within a redraw's time is
// told at once. Called by run.ts.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { StatusError } from '../../../api/status/status-error.ts';
import { readJsonLines } from '../../../kit/http1/json-lines.ts';
import { pathOf } from '../../../kubectl/discovery/served.ts';
import { isMap, memberOf, textOf } from '../../../kubectl/printers/printer.ts';
import { containerColumns, containerRows } from '../model/containers.ts';
import { type Column, columnsOf, type Row, rowsOf, type TableChange } from '../model/rows.ts';
import type { Feed } from '../model/source.ts';
import { type Connection, textOfError } from './connection.ts';

type Answer = Record<string, unknown>;

interface Frame {
  readonly type: string;
  readonly object: Answer;
}

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
/** Objects of a request. */
const CHUNK = '500';
/** Objects of a feed; a terminal is no place for more. */
const MOST_ROWS = 100_000;
const GATHER_MS = 33;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** Rights may be given meanwhile. */
const REFUSED_WAIT_MS = 30_000;

/** The server no longer has the version from which the watch was to go on. */
class Expired extends Error {}

export class RunningFeed {
  readonly #connection: Connection;
  readonly #feed: Feed;
  readonly #tell: (change: TableChange) => void;
  readonly #over = new AbortController();
  /** Of the request that is open. */
  #request = new AbortController();
  #columns: readonly Column[] = [];
  #put = new Map<string, Row>();
  #gone = new Set<string>();
  #isGathering = false;

  constructor(connection: Connection, feed: Feed, tell: (change: TableChange) => void) {
    this.#connection = connection;
    this.#feed = feed;
    this.#tell = (change) => {
      if (!this.#over.signal.aborted) tell(change);
    };
    void this.#run();
  }

  stop(): void {
    this.#over.abort(new Error('closed'));
    this.#request.abort(new Error('closed'));
  }

  /** After a loss: a connection may be half open, and would stay silent. */
  reconnect(): void {
    this.#request.abort(new Error('reconnecting'));
  }

  async #run(): Promise<void> {
    const { clock } = this.#connection;
    const { signal } = this.#over;
    let version = '';
    let waitMs = FIRST_WAIT_MS;
    while (!signal.aborted) {
      this.#request = new AbortController();
      try {
        if (version === '') version = await this.#list();
        waitMs = FIRST_WAIT_MS;
        version = await this.#watch(version);
      } catch (error) {
        if (signal.aborted) return;
        const refused = error instanceof StatusError && error.code >= 400 && error.code < 500;
        if (error instanceof Expired || (refused && error.code === 410)) {
          version = '';
          continue;
        }
        // Broken off to connect anew.
        if (this.#request.signal.aborted) continue;
        if (refused) version = '';
        this.#flush();
        const state = refused ? 'refused' : 'lost';
        this.#tell({ type: 'state', state, problem: textOfError(error) });
        const wait = refused ? REFUSED_WAIT_MS : waitMs;
        waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
        await clock.sleep(wait, signal).catch(() => {});
      }
    }
  }

  #path(): string {
    return pathOf(this.#feed.kind, this.#feed.namespace || undefined);
  }

  #query(rest: Record<string, string>): Record<string, string> {
    const { labels, fields } = this.#feed;
    return { ...rest, ...(labels && { labelSelector: labels }), ...(fields && { fieldSelector: fields }) };
  }

  get #accept(): string {
    return this.#feed.whole ? 'application/json' : TABLE;
  }

  /** Gives the version to watch from. The first rows are told before the others are read, unless older ones are shown. */
  async #list(): Promise<string> {
    const isFirst = this.#columns.length === 0;
    const rows: Row[] = [];
    let next = '';
    do {
      const answer = await this.#connection.session.json<Answer>({
        path: this.#path(),
        query: this.#query({ limit: CHUNK, ...(next && { continue: next }) }),
        headers: { accept: this.#accept },
        signal: this.#request.signal,
      });
      if (next === '') this.#columns = this.#feed.whole ? containerColumns : columnsOf(answer);
      const found = this.#rowsOf(answer);
      for (const row of found) rows.push(row);
      if (isFirst) this.#tell(next === '' ? this.#all(rows) : { type: 'some', put: found, gone: [] });
      next = textOf(memberOf(answer.metadata, 'continue'));
      if (next === '' || rows.length >= MOST_ROWS) {
        if (!isFirst) this.#tell(this.#all(rows));
        return textOf(memberOf(answer.metadata, 'resourceVersion'));
      }
    } while (!this.#over.signal.aborted);
    return '';
  }

  #all = (rows: readonly Row[]): TableChange => ({ type: 'all', columns: this.#columns, rows: [...rows] });

  #rowsOf(answer: Answer): readonly Row[] {
    const { kind, whole } = this.#feed;
    if (!whole) return rowsOf(answer, kind, this.#columns);
    const items = Array.isArray(answer.items) ? answer.items : [answer];
    return items.flatMap((pod) => containerRows(kind, pod as Pod));
  }

  /** Until the server ends the watch; gives the version to go on from. */
  async #watch(from: string): Promise<string> {
    let version = from;
    const { signal } = this.#request;
    const query = { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: version };
    const { session, clock } = this.#connection;
    const began = clock.monotonic();
    const stream = await session.stream(
      { path: this.#path(), query: this.#query(query), headers: { accept: this.#accept } },
      signal,
    );
    this.#tell({ type: 'some', put: [], gone: [] });
    for await (const { type, object } of readJsonLines<Frame>(stream, signal)) {
      if (type === 'ERROR') throw new Expired(textOf(object.message));
      version = versionOf(object) || version;
      if (type !== 'BOOKMARK') this.#take(type, object);
    }
    if (signal.aborted) throw new Error('closed');
    // A server that ends each watch at once is not asked in a loop.
    if (clock.monotonic() - began < 1_000) await clock.sleep(1_000, this.#over.signal);
    return version;
  }

  #take(type: string, object: Answer): void {
    if (this.#feed.whole) {
      this.#tell(this.#all(type === 'DELETED' ? [] : this.#rowsOf(object)));
      return;
    }
    const isGone = type === 'DELETED';
    for (const row of this.#rowsOf(object)) {
      if (isGone) this.#put.delete(row.key);
      else this.#gone.delete(row.key);
      if (isGone) this.#gone.add(row.key);
      else this.#put.set(row.key, row);
    }
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#connection.clock.after(GATHER_MS, () => this.#flush());
  }

  #flush(): void {
    this.#isGathering = false;
    if (this.#put.size + this.#gone.size === 0) return;
    this.#tell({ type: 'some', put: [...this.#put.values()], gone: [...this.#gone] });
    this.#put = new Map();
    this.#gone = new Set();
  }
}

/** Of an object, or of the first row of a table, whose own version some servers leave out. */
function versionOf(object: Answer): string {
  const own = textOf(memberOf(object.metadata, 'resourceVersion'));
  if (own !== '' || !Array.isArray(object.rows)) return own;
  const [row] = object.rows as unknown[];
  return isMap(row) ? textOf(memberOf(memberOf(row.object, 'metadata'), 'resourceVersion')) : '';
}
