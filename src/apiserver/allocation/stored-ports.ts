// The taken node ports in the store, under one key for all servers, in upstream's form. Each change is a compare-and-swap, so two
// servers never take the same port. Called by port-allocator.ts and repair/port-repair.ts.
// Upstream: pkg/registry/core/service/allocator/storage/storage.go.
import { internalError } from '../../api/status/status-error.ts';
import { ConflictError, KeyExistsError, type Store } from '../../store/store.ts';
import { type PortRange, rangeText, TakenPorts } from './port-range.ts';

/** The key that upstream uses in etcd. */
const KEY = '/registry/ranges/servicenodeports';

/** The stored object. `revision` is 0 if there is none. */
export interface StoredPorts {
  readonly revision: number;
  readonly range: string;
  readonly data: string;
}

export class PortRegistry {
  readonly #store: Store;
  readonly #range: PortRange;
  /** What this server wrote last, which may not be visible yet. */
  #last: StoredPorts | undefined;

  constructor(store: Store, range: PortRange) {
    this.#store = store;
    this.#range = range;
  }

  /** The newest version that this server knows. */
  read(): StoredPorts {
    const entry = this.#store.get(KEY);
    if (this.#last && this.#last.revision >= (entry?.revision ?? 0)) return this.#last;
    if (!entry) return { revision: 0, range: '', data: '' };
    const { range = '', data = '' } = JSON.parse(entry.value.toString()) as Partial<StoredPorts>;
    return { revision: entry.revision, range, data };
  }

  /** The ports that are taken, for reading. */
  get taken(): TakenPorts {
    return this.#decode(this.read());
  }

  /** Applies `change` to the newest version and stores the result: again if another server was faster. What it throws is thrown,
   *  and then nothing is stored. Resolves once the store has accepted the change, which is durable before any later write. */
  async change<T>(change: (ports: TakenPorts) => T): Promise<T> {
    for (;;) {
      const barrier = this.#store.barrier();
      if (barrier) await barrier;
      const current = this.read();
      const ports = this.#decode(current);
      const result = change(ports);
      if (await this.write(current.revision, ports)) return result;
    }
  }

  /** False if another version than `expected` is stored. */
  async write(expected: number, ports: TakenPorts): Promise<boolean> {
    const range = rangeText(ports.range);
    const data = ports.encode();
    const known = this.read();
    if (expected > 0 && known.revision === expected && known.range === range && known.data === data)
      return true;
    try {
      await this.#put(expected, range, data);
      return true;
    } catch (error) {
      this.#last = undefined;
      if (error instanceof ConflictError || error instanceof KeyExistsError) return false;
      throw error;
    }
  }

  #put(expected: number, range: string, data: string): Promise<void> {
    const object = { kind: 'RangeAllocation', apiVersion: 'v1', metadata: {}, range, data };
    const encode = () => Buffer.from(JSON.stringify(object));
    return new Promise((resolve, reject) => {
      const accepted = (revision: number) => {
        this.#last = { revision, range, data };
        resolve();
      };
      const options = { onEntry: ({ revision }: { revision: number }) => accepted(revision) };
      const written =
        expected === 0
          ? this.#store.create(KEY, encode, options)
          : this.#store.update(KEY, expected, encode, options);
      // A write that was accepted and then failed, on a full disk, takes those that were built on it with it.
      written.catch((error) => {
        this.#last = undefined;
        reject(error);
      });
    });
  }

  #decode({ revision, range, data }: StoredPorts): TakenPorts {
    if (revision === 0)
      throw internalError(
        new Error('cannot allocate resources of type servicenodeportallocations at this time'),
      );
    const ports = range === rangeText(this.#range) ? TakenPorts.decode(this.#range, data) : undefined;
    if (!ports) throw internalError(new Error('the provided range does not match the current range'));
    return ports;
  }
}
