// A cache of one kind (or of a part of it) that tells handlers of each change. Handlers run at once, in order, and must be
// quick: they put keys into queues. Made by factory.ts, so that a process has each informer once.
import { keyOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { Indexer, type IndexFunction, type Lister } from './indexer.ts';
import { Reflector, type ReflectorOptions, type ReflectorTarget } from './reflector.ts';

export interface Handler<T> {
  onAdd?(object: Readonly<T>): void;
  onUpdate?(object: Readonly<T>, old: Readonly<T>): void;
  onDelete?(object: Readonly<T>): void;
}

export class Informer<T extends KubeObject> {
  readonly #options: ReflectorOptions;
  readonly #indexer = new Indexer<T>();
  readonly #handlers = new Set<Handler<T>>();
  readonly #waiting: (() => void)[] = [];
  #synced = false;
  #started = false;

  constructor(options: ReflectorOptions) {
    this.#options = options;
  }

  get lister(): Lister<T> {
    return this.#indexer;
  }

  /** True once the cache has held everything that existed at some revision after the start. */
  get hasSynced(): boolean {
    return this.#synced;
  }

  /** Resolves when the cache has been filled for the first time. */
  synced(): Promise<void> {
    return this.#synced ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  addIndex(name: string, of: IndexFunction<T>): void {
    this.#indexer.addIndex(name, of);
  }

  /** Tells the handler of everything already cached, then of each change; returns how to take it off again. */
  addHandler(handler: Handler<T>): () => void {
    this.#handlers.add(handler);
    for (const object of this.#indexer.list()) handler.onAdd?.(object);
    return () => void this.#handlers.delete(handler);
  }

  /** Starts filling the cache; harmless when it runs already. */
  start(signal: AbortSignal): void {
    if (this.#started) return;
    this.#started = true;
    void new Reflector(this.#options, this.#target()).run(signal);
  }

  #target(): ReflectorTarget {
    return {
      replace: (objects) => this.#replace(objects as readonly T[]),
      put: (object) => this.#put(object as T),
      remove: (object) => this.#remove(object as T),
    };
  }

  #replace(objects: readonly T[]): void {
    const gone = new Set(this.#indexer.keys());
    for (const object of objects) {
      gone.delete(keyOf(object));
      this.#put(object);
    }
    for (const key of gone) this.#forget(key);
    this.#synced = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #put(object: T): void {
    const old = this.#indexer.put(object);
    if (old && old.metadata.uid !== object.metadata.uid) {
      // Deleted and made anew while nobody was looking: two objects, so two events.
      this.#tell((handler) => handler.onDelete?.(old));
      this.#tell((handler) => handler.onAdd?.(object));
    } else if (!old) this.#tell((handler) => handler.onAdd?.(object));
    else if (old.metadata.resourceVersion !== object.metadata.resourceVersion)
      this.#tell((handler) => handler.onUpdate?.(object, old));
  }

  #remove(object: T): void {
    const old = this.#indexer.remove(keyOf(object));
    if (old) this.#tell((handler) => handler.onDelete?.(object));
  }

  #forget(key: string): void {
    const old = this.#indexer.remove(key);
    if (old) this.#tell((handler) => handler.onDelete?.(old));
  }

  /** A handler that throws must not keep others from hearing, nor stop the reflector. */
  #tell(call: (handler: Handler<T>) => void): void {
    for (const handler of this.#handlers) {
      try {
        call(handler);
      } catch (error) {
        this.#options.log.error('informer handler failed', { kind: this.#options.kind.resource.kind, error });
      }
    }
  }
}
