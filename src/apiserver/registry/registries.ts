// Every stored kind with its cache and strategy, by group, version and resource. Custom kinds join and leave at run time.
import { type AnyResource, allVerbs } from '../../api/meta/v1/resource.ts';
import type { Scheme } from '../../api/scheme/scheme.ts';
import type { Store } from '../../store/store.ts';
import { conversions } from '../conversions/conversions.ts';
import { ConvertedCache } from '../watch-cache/converted-cache.ts';
import { ResourceCache } from '../watch-cache/resource-cache.ts';
import type { Served } from './served.ts';
import type { Strategy } from './strategy.ts';

export class Registries {
  /** Grows whenever kinds come or go. */
  generation = 0;
  readonly #store: Store;
  readonly #strategyOf: (kind: AnyResource) => Strategy;
  readonly #served = new Map<string, Served>();

  constructor(store: Store, scheme: Scheme, strategyOf: (kind: AnyResource) => Strategy) {
    this.#store = store;
    this.#strategyOf = strategyOf;
    for (const kind of scheme.all()) if (isStored(kind)) this.add(kind);
    for (const { kind, keptAs, conversion } of conversions)
      this.add(kind, {
        strategy: strategyOf(keptAs),
        cache: new ConvertedCache(kind, this.of(keptAs).cache, conversion),
      });
  }

  get(group: string, version: string, plural: string): Served | undefined {
    return this.#served.get(`${group}/${version}/${plural}`);
  }

  /** The registry of a built-in kind. */
  of(kind: AnyResource): Served {
    const { group, version, plural } = kind.resource;
    const served = this.get(group, version, plural);
    if (!served) throw new Error(`${plural}.${group} is not served`);
    return served;
  }

  all(): Iterable<Served> {
    return this.#served.values();
  }

  add(kind: AnyResource, options: Partial<Served> = {}): Served {
    const { group, version, plural } = kind.resource;
    const prefix = group ? `/registry/${group}/${plural}/` : `/registry/${plural}/`;
    const served: Served = {
      kind,
      strategy: this.#strategyOf(kind),
      ...options,
      cache: options.cache ?? new ResourceCache(kind, this.#store, prefix, options.extraFields),
    };
    this.#served.set(`${group}/${version}/${plural}`, served);
    this.generation++;
    return served;
  }

  remove(kind: AnyResource): void {
    const { group, version, plural } = kind.resource;
    this.#served.delete(`${group}/${version}/${plural}`);
    this.generation++;
  }
}

/** Kinds that can be listed are kept; reviews and bindings only pass through. */
const isStored = ({ resource }: AnyResource): boolean => {
  const verbs: readonly string[] = resource.verbs ?? allVerbs;
  return verbs.includes('list') && resource.plural !== 'componentstatuses';
};
