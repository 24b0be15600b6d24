// The objects of one kind as a controller knows them: what the cache shows, or what it has written itself if the cache is behind. For one
// whose writes follow one another, each of which must see the one before.
import { keyOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Informer } from '../../client/informer/informer.ts';

export class Latest<T extends KubeObject> {
  readonly #informer: Pick<Informer<T>, 'lister' | 'addHandler'>;
  /** By key; only while the cache is behind. */
  readonly #written = new Map<string, Readonly<T>>();

  constructor(informer: Pick<Informer<T>, 'lister' | 'addHandler'>) {
    this.#informer = informer;
  }

  /** Begins to forget what the cache shows; returns how to stop. */
  follow(): () => void {
    const seen = (object: Readonly<T>) => {
      const key = keyOf(object);
      const written = this.#written.get(key);
      if (written && versionOf(object) >= versionOf(written)) this.#written.delete(key);
    };
    return this.#informer.addHandler({
      onAdd: seen,
      onUpdate: seen,
      onDelete: (object) => this.#written.delete(keyOf(object)),
    });
  }

  get(key: string): Readonly<T> | undefined {
    const cached = this.#informer.lister.byKey(key);
    return cached && this.#latest(cached);
  }

  byIndex(index: string, value: string): Readonly<T>[] {
    return this.#informer.lister.byIndex(index, value).map((cached) => this.#latest(cached));
  }

  wrote(object: Readonly<T>): void {
    const key = keyOf(object);
    const cached = this.#informer.lister.byKey(key);
    if (cached && versionOf(cached) < versionOf(object)) this.#written.set(key, object);
  }

  #latest(cached: Readonly<T>): Readonly<T> {
    const written = this.#written.get(keyOf(cached));
    return written && versionOf(written) > versionOf(cached) ? written : cached;
  }
}

const versionOf = ({ metadata }: Readonly<KubeObject>): bigint => BigInt(metadata.resourceVersion || '0');
