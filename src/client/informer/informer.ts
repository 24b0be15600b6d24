// A cache of the objects of one kind (or of those that a filter selects) that calls handlers on each change. Handlers run
// synchronously, in order of revisions, and must be quick: they add keys to queues. Made by factory.ts.
import { keyOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isForbidden } from '../../api/status/status-error.ts';
import { Indexer, type IndexFunction, type Lister } from './indexer.ts';
import { Reflector, type ReflectorOptions, type ReflectorTarget } from './reflector.ts';

export interface Handler<T> {
  onAdd?(object: Readonly<T>): void;
  onUpdate?(object: Readonly<T>, old: Readonly<T>): void;
  onDelete?(object: Readonly<T>): void;
}

export interface InformerOptions extends ReflectorOptions {
  /** Leaves out what nobody in this process reads, so that it is not kept in memory (client-go's SetTransform). */
  readonly transform?: (object: KubeObject) => KubeObject;
}

export class Informer<T extends KubeObject> {
  readonly #options: InformerOptions;
  readonly #indexer = new Indexer<T>();
  readonly #handlers = new Set<Handler<T>>();
  readonly #waiting: (() => void)[] = [];
  readonly #undecided: (() => void)[] = [];
  #refused = false;
  #synced = false;
  #reflector: Reflector | undefined;

  constructor(options: InformerOptions) {
    this.#options = options;
  }

  get lister(): Lister<T> {
    return this.#indexer;
  }

  /** True once the cache has held the complete state of some revision after the start. */
  get hasSynced(): boolean {
    return this.#synced;
  }

  /** Resolves when hasSynced is true. */
  synced(): Promise<void> {
    return this.#synced ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves when hasSynced is true, or when the server has said that this client may not read them: it goes on asking. */
  settled(): Promise<void> {
    if (this.#synced || this.#refused) return Promise.resolve();
    return new Promise((resolve) => this.#undecided.push(resolve));
  }

  addIndex(name: string, of: IndexFunction<T>): void {
    this.#indexer.addIndex(name, of);
  }

  /** Calls onAdd for everything in the cache, then the handler for each change; returns a function that removes it. */
  addHandler(handler: Handler<T>): () => void {
    this.#handlers.add(handler);
    for (const object of this.#indexer.list()) handler.onAdd?.(object);
    return () => void this.#handlers.delete(handler);
  }

  /** Starts filling the cache; does nothing when it has started already. */
  start(signal: AbortSignal): void {
    if (this.#reflector) return;
    this.#reflector = new Reflector(this.#options, this.#target());
    void this.#reflector.run(signal);
  }

  /** Ends the wait after a failure. */
  retry(): void {
    this.#reflector?.retry();
  }

  #target(): ReflectorTarget {
    const { transform = (object) => object } = this.#options;
    return {
      replace: (objects) => this.#replace(objects.map((object) => transform(object) as T)),
      put: (object) => this.#put(transform(object) as T),
      remove: (object) => this.#remove(object as T),
      failed: (error) => {
        if (!isForbidden(error)) return;
        this.#refused = true;
        this.#settle();
      },
    };
  }

  #replace(objects: readonly T[]): void {
    const gone = new Set(this.#indexer.keys());
    for (const object of objects) {
      gone.delete(keyOf(object));
      this.#put(object);
    }
    // Deleted while no watch was running: handlers get the last state that was seen, as client-go's DeletedFinalStateUnknown.
    for (const key of gone) this.#removeKey(key);
    this.#synced = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.#settle();
  }

  #settle(): void {
    for (const resolve of this.#undecided.splice(0)) resolve();
  }

  #put(object: T): void {
    const old = this.#indexer.put(object);
    if (old && old.metadata.uid !== object.metadata.uid) {
      // Deleted and created again while we were not watching: two objects, so two events.
      this.#notify((handler) => handler.onDelete?.(old));
      this.#notify((handler) => handler.onAdd?.(object));
    } else if (!old) this.#notify((handler) => handler.onAdd?.(object));
    // After a relist most objects are the same.
    else if (old.metadata.resourceVersion !== object.metadata.resourceVersion)
      this.#notify((handler) => handler.onUpdate?.(object, old));
  }

  #remove(object: T): void {
    const old = this.#indexer.remove(keyOf(object));
    // The frame has the object's last state, which may be newer than the cached one.
    if (old) this.#notify((handler) => handler.onDelete?.(object));
  }

  #removeKey(key: string): void {
    const old = this.#indexer.remove(key);
    if (old) this.#notify((handler) => handler.onDelete?.(old));
  }

  /** A handler that throws must not stop the other handlers or the reflector. */
  #notify(call: (handler: Handler<T>) => void): void {
    for (const handler of this.#handlers) {
      try {
        call(handler);
      } catch (error) {
        this.#options.log.error('informer handler failed', { kind: this.#options.kind.resource.kind, error });
      }
    }
  }
}
