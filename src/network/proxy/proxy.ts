// Writes a node's nftables rules for Services and EndpointSlices: one transaction per family and burst of changes, with the differences
// only; the whole table at start and after an error. Only Services that have changed are computed anew. Called by
// start-service-proxy.ts, one per node.
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { Backoff } from '../../kit/backoff.ts';
import { type Clock, Pace, paced, type Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { AddressFamily } from '../family.ts';
import type { NodeExec } from '../node-exec.ts';
import { addressIn, type Place } from './endpoints.ts';
import { frontendsInSteps } from './frontends.ts';
import type { ProxyHealth } from './health/proxy-health.ts';
import type { ProxyMetrics } from './metrics.ts';
import { rulesInSteps } from './service-rules.ts';
import { tooLarge } from './size.ts';
import { FlowBook } from './stale-flows.ts';
import { tableOf } from './table.ts';
import { TableModel } from './table-model.ts';

/** Of a Service, by `namespace/name`. */
export interface ProxySource {
  keys(): Iterable<string>;
  service(key: string): Readonly<Service> | undefined;
  slices(key: string): readonly Readonly<EndpointSlice>[];
}

export interface ProxyFamily {
  readonly family: AddressFamily;
  /** The ranges of all nodes' pods. */
  readonly podCidrs: readonly string[];
}

export interface ProxyOptions {
  readonly nodeName: string;
  readonly families: readonly ProxyFamily[];
  readonly source: ProxySource;
  /** Told of every Service that is computed, or gone. */
  readonly onService?: (key: string, service: Readonly<Service> | undefined) => void;
  /** Told of a Service that gets no rules. */
  readonly onRefused: (service: Readonly<Service>, why: string) => void;
  readonly exec: NodeExec;
  readonly metrics: ProxyMetrics;
  readonly health: ProxyHealth;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface NodeFacts {
  readonly addresses: readonly string[];
  readonly zone?: string | undefined;
}

interface Table {
  readonly model: TableModel;
  readonly flows: FlowBook;
  /** The kernel has what the model told last. */
  known: boolean;
  /** Was written once. */
  begun: boolean;
  /** The last write failed. */
  failed: boolean;
  stale: string[];
}

/** Changes within this time go into one transaction. */
const DEBOUNCE_MS = 5;
/** Milliseconds between attempts after a failure. */
const BACKOFF = { base: 100, cap: 10_000 };

export class ServiceProxy {
  readonly #options: ProxyOptions;
  readonly #tables: readonly Table[];
  readonly #backoff = new Backoff<'write'>(BACKOFF);
  readonly #changed = new Set<string>();
  /** What the next sync begins with. */
  readonly #facts = new Map<string, (table: Table) => void>();
  #node: NodeFacts = { addresses: [] };
  #timer: Timer | undefined;
  #running = false;
  #again = false;
  /** Undefined before the start. */
  #stopped: boolean | undefined;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#tables = options.families.map(({ family, podCidrs }) => ({
      model: new TableModel(family, podCidrs),
      flows: new FlowBook(),
      known: false,
      begun: false,
      failed: false,
      stale: [],
    }));
  }

  /** Writes from now on, everything at first. */
  start(): void {
    this.#stopped ??= false;
    this.changedAll();
  }

  /** A Service or its endpoints have changed. */
  changed(key: string): void {
    this.#changed.add(key);
    this.#schedule();
  }

  changedAll(): void {
    for (const key of this.#options.source.keys()) this.#changed.add(key);
    this.#schedule();
  }

  setNode(node: NodeFacts): void {
    const moved = node.zone !== this.#node.zone || node.addresses.join() !== this.#node.addresses.join();
    if (!moved) return;
    this.#node = node;
    this.#later('node', ({ model }) => model.setNode(this.#addressesIn(model.family)));
    this.changedAll();
  }

  setServiceCidrs(cidrs: readonly string[]): void {
    this.#later('cidrs', ({ model }) => model.setServiceCidrs(cidrs));
  }

  /** Not while a table is being written. */
  #later(what: string, change: (table: Table) => void): void {
    this.#facts.set(what, change);
    this.#schedule();
  }

  /** The rules stay. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #schedule(delay = DEBOUNCE_MS): void {
    if (this.#stopped !== false) return;
    this.#options.metrics.queued();
    this.#options.health.queued();
    if (this.#running) this.#again = true;
    if (this.#timer || this.#running) return;
    this.#timer = this.#options.clock.after(delay, () => {
      this.#timer = undefined;
      void this.#sync();
    });
  }

  async #sync(): Promise<void> {
    this.#running = true;
    this.#again = false;
    const done = this.#options.metrics.begin();
    await this.#compute();
    const failed: unknown[] = [];
    for (const table of this.#tables)
      await this.#write(table).catch((error: unknown) => {
        // What the kernel has now is unknown, so the next write replaces the whole table.
        table.known = false;
        table.failed = true;
        failed.push(error);
      });
    this.#running = false;
    done(failed.length === 0);
    if (failed.length > 0) {
      this.#options.log.error('writing service rules failed', { error: failed[0] });
      this.#schedule(this.#backoff.next('write'));
    } else {
      this.#backoff.forget('write');
      if (this.#again) this.#schedule();
      else this.#options.health.written();
    }
  }

  /** A Service that cannot be computed keeps the rules that it has, and harms no other. */
  async #compute(): Promise<void> {
    const { clock, log } = this.#options;
    const pace = new Pace(clock);
    for (const change of this.#facts.values()) for (const table of this.#tables) change(table);
    this.#facts.clear();
    for (const key of this.#changed) {
      this.#changed.delete(key);
      await this.#computeService(key, pace).catch((error: unknown) =>
        log.error('the rules of a Service could not be computed', { service: key, error: messageOf(error) }),
      );
      const rest = pace.rest();
      if (rest) await rest;
    }
  }

  async #computeService(key: string, pace: Pace): Promise<void> {
    const { source, onService, onRefused } = this.#options;
    const service = source.service(key);
    const slices = source.slices(key);
    const large = service && tooLarge(service, slices);
    if (large) onRefused(service, large);
    const served = large ? undefined : service;
    for (const table of this.#tables) await this.#computeOne(table, key, served, slices, pace);
    onService?.(key, service);
  }

  async #computeOne(
    { model, flows, stale }: Table,
    key: string,
    service: Readonly<Service> | undefined,
    slices: readonly Readonly<EndpointSlice>[],
    pace: Pace,
  ): Promise<void> {
    const { family } = model;
    const addresses = this.#addressesIn(family);
    const steps = service && frontendsInSteps(service, slices, this.placeIn(family), addresses[0]);
    const frontends = steps ? await paced(steps, pace) : [];
    const rules = frontends.length > 0 ? await paced(rulesInSteps(frontends, family), pace) : undefined;
    for (const words of flows.update(key, frontends, family, addresses)) stale.push(words);
    model.setService(key, rules, service?.metadata.creationTimestamp);
    this.#options.metrics.noLocalEndpoints(`${family.name} ${key}`, frontends);
  }

  placeIn(family: AddressFamily): Place {
    return { nodeName: this.#options.nodeName, zone: this.#node.zone, family };
  }

  #addressesIn(family: AddressFamily): string[] {
    return this.#node.addresses.flatMap((address) => addressIn(family, address) ?? []);
  }

  async #write(table: Table): Promise<void> {
    const { exec, clock } = this.#options;
    const pace = new Pace(clock);
    const text: string[] = [];
    const { model, known } = table;
    for (const piece of known ? model.takeChanges() : model.takeAll(await this.#listing(table))) {
      text.push(piece);
      const rest = pace.rest();
      if (rest) await rest;
    }
    // At the start nothing is known of flows, but that they were good a moment ago.
    const stale = table.begun ? table.stale : [];
    table.stale = [];
    if (text.length > 0) await exec(['nft', '-f', '-'], { input: text.join('') });
    table.known = true;
    table.begun = true;
    table.failed = false;
    // conntrack exits with 1 when there is no such flow.
    if (stale.length > 0)
      await exec(['sh', '-c', FORGET], { input: `${stale.join('\n')}\n` }).catch(() => {});
  }

  /** What an earlier process has left, without elements. Undefined when there is none, and when changing it failed. */
  async #listing({ model, failed }: Table): Promise<string | undefined> {
    if (failed) return undefined;
    const command = ['nft', '-t', 'list', 'table', ...tableOf(model.family).split(' ')];
    return this.#options.exec(command).catch(() => undefined);
  }
}

const FORGET = 'while read -r words; do conntrack -D $words >/dev/null 2>&1; done';
