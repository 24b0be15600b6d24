// Writes to a client no faster than it reads. A list goes out in slabs; a watch queues its frames, and is ended when the
// client has fallen too far behind: it will list again.
import type { Writable } from 'node:stream';
import type { WatchEvent } from '../watch-cache/change.ts';
import type { View } from '../watch-cache/watch-session.ts';

const SLAB = 256 * 1024;
/** How much may wait for one watcher beyond what is in its stream. */
const MOST_WAITING = 64 * 1024 * 1024;
const FULL = 1024 * 1024;

/** Ends the stream after the last part; stops making parts when the client has gone. */
export async function writeAll(out: Writable, parts: Iterable<Buffer>): Promise<void> {
  let last: Buffer | undefined;
  for (const part of parts) {
    if (last && !out.write(last) && !(await drained(out))) return;
    last = part;
  }
  out.end(last);
}

/** False when the stream has closed instead. */
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
  readonly #mostWaiting: number;
  #waiting: WatchEvent[] = [];
  /** Bytes of the objects that wait. */
  #size = 0;
  /** What the state at the start of the watch comes to: it may all wait, however much it is. */
  #start: number | undefined;

  constructor(out: Writable, view: View | undefined, mostWaiting = MOST_WAITING) {
    this.#out = out;
    this.#view = view;
    this.#mostWaiting = mostWaiting;
    out.on('drain', () => this.#flush());
  }

  /** False when the client reads too slowly to go on. */
  push(events: readonly WatchEvent[]): boolean {
    for (const event of events) {
      this.#waiting.push(event);
      this.#size += event.item.bytes.length;
    }
    this.#start ??= this.#size;
    this.#flush();
    return this.#size <= this.#mostWaiting + this.#start;
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
