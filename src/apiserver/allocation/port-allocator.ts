// Allocates node ports, those of health checks included. All ports of one write are taken together or not at all.
// Called by strategies/service.ts. Upstream: pkg/registry/core/service/portallocator.
import { largest } from '../../kit/lists.ts';
import type { Random } from '../../kit/random.ts';
import { type AllocationError, portOutside, portTaken, rangeFull } from './allocation-error.ts';
import type { AllocationMetrics, Scope } from './metrics.ts';
import { type PortRange, rangeText, type TakenPorts } from './port-range.ts';
import type { PortRegistry } from './stored-ports.ts';

/** What one write takes: ports by name, and others by chance. */
export interface PortTaker {
  /** Throws an AllocationError. */
  take(port: number): void;
  takeAny(): number;
}

export interface PortAllocatorOptions {
  readonly registry: PortRegistry;
  readonly range: PortRange;
  readonly random: Random;
  readonly metrics: AllocationMetrics['ports'];
}

/** Upstream's first guess at a port in a dry run. */
const DRY_RUN_PORT = 32768;

export class PortAllocator {
  readonly #options: PortAllocatorOptions;

  constructor(options: PortAllocatorOptions) {
    this.#options = options;
  }

  /** Runs `use`, again if another server took ports meanwhile; the ports it took last are taken when this resolves. */
  async allocate(use: (taker: PortTaker) => void): Promise<number[]> {
    const { registry, metrics } = this.#options;
    const taken = await registry.change((ports) => {
      const taker = new Taking(ports, this.#options);
      use(taker);
      return taker.taken;
    });
    for (const { scope } of taken) metrics.allocations.add({ scope });
    return taken.map(({ port }) => port);
  }

  /** As upstream, a dry run refuses a named port that is taken, and answers with ports beyond the range. */
  dryRun(use: (taker: PortTaker) => void): void {
    const { registry } = this.#options;
    const seen = new Set<number>();
    use({
      take(port) {
        if (registry.taken.has(port) || seen.has(port)) throw portTaken();
        seen.add(port);
      },
      takeAny() {
        const port = seen.size === 0 ? DRY_RUN_PORT + 1 : largest(seen) + 1;
        seen.add(port);
        return port;
      },
    });
  }

  async release(numbers: readonly number[]): Promise<void> {
    if (numbers.length === 0) return;
    await this.#options.registry.change((ports) => {
      for (const port of numbers) ports.remove(port);
    });
  }

  /** Sets the gauges: called before metrics are read. */
  measure(): void {
    const { registry, metrics } = this.#options;
    if (registry.read().revision === 0) return;
    metrics.allocated.set({}, registry.taken.count);
    metrics.available.set({}, registry.taken.free);
  }
}

class Taking implements PortTaker {
  readonly taken: { port: number; scope: Scope }[] = [];
  readonly #ports: TakenPorts;
  readonly #options: PortAllocatorOptions;

  constructor(ports: TakenPorts, options: PortAllocatorOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  take(port: number): void {
    if (!this.#ports.includes(port))
      throw this.#failed('static', portOutside(rangeText(this.#options.range)));
    if (this.#ports.has(port)) throw this.#failed('static', portTaken());
    this.#add(port, 'static');
  }

  takeAny(): number {
    const port = this.#ports.anyFree(this.#options.random);
    if (port === undefined) throw this.#failed('dynamic', rangeFull());
    this.#add(port, 'dynamic');
    return port;
  }

  #add(port: number, scope: Scope): void {
    this.#ports.add(port);
    this.taken.push({ port, scope });
  }

  #failed(scope: Scope, error: AllocationError): AllocationError {
    this.#options.metrics.errors.add({ scope });
    return error;
  }
}
