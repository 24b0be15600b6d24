// Writes a node's nftables rules of one family for Services and EndpointSlices: one transaction per burst of changes, with the differences
// only; the whole table at start and after an error. Called by start-service-proxy.ts, one per node and family.
import { slicesByService } from '../../api/endpoints/slices.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { keyOf } from '../../api/meta/v1/object.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { AddressFamily } from '../family.ts';
import type { NodeExec } from '../node-exec.ts';
import { frontendsOf } from './frontends.ts';
import { type Rules, rulesFor } from './rules.ts';
import { baseTable, difference } from './ruleset.ts';
import { staleFlows } from './stale-flows.ts';

export interface ProxySource {
  services(): readonly Service[];
  endpointSlices(): readonly EndpointSlice[];
}

export interface ProxyOptions {
  readonly nodeName: string;
  readonly family: AddressFamily;
  /** Of the family: the ranges of all nodes' pods. */
  readonly podCidrs: readonly string[];
  readonly source: ProxySource;
  readonly exec: NodeExec;
  readonly clock: Clock;
  readonly log: Logger;
}

const empty: Rules = { elements: new Map(), chains: new Map() };
/** Changes within this time go into one transaction. */
const DEBOUNCE_MS = 5;
/** Milliseconds after a failed write. */
const RETRY_MS = 1_000;

export class ServiceProxy {
  readonly #options: ProxyOptions;
  #applied: Rules | undefined;
  #timer: Timer | undefined;
  #running = false;
  #again = false;
  #stopped = false;

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  /** Schedules a write. */
  changed(delay = DEBOUNCE_MS): void {
    if (this.#stopped || this.#timer) return;
    this.#timer = this.#options.clock.after(delay, () => {
      this.#timer = undefined;
      void this.#sync();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #sync(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    try {
      await this.#write();
    } catch (error) {
      // What the kernel has now is unknown, so the next write replaces the whole table.
      this.#applied = undefined;
      this.#options.log.error('writing service rules failed', { error });
      this.changed(RETRY_MS);
    } finally {
      this.#running = false;
      if (this.#again) {
        this.#again = false;
        this.changed();
      }
    }
  }

  async #write(): Promise<void> {
    const wanted = this.#wanted();
    const { family, podCidrs } = this.#options;
    const text =
      (this.#applied ? '' : baseTable(family, podCidrs)) + difference(family, this.#applied ?? empty, wanted);
    if (!text) return;
    await this.#options.exec(['nft', '-f', '-'], { input: text });
    const stale = this.#applied ? staleFlows(family, this.#applied, wanted) : [];
    this.#applied = wanted;
    // conntrack exits with 1 when there is no such flow.
    for (const command of stale) await this.#options.exec(command).catch(() => {});
  }

  #wanted(): Rules {
    const { source } = this.#options;
    const slices = slicesByService(source.endpointSlices());
    const services = [...source.services()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return rulesFor(services.flatMap((s) => frontendsOf(s, slices.get(keyOf(s)) ?? [], this.#options)));
  }
}
