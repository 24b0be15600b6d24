// The CSI drivers that can be called on this node: those of this process from the start, others once they have registered.
// Upstream: pkg/volume/csi/csi_drivers_store.go.
import type { CsiCaller } from '../../csi/caller.ts';
import type { Clock } from '../../kit/clock.ts';
import type { CsiMetrics } from './csi-metrics.ts';
import { DriverClient } from './driver-client.ts';

/** A driver that lives in the kubelet's process. */
export interface BuiltInDriver {
  readonly name: string;
  readonly caller: CsiCaller;
}

export class CsiDrivers {
  readonly #drivers = new Map<string, DriverClient>();
  readonly #clock: Clock;
  readonly #metrics: CsiMetrics;
  #onNew: (name: string) => void = () => {};

  constructor(builtIn: readonly BuiltInDriver[], clock: Clock, metrics: CsiMetrics) {
    this.#clock = clock;
    this.#metrics = metrics;
    for (const { name, caller } of builtIn) this.add(name, '', caller);
  }

  /** In place of one of that name. */
  add(name: string, endpoint: string, caller: CsiCaller): DriverClient {
    const driver = new DriverClient({ name, endpoint, caller, clock: this.#clock, metrics: this.#metrics });
    this.#drivers.set(name, driver);
    this.#onNew(name);
    return driver;
  }

  remove(driver: DriverClient): void {
    if (this.#drivers.get(driver.name) === driver) this.#drivers.delete(driver.name);
  }

  find(name: string): DriverClient | undefined {
    return this.#drivers.get(name);
  }

  get(name: string): DriverClient {
    const found = this.find(name);
    if (!found) throw new Error(`driver name ${name} not found in the list of registered CSI drivers`);
    return found;
  }

  list(): DriverClient[] {
    return [...this.#drivers.values()];
  }

  /** There is one listener: the volumes, some of which may wait for a driver. */
  onNew(listener: (name: string) => void): void {
    this.#onNew = listener;
  }
}
