// Flow control: writes to a client no faster than it reads. A list is written slab by slab. A watch sends its initial events
// slab by slab, too, and queues later events meanwhile; it is closed if the client falls too far behind (the client then lists
// and watches again). What a client that does not read costs is one slab, and references to events that the server holds
// anyway. Called by send.ts.
import type { Writable } from 'node:stream';
import type { View, WatchEvent } from '../watch-cache/change.ts';
import type { Item } from '../watch-cache/item.ts';
import { SlabForm, Slabs } from '../watch-cache/slabs.ts';
import type { InitialEvents } from '../watch-cache/watch-session.ts';
import type { Pace } from './pacer.ts';

/** Small, since every client that does not read holds one. */
const SLAB = 64 * 1024;
/**
 * Bytes of events that may wait for one client: some ten seconds of a cluster in which thousands of pods start. Upstream ends a watch of
 * which 100 to 1000 events wait (cacher.go). Clients that wait share the events, whose objects the store holds until compaction.
 */
const MAX_WAITING = 32 * 1024 * 1024;

/** Replies up to this size do not wait for large ones. */
const SMALL = 256 * 1024;

/** Parts of a body, in turn; `effort` as in Chunks. */
export interface Parts extends Iterable<Buffer> {
  readonly effort?: number;
}

/** Ends the stream after the last part; takes no more parts once the client has disconnected. `onWait` is called before each
 *  wait for the client, and its result afterwards. */
export async function writeAll(
  out: Writable,
  parts: Parts,
  pace: Pace,
  onWait: () => () => void,
): Promise<void> {
  let last: Buffer | undefined;
  let size = 0;
  for (const part of parts) {
    if (last && !out.write(last)) {
      const go = onWait();
      const drains = await drained(out);
      go();
      if (!drains) return;
    }
    last = part;
    const cost = part.length * (parts.effort ?? 1);
    size += cost;
    const paced = size > SMALL ? pace(cost) : undefined;
    if (paced) await paced;
    if (out.destroyed) return;
  }
  out.end(last);
}

/** Resolves with true on drain, with false if the stream was closed. */
function drained(out: Writable): Promise<boolean> {
  return new Promise((resolve) => {
    if (out.destroyed) return resolve(false);
    const done = (value: boolean) => {
      out.removeListener('drain', onDrain);
      out.removeListener('close', onClose);
      resolve(value);
    };
    const onDrain = () => done(true);
    const onClose = () => done(false);
    out.on('drain', onDrain);
    out.on('close', onClose);
  });
}

export interface FrameWriterOptions {
  readonly out: Writable;
  readonly view: View | undefined;
  readonly pace: Pace;
  /** Called when the initial events have been written. */
  readonly onStarted?: (() => void) | undefined;
  /** As for writeAll(), while initial events are written. */
  readonly onWait: () => () => void;
  readonly maxWaiting?: number;
}

export class FrameWriter {
  readonly #options: FrameWriterOptions;
  /** Of the next event. */
  #view: View | undefined;
  #initial: Iterator<Buffer> | undefined;
  #waiting: WatchEvent[] = [];
  /** Bytes of the objects in the queue. */
  #size = 0;
  /** The client has not taken what was written last, or the pacer has not given time yet. */
  #blocked = true;
  #goOn: (() => void) | undefined;

