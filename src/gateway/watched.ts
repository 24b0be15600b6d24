// Watches objects of a kind that others name, each by its name: the rest of the cluster's are never read. For Secrets and ConfigMaps.
import { splitKey } from '../api/meta/v1/object.ts';
import type { AnyResource, KubeObject, ObjectOf } from '../api/meta/v1/resource.ts';
import type { InformerFactory, InformerOf } from '../client/informer/factory.ts';
import { isName } from './model/alphabets.ts';

/** Each is a watch of its own. What is named beyond them is as if it did not exist. */
const MOST = 1_000;

interface Watched<K extends AnyResource> {
  readonly factory: InformerFactory;
  readonly informer: InformerOf<K>;
}

export class WatchedByName<K extends AnyResource> {
  readonly #kind: K;
  readonly #make: () => InformerFactory;
  readonly #changed: () => void;
  readonly #watched = new Map<string, Watched<K>>();

  /** `make` gives a factory of its own for each, to end it alone. */
  constructor(kind: K, make: () => InformerFactory, changed: () => void) {
    this.#kind = kind;
    this.#make = make;
    this.#changed = changed;
  }

  get(namespace: string, name: string): Readonly<ObjectOf<K> & KubeObject> | undefined {
    return this.#watched.get(`${namespace}/${name}`)?.informer.lister.get(name, namespace);
  }

  /** Resolves when the objects with these keys, and no others, are known; with true if some were not before. */
  async watch(wanted: ReadonlySet<string>): Promise<boolean> {
    for (const [key, { factory }] of this.#watched)
      if (!wanted.has(key)) {
        factory.stop();
        this.#watched.delete(key);
      }
    const room = MOST - this.#watched.size;
    const isNew = (key: string) => !this.#watched.has(key) && isName(splitKey(key).name);
    const added = [...wanted].filter(isNew).slice(0, room);
    for (const key of added) this.#start(key);
    await Promise.all([...this.#watched.values()].map(({ informer }) => informer.synced()));
    return added.length > 0;
  }

  stop(): void {
    for (const { factory } of this.#watched.values()) factory.stop();
    this.#watched.clear();
  }

  #start(key: string): void {
    const { namespace, name } = splitKey(key);
    const factory = this.#make();
    const informer = factory.informer(this.#kind, { namespace, fieldSelector: `metadata.name=${name}` });
    informer.addHandler({ onAdd: this.#changed, onUpdate: this.#changed, onDelete: this.#changed });
    factory.start();
    this.#watched.set(key, { factory, informer });
  }
}
