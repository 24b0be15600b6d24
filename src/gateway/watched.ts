// Watches objects of a kind that others name, each by its name: the rest of the cluster's are never read. For Secrets and ConfigMaps.
import { splitKey } from '../api/meta/v1/object.ts';
import type { AnyResource, KubeObject, ObjectOf } from '../api/meta/v1/resource.ts';
import type { InformerFactory, InformerOf } from '../client/informer/factory.ts';
import { NOT_READ } from './absence.ts';
import { isName } from './model/alphabets.ts';
import { firstOfEach } from './model/shares.ts';

/** Each is a watch of its own. Namespaces share them: what one names beyond its share is not read (NOT_READ). */
const MOST = 1_000;

interface Watched<K extends AnyResource> {
  readonly factory: InformerFactory;
  readonly informer: InformerOf<K>;
}

export class WatchedByName<K extends AnyResource> {
  readonly #most: number;
  readonly #kind: K;
  readonly #make: () => InformerFactory;
  readonly #changed: () => void;
  readonly #watched = new Map<string, Watched<K>>();
  /** Keys for which there was no room. */
  #beyond: ReadonlySet<string> = new Set();

  /** `make` gives a factory of its own for each, to end it alone. */
  constructor(kind: K, make: () => InformerFactory, changed: () => void, most = MOST) {
    this.#most = most;
    this.#kind = kind;
    this.#make = make;
    this.#changed = changed;
  }

  get(namespace: string, name: string): Readonly<ObjectOf<K> & KubeObject> | typeof NOT_READ | undefined {
    const key = `${namespace}/${name}`;
    if (this.#beyond.has(key)) return NOT_READ;
    return this.#watched.get(key)?.informer.lister.get(name, namespace);
  }

  /** Those that are watched and there. */
  get objects(): readonly Readonly<ObjectOf<K> & KubeObject>[] {
    return [...this.#watched.values()].flatMap(({ informer }) => informer.lister.list());
  }

  /** Resolves when the objects with these keys, and no others, are known; with true if some were not before. */
  async watch(wanted: ReadonlySet<string>): Promise<boolean> {
    const isKnown = (key: string) => this.#watched.has(key);
    const names = [...wanted].filter((key) => isName(splitKey(key).name));
    // Those that are watched go on being watched.
    const sorted = [...names.filter(isKnown), ...names.filter((key) => !isKnown(key))];
    const chosen = new Set(firstOfEach(sorted, (key) => splitKey(key).namespace, this.#most));
    for (const [key, { factory }] of this.#watched)
      if (!chosen.has(key)) {
        factory.stop();
        this.#watched.delete(key);
      }
    const added = [...chosen].filter((key) => !isKnown(key));
    for (const key of added) this.#start(key);
    const beyond = new Set(names.filter((key) => !chosen.has(key)));
    const news = added.length > 0 || !areEqual(this.#beyond, beyond);
    this.#beyond = beyond;
    // One that may not be read, or not yet, is as if it were not there.
    await Promise.all([...this.#watched.values()].map(({ informer }) => informer.settled()));
    return news;
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

const areEqual = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((key) => b.has(key));