  /** Writes nothing before start(). */
  constructor(options: FrameWriterOptions) {
    this.#options = options;
    this.#view = options.view;
    options.out.on('drain', () => this.#unblock());
  }

  start({ items, end }: InitialEvents): void {
    const viewed = () => viewSlabs(items, (item) => this.#nextView()!.frame('ADDED', item));
    this.#initial = (this.#view ? viewed() : slabsOf(items))[Symbol.iterator]();
    if (end) {
      this.#waiting.unshift(end);
      this.#size += end.item.bytes.length;
    }
    this.#unblock();
  }

  /** False if the client has fallen too far behind: the caller must end the watch. */
  push(events: readonly WatchEvent[]): boolean {
    for (const event of events) {
      this.#waiting.push(event);
      this.#size += event.item.bytes.length;
    }
    this.#flush();
    return this.#size <= (this.#options.maxWaiting ?? MAX_WAITING);
  }

  #unblock(): void {
    this.#goOn?.();
    this.#goOn = undefined;
    this.#blocked = false;
    this.#flush();
  }

  #flush(): void {
    const { out } = this.#options;
    while (!this.#blocked && !out.destroyed) {
      if (this.#initial) this.#writeInitial(this.#initial);
      else if (this.#waiting.length > 0) this.#write(this.#nextSlab());
      else return;
    }
  }

  #writeInitial(initial: Iterator<Buffer>): void {
    const paced = this.#options.pace(this.#options.view ? VIEW_COST * SLAB : SLAB);
    if (!paced) return this.#writeNext(initial);
    this.#blocked = true;
    void paced.then(() => {
      this.#blocked = false;
      if (!this.#options.out.destroyed) this.#writeNext(initial);
      this.#flush();
    });
  }

  #writeNext(initial: Iterator<Buffer>): void {
    const next = initial.next();
    if (!next.done) return this.#write(next.value);
    this.#initial = undefined;
    this.#options.onStarted?.();
  }

  #write(bytes: Buffer): void {
    this.#blocked = !this.#options.out.write(bytes);
    if (this.#blocked && this.#initial) this.#goOn = this.#options.onWait();
  }

  #nextSlab(): Buffer {
    const { count, bytes } = this.#view ? this.#viewed() : this.#shared();
    for (let i = 0; i < count; i++) this.#size -= this.#waiting[i]!.item.bytes.length;
    this.#waiting = count === this.#waiting.length ? [] : this.#waiting.slice(count);
    return bytes;
  }

  /** A buffer for all watches that send the same events. */
  #shared(): NextSlab {
    const slab = EVENTS.slabAt(this.#waiting, 0);
    const bytes = slab.last === 1 ? this.#waiting[0]!.bytes : EVENTS.bytesOf(this.#waiting, slab);
    return { count: slab.last, bytes };
  }

  #viewed(): NextSlab {
    const frames: Buffer[] = [];
    let size = 0;
    while (frames.length < this.#waiting.length && size < SLAB) {
      const frame = this.#waiting[frames.length]!.view(this.#nextView()!);
      frames.push(frame);
      size += frame.length;
    }
    return { count: frames.length, bytes: frames.length === 1 ? frames[0]! : Buffer.concat(frames, size) };
  }

  #nextView(): View | undefined {
    const view = this.#view;
    this.#view = view?.rest ?? view;
    return view;
  }
}

/** Of the events in the queue. */
interface NextSlab {
  readonly count: number;
  readonly bytes: Buffer;
}

const EVENTS = new SlabForm('', '', SLAB);
const ADDED = new SlabForm('{"type":"ADDED","object":', '}\n', SLAB);

/** Slabs by the array returned from the cache: it is the same array until the next write (ResourceCache.items). */
const shared = new WeakMap<readonly Item[], Slabs>();

function slabsOf(items: readonly Item[]): Slabs {
  let slabs = shared.get(items);
  if (!slabs) {
    slabs = new Slabs(items, ADDED);
    shared.set(items, slabs);
  }
  return slabs;
}

/** Encoding an object anew takes as long as sending so many times its bytes. */
const VIEW_COST = 8;

function* viewSlabs(items: readonly Item[], frameOf: (item: Item) => Buffer): Generator<Buffer> {
  let frames: Buffer[] = [];
  let size = 0;
  for (const item of items) {
    const frame = frameOf(item);
    frames.push(frame);
    size += frame.length;
    if (size < SLAB) continue;
    yield Buffer.concat(frames, size);
    frames = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(frames, size);
}
