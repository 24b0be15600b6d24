// Writes whose result a cache has not shown yet, by group (such as all slices of one service). Acting on a cache that is
// behind one's own writes would do them twice; who finds it behind waits for the cache, which then brings the key again.
import { keyOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Lister } from '../../client/informer/indexer.ts';
import type { Clock } from '../../kit/clock.ts';

/** What the cache never shows (deleted at once by somebody else, say) is given up after this long. */
const GIVE_UP_MS = 5_000;

interface Written {
  /** Undefined when the object was deleted. */
  readonly version: bigint | undefined;
  readonly at: number;
}

export class OwnWrites {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #groups = new Map<string, Map<string, Written>>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Notes an object as the server answered it. */
  wrote(group: string, object: { readonly metadata: KubeObject['metadata'] }): void {
    this.#note(group, object, versionOf(object));
  }

  /** Notes that an object was deleted. */
  removed(group: string, object: { readonly metadata: KubeObject['metadata'] }): void {
    this.#note(group, object, undefined);
  }

  /** How long to wait at most for the cache; 0 when it shows everything written for the group. */
  behindMs(group: string, cache: Lister<KubeObject>): number {
    const written = this.#groups.get(group);
    if (!written) return 0;
    let wait = 0;
    for (const [key, { version, at }] of written) {
      const cached = cache.byKey(key);
      const left = at + GIVE_UP_MS - this.#clock.now();
      const shown = version === undefined ? !cached : cached && versionOf(cached) >= version;
      if (shown || left <= 0) written.delete(key);
      else wait = Math.max(wait, left);
    }
    if (written.size === 0) this.#groups.delete(group);
    return wait;
  }

  /** The cache showed the object going. */
  gone(group: string, object: { readonly metadata: KubeObject['metadata'] }): void {
    this.#groups.get(group)?.delete(keyOf(object));
  }

  #note(
    group: string,
    object: { readonly metadata: KubeObject['metadata'] },
    version: bigint | undefined,
  ): void {
    let written = this.#groups.get(group);
    if (!written) {
      written = new Map();
      this.#groups.set(group, written);
    }
    written.set(keyOf(object), { version, at: this.#clock.now() });
  }
}

const versionOf = (object: { readonly metadata: KubeObject['metadata'] }): bigint =>
  BigInt(object.metadata.resourceVersion || '0');
