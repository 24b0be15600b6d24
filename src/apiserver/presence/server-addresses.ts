// The addresses of all servers that run: a key for each in the store, which expires unless its server renews it.
// Called by kubernetes-service.ts. Upstream: storageLeases in pkg/controlplane/reconcilers/lease.go.
import type { Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import { ConflictError, KeyExistsError, type Store } from '../../store/store.ts';

/** The prefix that upstream uses in etcd. */
const PREFIX = '/registry/masterleases/';
const TTL_SECONDS = 15;

export class ServerAddresses {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Sorted as texts. */
  list(): string[] {
    const addresses = this.#store.range(PREFIX).entries.flatMap(({ value }) => {
      const { subsets } = JSON.parse(value.toString()) as Partial<Endpoints>;
      return subsets?.[0]?.addresses?.[0]?.ip ?? [];
    });
    return [...new Set(addresses)].sort();
  }

  async renew(ip: string): Promise<void> {
    const key = PREFIX + ip;
    const object = { kind: 'Endpoints', apiVersion: 'v1', metadata: {}, subsets: [{ addresses: [{ ip }] }] };
    const encode = () => Buffer.from(JSON.stringify(object));
    const options = { ttlSeconds: TTL_SECONDS };
    const found = this.#store.get(key);
    try {
      if (found) await this.#store.update(key, found.revision, encode, options);
      else await this.#store.create(key, encode, options);
    } catch (error) {
      // It has just expired, or another process with the address has renewed it: either way the next round sees.
      if (!(error instanceof ConflictError) && !(error instanceof KeyExistsError)) throw error;
    }
  }

  async remove(ip: string): Promise<void> {
    const found = this.#store.get(PREFIX + ip);
    if (!found) return;
    await this.#store.delete(found.key, found.revision).catch((error) => {
      if (!(error instanceof ConflictError)) throw error;
    });
  }
}
