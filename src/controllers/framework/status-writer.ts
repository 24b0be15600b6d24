// Writes an owner's status when it says something new, and knows while the cache does not show that write yet: a status
// computed from an older one would count things twice.
import { keyOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Clock } from '../../kit/clock.ts';
import { OwnWrites } from './own-writes.ts';
import type { OwnerKind } from './ownership/owner-kind.ts';
import { sameMeaning } from './same-meaning.ts';

type WithStatus = KubeObject & { readonly status?: unknown };

export class StatusWriter<O extends WithStatus> {
  readonly #owners: OwnerKind<O>;
  readonly #writes: OwnWrites;

  constructor(clock: Pick<Clock, 'monotonic'>, owners: OwnerKind<O>) {
    this.#owners = owners;
    this.#writes = new OwnWrites(clock);
  }

  /** How long to wait at most for the cache to show the last status written for `key`; 0 when it does. */
  behindMs(key: string): number {
    return this.#writes.behindMs(key, this.#owners.informer.lister);
  }

  /** An owner that is gone needs no status. `at` carries the resourceVersion to write at, when the owner was written since the cache showed it. */
  async write(owner: Readonly<O>, status: NonNullable<O['status']>, at: Readonly<O> = owner): Promise<void> {
    if (sameMeaning(owner.status, status)) return;
    try {
      this.#writes.wrote(keyOf(owner), await this.#owners.updateStatus({ ...at, status }));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
