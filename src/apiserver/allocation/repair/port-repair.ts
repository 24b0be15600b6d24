// Repairs the stored node ports at the start and every three minutes: ports of services that are not taken, ports that nobody has,
// and a range that was changed. Made by assemble.ts. Upstream: pkg/registry/core/service/portallocator/controller/repair.go.
import { Service } from '../../../api/kinds/core/v1/service.ts';
import type { Clock, Timer } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { OwnEvents } from '../../own-events.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import type { AllocationMetrics } from '../metrics.ts';
import { type PortRange, TakenPorts } from '../port-range.ts';
import type { PortRegistry } from '../stored-ports.ts';
import { type PortFinding, repairPorts } from './port-findings.ts';

export interface PortRepairOptions {
  readonly services: StoredResource<Service>;
  readonly registry: PortRegistry;
  readonly range: PortRange;
  readonly events: OwnEvents;
  readonly metrics: AllocationMetrics['ports'];
  readonly clock: Clock;
  readonly log: Logger;
}

const INTERVAL = 3 * 60_000;
/** Conflicts with allocations before a round is given up. */
const TRIES = 10;

export class PortRepairer {
  readonly #options: PortRepairOptions;
  #leaks: ReadonlyMap<number, number> = new Map();
  #timer: Timer | undefined;

  constructor(options: PortRepairOptions) {
    this.#options = options;
  }

  /** Resolves when the first round has ended: ports can be allocated from then on. */
  async start(): Promise<void> {
    await this.#round();
    this.#timer = this.#options.clock.every(INTERVAL, () => void this.#again());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  async #again(): Promise<void> {
    const { metrics, log } = this.#options;
    await this.#round().catch((error) => {
      metrics.repairFailures.add();
      log.warn('node ports were not repaired', { error });
    });
  }

  async #round(): Promise<void> {
    const { services, registry, range } = this.#options;
    for (let i = 0; i < TRIES; i++) {
      // The ports are read before the services: a port that is taken meanwhile makes the write fail.
      const barrier = services.cache.store.barrier();
      if (barrier) await barrier;
      const stored = registry.read();
      const items = services.cache.items();
      const before = TakenPorts.decode(rangeOf(stored.range) ?? range, stored.data);
      const { ports, findings, leaks } = repairPorts(
        range,
        before,
        items.map(({ object }) => object),
        this.#leaks,
      );
      if (!(await registry.write(stored.revision, ports))) continue;
      this.#leaks = leaks;
      for (const finding of findings) this.#report(finding);
      return;
    }
    throw new Error('the node ports changed too often');
  }

  #report({ type, service, reason, note = '' }: PortFinding): void {
    const { events, metrics } = this.#options;
    metrics.repairErrors.add({ type });
    if (service && reason) events.warn(Service, service, reason, 'PortAllocation', note);
  }
}

/** The range of a stored object, which an earlier server may have had otherwise. */
function rangeOf(text: string): PortRange | undefined {
  const [first, last, ...more] = text.split('-').map(Number);
  if (!first || !last || more.length > 0 || !(first <= last && last <= 65_535)) return undefined;
  return { first, last };
}
