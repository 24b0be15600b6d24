// One write as watchers see it. Made once per write; every watcher that is told of it gets the same event objects,
// so that the bytes of a frame exist once however many watchers there are.
import type { StoreEvent } from '../../store/store.ts';
import { restamp } from './encoding.ts';
import type { Item, ItemSource } from './item.ts';
import type { Selection } from './selection.ts';

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

export class WatchEvent {
  readonly type: EventType;
  readonly item: Item;
  #frame: Buffer | undefined;
  #views: Map<string, Buffer> | undefined;

  constructor(type: EventType, item: Item) {
    this.type = type;
    this.item = item;
  }

  /** The event as a line of JSON. */
  get frame(): Buffer {
    this.#frame ??= frameOf(this.type, this.item.bytes);
    return this.#frame;
  }

  /** The event as a line whose object is another form of the item (a table, partial metadata), made once per form. */
  view(form: string, make: (item: Item) => Buffer): Buffer {
    this.#views ??= new Map();
    let frame = this.#views.get(form);
    if (frame) return frame;
    frame = frameOf(this.type, make(this.item));
    this.#views.set(form, frame);
    return frame;
  }
}

const END = Buffer.from('}\n');

export const frameOf = (type: EventType, object: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`{"type":"${type}","object":`), object, END]);

export class Change {
  readonly revision: number;
  readonly current: Item | undefined;
  readonly previous: Item | undefined;
  readonly #cache: ItemSource;
  readonly #events = new Map<EventType, WatchEvent>();

  constructor(cache: ItemSource, event: StoreEvent) {
    this.#cache = cache;
    this.revision = event.type === 'put' ? event.entry.revision : event.revision;
    this.current = event.type === 'put' ? cache.itemOf(event.entry) : undefined;
    this.previous = event.previous && cache.itemOf(event.previous);
    this.previous?.forget();
  }

  /** What a watcher of `selection` is told; undefined when it is none of its business. */
  seenBy(selection: Selection): WatchEvent | undefined {
    const is = this.current !== undefined && selection.matches(this.current);
    const was = this.previous !== undefined && selection.matches(this.previous);
    if (is) return this.#event(was ? 'MODIFIED' : 'ADDED');
    return was ? this.#event('DELETED') : undefined;
  }

  #event(type: EventType): WatchEvent {
    let event = this.#events.get(type);
    if (!event) {
      event = new WatchEvent(type, type === 'DELETED' ? this.#gone() : this.current!);
      this.#events.set(type, event);
    }
    return event;
  }

  /** The last state that matched, at the revision at which it stopped to. */
  #gone(): Item {
    return this.#cache.itemOf({ value: restamp(this.previous!.bytes, this.revision) });
  }
}
