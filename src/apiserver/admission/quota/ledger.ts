// The usage of quotas, charged before an object is written: by compare-and-swap on the quota's status, so that all servers of one
// store together never admit more than a quota allows. Writes that wait for the same namespace are charged in one round.
// A charge whose object is not written after all is taken back by the quota controller, which counts what is stored.
// Called by resource-quota.ts. Upstream: checkQuotas in plugin/resourcequota/controller.go (k8s.io/apiserver, pkg/admission).
import type { ResourceQuota } from '../../../api/kinds/core/v1/resource-quota.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import {
  addQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from '../../../api/quantity/quantity.ts';
import { isInScope } from '../../../api/quota/scopes.ts';
import { addUsage, limitedBy, type Usage, usageOf } from '../../../api/quota/usage.ts';
import { internalError, isConflict, isNotFound } from '../../../api/status/status-error.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { ResourceTable } from '../../registry/resource-table.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import { ownWrite } from '../../registry/write-context.ts';
import { deny } from '../plugin.ts';
import { chargeOf, type Write } from './charge.ts';

export interface LedgerOptions {
  readonly quotas: StoredResource<ResourceQuota>;
  readonly resources: ResourceTable;
  readonly clock: Clock;
}

interface Waiter {
  readonly write: Write;
  readonly admit: () => void;
  readonly refuse: (error: Error) => void;
}

/** Rounds that other servers may spoil before waiting writes are refused. */
const MOST_ROUNDS = 10;

export class Ledger {
  readonly #options: LedgerOptions;
  /** By namespace: those that wait for the round that is running to end. */
  readonly #waiting = new Map<string, Waiter[]>();

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** Resolves when the write is charged to every quota that it concerns; rejects with the refusal of the first. */
  charge(write: Write): Promise<void> {
    return new Promise((admit, refuse) => {
      const waiter = { write, admit, refuse };
      const others = this.#waiting.get(write.namespace);
      if (others) others.push(waiter);
      else {
        this.#waiting.set(write.namespace, []);
        void this.#serve(write.namespace, [waiter]);
      }
    });
  }

  async #serve(namespace: string, first: Waiter[]): Promise<void> {
    for (let waiters = first; waiters.length > 0; waiters = this.#waiting.get(namespace)!.splice(0))
      await this.#settle(namespace, waiters).catch((error) => {
        for (const { refuse } of waiters) refuse(internalError(error));
      });
    this.#waiting.delete(namespace);
  }

  async #settle(namespace: string, waiters: readonly Waiter[]): Promise<void> {
    const { quotas } = this.#options;
    let left = waiters;
    /** The quotas that are still to be charged; undefined for all of them. */
    let names: ReadonlySet<string> | undefined;
    for (let round = 0; left.length > 0; round++) {
      const barrier = quotas.cache.store.barrier();
      if (barrier) await barrier;
      const accounts = quotas.cache
        .items(namespace)
        .filter(({ name }) => names?.has(name) ?? true)
        .map(({ object }) => new Account(object, this.#options.resources));
      left = left.filter((waiter) => this.#isAdmitted(waiter, accounts));
      const changed = accounts.filter((account) => account.changed);
      const charged = await Promise.all(changed.map((account) => this.#store(namespace, account)));
      const failed = changed.filter((_, i) => !charged[i]);
      if (failed.length === 0) break;
      if (round === MOST_ROUNDS) throw new Error('the quotas of the namespace changed too often');
      names = new Set(failed.map(({ name }) => name));
    }
    for (const { admit } of left) admit();
  }

  /** Charges the write to the accounts unless one of them refuses it. */
  #isAdmitted({ write, refuse }: Waiter, accounts: readonly Account[]): boolean {
    const charges = accounts.map((account) => account.chargeOf(write));
    for (const charge of charges)
      if ('refusal' in charge) {
        refuse(deny(write, charge.refusal));
        return false;
      }
    if (!write.dryRun)
      for (const [i, charge] of charges.entries()) if ('added' in charge) accounts[i]!.add(charge.added);
    return true;
  }

  /** False if the quota has changed meanwhile. A quota that is gone limits nothing. */
  async #store(namespace: string, { name, quota, used }: Account): Promise<boolean> {
    const { quotas, clock } = this.#options;
    const write = { ...ownWrite(clock, namespace), subresource: 'status' };
    const { resourceVersion } = quota.metadata;
    const transform = (current: (() => ResourceQuota) | undefined): ResourceQuota => {
      const object = current!();
      const amounts = Object.fromEntries([...used].map(([name, amount]) => [name, formatQuantity(amount)]));
      return {
        ...object,
        metadata: { ...object.metadata, resourceVersion },
        status: { ...object.status, used: { ...object.status?.used, ...amounts } },
      };
    };
    try {
      await quotas.withoutAdmission().update(name, transform, write);
      return true;
    } catch (error) {
      if (isNotFound(error)) return true;
      if (isConflict(error)) return false;
      throw error;
    }
  }
}

/** A quota and what is used of it, as one round changes it. */
class Account {
  readonly quota: Readonly<ResourceQuota>;
  readonly used = new Map<string, Quantity>();
  changed = false;
  readonly #resources: ResourceTable;
  /** What is stored, by kind: more than the status says if it was written without admission. */
  readonly #stored = new Map<string, Usage>();

  constructor(quota: Readonly<ResourceQuota>, resources: ResourceTable) {
    this.quota = quota;
    this.#resources = resources;
    for (const [name, amount] of Object.entries(quota.status?.used ?? {}))
      this.used.set(name, parseQuantity(amount));
  }

  get name(): string {
    return this.quota.metadata.name!;
  }

  chargeOf(write: Write) {
    return chargeOf(this.quota, write, (name) => {
      const counted = this.used.get(name);
      const stored = counted && this.#storedOf(write).get(name);
      return stored && compareQuantity(stored, counted) > 0 ? stored : counted;
    });
  }

  add(added: Usage): void {
    for (const [name, amount] of added) {
      this.used.set(name, addQuantity(this.used.get(name)!, amount));
      this.changed = true;
    }
  }

  #storedOf({ kind, namespace }: Write): Usage {
    const key = `${kind.resource.group}/${kind.resource.plural}`;
    const known = this.#stored.get(key);
    if (known) return known;
    const total = new Map<string, Quantity>();
    for (const object of this.#objects(kind, namespace))
      if (isInScope(this.quota, kind.resource, object))
        addUsage(total, limitedBy(this.quota, usageOf(kind.resource, object)));
    this.#stored.set(key, total);
    return total;
  }

  #objects(kind: Write['kind'], namespace: string): readonly Readonly<KubeObject>[] {
    return this.#resources
      .stored(kind)
      .cache.items(namespace)
      .map(({ object }) => object);
  }
}
