// Writes by group (such as all slices of one service) that the cache does not show yet. A controller that acted on a cache
// behind its own writes would repeat them; it waits instead, and the cache's next event brings the key again.
import { keyOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Lister } from '../../client/informer/indexer.ts';
import type { Clock } from '../../kit/clock.ts';

/** A write that the cache never shows (the object was deleted at once, say) expires after this many milliseconds. */
const GIVE_UP_MS = 5_000;

interface Written {
  /** Undefined when the object was deleted. */
  readonly version: bigint | undefined;
  readonly at: number;
}

export class OwnWrites {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #groups = new Map<string, Map<string, Written>>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Records an object as the server returned it. */
  wrote(group: string, object: { readonly metadata: KubeObject['metadata'] }): void {
    this.#note(group, object, versionOf(object));
  }

  /** Records that an object was deleted. */
  removed(group: string, object: { readonly metadata: KubeObject['metadata'] }): void {
    this.#note(group, object, undefined);
  }

  /** Milliseconds to wait at most for the cache; 0 when it shows every write of the group. */
  behindMs(group: string, cache: Lister<KubeObject>): number {
    const written = this.#groups.get(group);
    if (!written) return 0;
    let wait = 0;
    for (const [key, { version, at }] of written) {
      const cached = cache.byKey(key);
      const left = at + GIVE_UP_MS - this.#clock.monotonic();
      const shown = version === undefined ? !cached : cached && versionOf(cached) >= version;
      if (shown || left <= 0) written.delete(key);
      else wait = Math.max(wait, left);
    }
    if (written.size === 0) this.#groups.delete(group);
    return wait;
  }

  /** The cache showed that the object was deleted. */
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
    written.set(keyOf(object), { version, at: this.#clock.monotonic() });
  }
}

const versionOf = (object: { readonly metadata: KubeObject['metadata'] }): bigint =>
  BigInt(object.metadata.resourceVersion || '0');
