// The logs of several containers, read at once into one buffer. Effects are given: sockets, requests, time and the page's frames.
import { LineSplitter, type LogLine, lineOf } from './lines.ts';
import { LogBuffer } from './log-buffer.ts';
import { keyOfSource, type LogChoices, type LogSource, logQuery } from './requests.ts';
import { LogSearch } from './search.ts';

export interface LogConnection {
  close(): void;
}

export interface LogPorts {
  /** Calls `data` with pieces of the log, `end` once. */
  open(
    source: LogSource,
    query: Readonly<Record<string, string>>,
    on: { data(text: string): void; end(): void },
  ): LogConnection;
  /** Why nothing came: the words of the API, or nothing. */
  problem(source: LogSource, query: Readonly<Record<string, string>>): Promise<string>;
  after(ms: number, work: () => void): { cancel(): void };
  /** Soon, and seldom enough to draw. */
  soon(work: () => void): void;
}

interface Stream {
  source: LogSource;
  readonly index: number;
  connection: LogConnection | undefined;
  retry: { cancel(): void } | undefined;
  /** Time of its last line. */
  last: string;
  /** Lines up to this time have been here before. */
  seen: string;
  heard: boolean;
  failures: number;
}

/** Milliseconds before a log that ended is asked for again: its container may be about to start anew. */
const RETRY_MS = [1_000, 2_000, 5_000, 10_000] as const;
/** How many lines are searched between two frames. */
const PORTION = 20_000;

export class LogSession {
  readonly buffer = new LogBuffer();
  readonly search = new LogSearch();
  readonly #ports: LogPorts;
  readonly #changed: (change: { readonly dropped: number; readonly from: number }) => void;
  #choices: LogChoices;
  #streams = new Map<string, Stream>();
  /** All that ever were, by index: lines know theirs. */
  #sources: LogSource[] = [];
  #pending: LogLine[] = [];
  #isDue = false;

  constructor(
    choices: LogChoices,
    ports: LogPorts,
    changed: (change: { readonly dropped: number; readonly from: number }) => void,
  ) {
    this.#choices = choices;
    this.#ports = ports;
    this.#changed = changed;
  }

  get sources(): readonly LogSource[] {
    return this.#sources;
  }

  /** How many logs are being read. */
  get reading(): number {
    let count = 0;
    for (const { connection } of this.#streams.values()) if (connection) count++;
    return count;
  }

  /** Reads these and no others; lines of those that are gone stay. */
  read(sources: readonly LogSource[]): void {
    const wanted = new Map(sources.map((source) => [keyOfSource(source), source]));
    for (const [key, stream] of this.#streams) if (!wanted.has(key)) this.#end(key, stream);
    for (const [key, source] of wanted) {
      const stream = this.#streams.get(key);
      if (!stream) this.#begin(key, source);
      else {
        const isAlive = stream.source.ended === true && !source.ended;
        stream.source = source;
        if (isAlive && !stream.connection && !stream.retry) this.#open(key, stream);
      }
    }
  }

  /** Begins anew with other choices. */
  restart(choices: LogChoices): void {
    const sources = [...this.#streams.values()].map(({ source }) => source);
    for (const [key, stream] of this.#streams) this.#end(key, stream);
    this.#choices = choices;
    this.#sources = [];
    this.clear();
    this.read(sources);
  }

  clear(): void {
    this.#pending = [];
    this.buffer.clear();
    this.search.ask(this.search.query);
    this.#changed({ dropped: 0, from: 0 });
  }

  ask(query: string): void {
    this.search.ask(query);
    this.#wake();
  }

  close(): void {
    for (const [key, stream] of this.#streams) this.#end(key, stream);
  }

  #begin(key: string, source: LogSource): void {
    const known = this.#sources.findIndex((one) => keyOfSource(one) === key);
    const index = known < 0 ? this.#sources.push(source) - 1 : known;
    const stream: Stream = {
      ...{ source, index, connection: undefined, retry: undefined },
      ...{ last: '', seen: '', heard: false, failures: 0 },
    };
    this.#streams.set(key, stream);
    this.#open(key, stream);
  }

  #end(key: string, stream: Stream): void {
    this.#streams.delete(key);
    stream.retry?.cancel();
    stream.connection?.close();
    stream.connection = undefined;
  }

  #open(key: string, stream: Stream): void {
    const { source } = stream;
    const query = logQuery(source.container, this.#choices, stream.last || undefined);
    const splitter = new LineSplitter();
    stream.seen = stream.last;
    stream.heard = false;
    const isCurrent = () => this.#streams.get(key) === stream && stream.connection === connection;
    const connection = this.#ports.open(source, query, {
      data: (text) => {
        if (!isCurrent()) return;
        this.#take(stream, splitter.push(text));
      },
      end: () => {
        if (!isCurrent()) return;
        this.#take(stream, splitter.end());
        stream.connection = undefined;
        void this.#ended(key, stream, query);
      },
    });
    stream.connection = connection;
  }

  #take(stream: Stream, raw: readonly string[]): void {
    for (const text of raw) {
      const line = lineOf(text, stream.index, stream.last);
      // What comes again after a log broke off: the API knows the time to a second only.
      if (stream.seen && line.time <= stream.seen) continue;
      stream.last = line.time;
      stream.heard = true;
      this.#pending.push(line);
    }
    if (raw.length > 0) this.#wake();
  }

  async #ended(key: string, stream: Stream, query: Readonly<Record<string, string>>): Promise<void> {
    if (this.#choices.previous) {
      if (!stream.heard) this.#say(stream, await this.#ports.problem(stream.source, query));
      return;
    }
    stream.failures = stream.heard ? 0 : stream.failures + 1;
    if (stream.failures === 1) this.#say(stream, await this.#ports.problem(stream.source, query));
    // A container that has ended writes nothing more; if it runs again, the page says so.
    if (this.#streams.get(key) !== stream || stream.source.ended) return;
    const wait = RETRY_MS[Math.min(stream.failures, RETRY_MS.length - 1)]!;
    stream.retry = this.#ports.after(wait, () => {
      stream.retry = undefined;
      this.#open(key, stream);
    });
  }

  /** An error stands among the lines, where it happened. */
  #say(stream: Stream, text: string): void {
    if (text === '') return;
    this.#pending.push({
      source: stream.index,
      time: stream.last,
      text,
      styles: [{ from: 0, to: text.length, classes: 'log-problem' }],
    });
    this.#wake();
  }

  #wake(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#ports.soon(() => {
      this.#isDue = false;
      const batch = this.#pending;
      this.#pending = [];
      const change = this.buffer.add(batch);
      this.search.changed(change);
      if (!this.search.step(this.buffer, PORTION)) this.#wake();
      this.#changed(change);
    });
  }
}
