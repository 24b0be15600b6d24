// Which devices are allocated, by claims as the caches show them, as this scheduler has written them, and as it is about to. Kept up to
// date claim by claim. Upstream: allocateddevices.go.
import type { AllocationResult } from '../../../api/kinds/resource/v1/resource-claim.ts';
import { parseQuantity, type Quantity } from '../../../api/quantity/quantity.ts';
import { type Amounts, plus } from './allocator/capacity.ts';
import { deviceKey } from './allocator/pools.ts';
import type { AllocatedDevices } from './allocator/search.ts';

interface Held {
  readonly taken: readonly string[];
  /** What each share consumes of its device. */
  readonly shares: readonly { readonly device: string; readonly amounts: Amounts }[];
}

const NOTHING: Held = { taken: [], shares: [] };

export class AllocatedDevicesIndex implements AllocatedDevices {
  readonly #held = new Map<string, Held>();
  /** How many hold the device: it may be two while a claim is written. */
  readonly #taken = new Map<string, number>();
  /** Shares by their holder, by device. */
  readonly #shares = new Map<string, Map<string, Amounts>>();

  isTaken(device: string): boolean {
    return this.#taken.has(device);
  }

  consumed(device: string): Amounts | undefined {
    let sum: Amounts | undefined;
    for (const amounts of this.#shares.get(device)?.values() ?? []) sum = sum ? plus(sum, amounts) : amounts;
    return sum;
  }

  /** Of the claim or the allocation that is known as `holder`. */
  set(holder: string, allocation: Readonly<AllocationResult> | undefined): void {
    const held = this.#held.get(holder) ?? NOTHING;
    for (const device of held.taken) this.#count(device, -1);
    for (const { device } of held.shares) {
      const shares = this.#shares.get(device);
      shares?.delete(holder);
      if (shares?.size === 0) this.#shares.delete(device);
    }
    const now = allocation ? heldBy(allocation) : NOTHING;
    if (now.taken.length + now.shares.length === 0) this.#held.delete(holder);
    else this.#held.set(holder, now);
    for (const device of now.taken) this.#count(device, 1);
    for (const { device, amounts } of now.shares) {
      const shares = this.#shares.get(device) ?? new Map<string, Amounts>();
      shares.set(holder, plus(shares.get(holder), amounts));
      this.#shares.set(device, shares);
    }
  }

  #count(device: string, by: number): void {
    const count = (this.#taken.get(device) ?? 0) + by;
    if (count > 0) this.#taken.set(device, count);
    else this.#taken.delete(device);
  }
}

/** Administrators take nothing. */
function heldBy({ devices }: Readonly<AllocationResult>): Held {
  const taken: string[] = [];
  const shares: { device: string; amounts: Amounts }[] = [];
  for (const result of devices?.results ?? []) {
    if (result.adminAccess) continue;
    const device = deviceKey(result.driver, result.pool, result.device);
    if (result.shareID === undefined) taken.push(device);
    else shares.push({ device, amounts: amountsOf(result.consumedCapacity) });
  }
  return { taken, shares };
}

const amountsOf = (consumed: Readonly<Record<string, string>> = {}): ReadonlyMap<string, Quantity> =>
  new Map(Object.entries(consumed).map(([name, amount]) => [name, parseQuantity(amount)]));
