// One write as an event for watchers. Made once per write: all watchers share its events, so a frame is encoded once,
// independent of the number of watchers. Called by Broadcaster.
import type { StoreEvent } from '../../store/store.ts';
import type { Item, ItemSource } from './item.ts';
import type { Selection } from './selection.ts';
import type { Piece } from './slabs.ts';

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/** Another form of events: with a Table, partial metadata or in protobuf. `name` identifies the form in WatchEvent's cache. */
export interface View {
  readonly name: string;
  /** The whole frame. The item of an ERROR is a Status. */
  readonly frame: (type: EventType, item: Item) => Buffer;
  /** The form of every event but the first. */
  readonly rest?: View;
}

export class WatchEvent implements Piece {
  readonly type: EventType;
  readonly item: Item;
  #frame: Buffer | undefined;
  #views: Map<string, Buffer> | undefined;

  constructor(type: EventType, item: Item) {
    this.type = type;
    this.item = item;
  }

  /** The event as one line of JSON, encoded on first use. */
  get bytes(): Buffer {
    this.#frame ??= frameOf(this.type, this.item.bytes);
    return this.#frame;
  }

  get mark(): number {
    return this.item.mark;
  }

  /** The event in another form, encoded once per form. */
  view({ name, frame: make }: View): Buffer {
    this.#views ??= new Map();
    let frame = this.#views.get(name);
    if (frame) return frame;
    frame = make(this.type, this.item);
    this.#views.set(name, frame);
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
  readonly #events = new Map<EventType, WatchEvent>();

  constructor(cache: ItemSource, event: StoreEvent) {
    this.revision = event.type === 'put' ? event.entry.revision : event.revision;
    this.current = event.type === 'put' ? cache.itemOf(event.entry) : undefined;
    this.previous = event.previous && cache.itemOf(event.previous);
    // All who see the deletion of an object have the same event, with the parsed object if there is one.
    if (event.type !== 'put' && this.previous) this.#event('DELETED');
    // The replaced version is read for selectors only: its parsed object would stay in memory until compaction.
    this.previous?.forget();
  }

  /** The event for `selection`; undefined when neither the old nor the new state matches it. An object that begins to
   *  match is ADDED, one that stops matching is DELETED, with its last matching state. */
  seenBy(selection: Selection): WatchEvent | undefined {
    const is = this.current !== undefined && selection.matches(this.current);
    const was = this.previous !== undefined && selection.matches(this.previous);
    if (is) return this.#event(was ? 'MODIFIED' : 'ADDED');
    return was ? this.#event('DELETED') : undefined;
  }

  #event(type: EventType): WatchEvent {
    let event = this.#events.get(type);
    if (!event) {
      event = new WatchEvent(type, type === 'DELETED' ? this.previous!.at(this.revision) : this.current!);
      this.#events.set(type, event);
    }
    return event;
  }
}
