// Flow control: writes to a client no faster than it reads. A list is written slab by slab; a watch queues its events and is
// closed if the client falls too far behind (the client then lists and watches again). Called by send.ts.
import type { Writable } from 'node:stream';
import type { WatchEvent } from '../watch-cache/change.ts';
import type { View } from '../watch-cache/watch-session.ts';

const SLAB = 256 * 1024;
/** Bytes that may be queued for one watcher, in addition to its initial state and its stream's buffer. */
const MAX_WAITING = 64 * 1024 * 1024;
const FULL = 1024 * 1024;

/** Ends the stream after the last part; takes no more parts once the client has disconnected. */
export async function writeAll(out: Writable, parts: Iterable<Buffer>): Promise<void> {
  let last: Buffer | undefined;
  for (const part of parts) {
    if (last && !out.write(last) && !(await drained(out))) return;
    last = part;
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

export class FrameWriter {
  readonly #out: Writable;
  readonly #view: View | undefined;
  readonly #maxWaiting: number;
  #waiting: WatchEvent[] = [];
  /** Bytes of the objects in the queue. */
  #size = 0;
  /** Size of the initial list, exempt from the backlog limit. */
  #start: number | undefined;

  constructor(out: Writable, view: View | undefined, maxWaiting = MAX_WAITING) {
    this.#out = out;
    this.#view = view;
    this.#maxWaiting = maxWaiting;
    out.on('drain', () => this.#flush());
  }

  /** False if the client has fallen too far behind: the caller must end the watch. */
  push(events: readonly WatchEvent[]): boolean {
    for (const event of events) {
      this.#waiting.push(event);
      this.#size += event.item.bytes.length;
    }
    this.#start ??= this.#size;
    this.#flush();
    return this.#size <= this.#maxWaiting + this.#start;
  }

  #flush(): void {
    while (this.#waiting.length > 0 && this.#out.writableLength < FULL && !this.#out.destroyed)
      this.#writeSlab();
  }

  #writeSlab(): void {
    const frames: Buffer[] = [];
    let size = 0;
    while (frames.length < this.#waiting.length && size < SLAB) {
      const event = this.#waiting[frames.length]!;
      const frame = this.#frameOf(event);
      frames.push(frame);
      size += frame.length;
      this.#size -= event.item.bytes.length;
    }
    this.#waiting = frames.length === this.#waiting.length ? [] : this.#waiting.slice(frames.length);
    this.#out.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames, size));
  }

  #frameOf(event: WatchEvent): Buffer {
    const view = this.#view;
    return view && event.type !== 'ERROR' ? event.view(view.name, view.make) : event.frame;
  }
}
