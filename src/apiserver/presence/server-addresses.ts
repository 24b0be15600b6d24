// The addresses of all servers that run: a key for each in the store, which expires unless its server renews it, and says what time that server
// has. The API does not show these keys, so nobody but servers writes them. Called by kubernetes-service.ts. Upstream: storageLeases in pkg/controlplane/reconcilers/lease.go.
import type { Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import { type Clock, rfc3339Micro } from '../../kit/clock.ts';
import { ConflictError, KeyExistsError, type Store } from '../../store/store.ts';
import type { Renewal } from './clock-check.ts';

/** The prefix that upstream uses in etcd. */
const PREFIX = '/registry/masterleases/';
const TTL_SECONDS = 15;
const TIME = 'tiphys.io/time';

export class ServerAddresses {
  readonly #store: Store;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(store: Store, clock: Pick<Clock, 'now'>) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Sorted as texts. */
  list(): string[] {
    const addresses = this.#all().flatMap(({ subsets }) => subsets?.[0]?.addresses?.[0]?.ip ?? []);
    return [...new Set(addresses)].sort();
  }

  /** When each server renewed its address last, by its own clock. Upstream's servers do not say so. */
  renewals(): Renewal[] {
    return this.#all().flatMap(({ subsets, metadata }) => {
      const server = subsets?.[0]?.addresses?.[0]?.ip;
      const time = Date.parse(metadata?.annotations?.[TIME] ?? '');
      return server && Number.isFinite(time) ? [{ server, time }] : [];
    });
  }

  #all(): Partial<Endpoints>[] {
    return this.#store
      .range(PREFIX)
      .entries.map(({ value }) => JSON.parse(value.toString()) as Partial<Endpoints>);
  }

  async renew(ip: string): Promise<void> {
    const key = PREFIX + ip;
    const metadata = { annotations: { [TIME]: rfc3339Micro(this.#clock.now()) } };
    const object = { kind: 'Endpoints', apiVersion: 'v1', metadata, subsets: [{ addresses: [{ ip }] }] };
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
