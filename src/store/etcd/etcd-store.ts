// The Store over etcd v3: writes are transactions there, reads and watches come from a replica in memory that one watch feeds.
// Opened by cluster/. See README.md for how the parts fit.
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { type Random, systemRandom } from '../../kit/random.ts';
import { type AlarmKind, type DiskAlarmError, StoreClosedError } from '../failures.ts';
import type { StoreLimits } from '../mvcc/mvcc-store.ts';
import type { Capture } from '../snapshot/save.ts';
import {
  ConflictError,
  type Encode,
  type Entry,
  type Range,
  type RangeOptions,
  type Store,
  type Watch,
  type WatchListener,
  type WriteOptions,
} from '../store.ts';
import { Barrier } from './barrier.ts';
import type { EtcdCodec } from './codec.ts';
import { Compactor, compactEtcd } from './compactor.ts';
import { Layout } from './layout.ts';
import { ATTEMPT_MS, REQUEST_MS } from './limits.ts';
import { EtcdMetrics } from './metrics.ts';
import { Expiry } from './replica/expiry.ts';
import { Feed } from './replica/feed.ts';
import { Replica } from './replica/replica.ts';
import { Waiters } from './replica/waiters.ts';
import { Endpoints, type EtcdTls } from './rpc/endpoints.ts';
import { engineError } from './rpc/errors.ts';
import { STATUS } from './rpc/methods.ts';
import { Watchdog } from './watchdog.ts';
import { Fence } from './writes/fence.ts';
import { Leases } from './writes/leases.ts';
import { Writer } from './writes/writer.ts';

export interface EtcdStoreOptions {
  /** --etcd-servers */
  readonly endpoints: readonly string[];
  /** The first is on this machine. Without it each server begins with any of them. */
  readonly prefersFirst?: boolean;
  /** PEM: --etcd-cafile, --etcd-certfile, --etcd-keyfile. */
  readonly tls?: EtcdTls;
  /** --etcd-prefix; /registry by default. */
  readonly prefix?: string;
  readonly clock: Clock;
  readonly random?: Random;
  readonly log: Logger;
  readonly codec: EtcdCodec;
  readonly limits?: Pick<StoreLimits, 'historyBytes'>;
  /** Called when this server can no longer go on with what it has in memory, and has to be started again. */
  readonly onFailure?: (error: Error) => void;
  /** How long to wait for etcd at the start; a minute by default. */
  readonly startTimeoutMs?: number;
}

const HISTORY_BYTES = 64 << 20;
const START_MS = 60_000;
/** How long the first events may be on their way. */
const HISTORY_MS = 1_000;

/** Rejects if no member answers in time, or the first load fails. */
export async function openEtcdStore(options: EtcdStoreOptions): Promise<EtcdStore> {
  const store = new EtcdStore(options);
  try {
    await store.start();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

export class EtcdStore implements Store {
  readonly #options: EtcdStoreOptions;
  readonly #endpoints: Endpoints;
  readonly #metrics: EtcdMetrics;
  readonly #expiry: Expiry;
  readonly #replica: Replica;
  readonly #barrier: Barrier;
  readonly #writer: Writer;
  readonly #feed: Feed;
  #watchdog: Watchdog | undefined;
  #compactor: Compactor | undefined;
  #alarm: DiskAlarmError | undefined;
  #closed: Promise<void> | undefined;
  readonly compactsItself = true;

  constructor(options: EtcdStoreOptions) {
    const { clock, log, codec, endpoints: urls, tls, random = systemRandom } = options;
    this.#options = options;
    const layout = new Layout(options.prefix ?? '/registry', codec);
    const name = random.bytes(8).toString('hex');
    const endpoints = new Endpoints({
      urls,
      ...(tls && { tls }),
      first: options.prefersFirst ? 0 : Math.floor(random.float() * urls.length),
      clock,
      log,
      probeKey: layout.own('probe'),
    });
    const metrics = new EtcdMetrics(clock);
    const waiters = new Waiters(clock);
    const leases = new Leases(clock, endpoints);
    const expiry = new Expiry(clock, endpoints);
    const fence = new Fence({ key: layout.own(`fences/${name}`), endpoints, leases, waiters });
    const mark = new Fence({ key: layout.own(`marks/${name}`), endpoints, leases, waiters });
    const replica = new Replica({
      clock,
      log,
      codec,
      layout,
      expiry,
      waiters,
      metrics,
      historyBytes: options.limits?.historyBytes ?? HISTORY_BYTES,
      foreign: (event) => fence.seen(event),
    });
    const barrier = new Barrier({ clock, endpoints, waiters, mark, metrics });
    this.#endpoints = endpoints;
    this.#metrics = metrics;
    this.#expiry = expiry;
    this.#replica = replica;
    this.#barrier = barrier;
    this.#feed = new Feed({ clock, log, endpoints, layout, replica });
    this.#writer = new Writer({
      clock,
      codec,
      layout,
      endpoints,
      leases,
      waiters,
      fence,
      replica,
      metrics,
      shown: (revision, ms) => barrier.shown(revision, ms),
      onNoSpace: (error) => this.#alarmed(error),
    });
  }

  /** Resolves when the replica shows what etcd has. */
  async start(): Promise<void> {
    const { clock, log } = this.#options;
    await this.#reach();
    const head = await this.#barrier.head(REQUEST_MS);
    await this.#feed.load(head);
    await this.#barrier.shown(head, START_MS, HISTORY_MS);
    this.#compactor = new Compactor({ clock, log, endpoints: this.#endpoints, replica: this.#replica });
    this.#watchdog = new Watchdog({
      clock,
      endpoints: this.#endpoints,
      barrier: this.#barrier,
      feed: this.#feed,
      replica: this.#replica,
      alarmed: () => this.#alarm !== undefined,
      alarmOver: () => this.#alarmed(undefined),
      metrics: this.#metrics,
      replaced: (error) => this.#options.onFailure?.(error),
    });
  }

  get revision(): number {
    return this.#replica.revision;
  }

  get compacted(): number {
    return this.#replica.state.compacted;
  }

  get alarm(): AlarmKind | undefined {
    return this.#alarm?.kind;
  }

  /** Why etcd cannot be reached; undefined when it can. */
  get problem(): string | undefined {
    return this.#endpoints.problem;
  }

  barrier(): Promise<void> {
    return this.#barrier.pass();
  }

  get(key: string, revision?: number): Entry | undefined {
    return this.#replica.state.get(key, revision);
  }

  range(prefix: string, options: RangeOptions = {}): Range {
    return this.#replica.state.range(prefix, options);
  }

  count(prefix: string): number {
    return this.#replica.state.count(prefix);
  }

  async create(key: string, encode: Encode, options: WriteOptions = {}): Promise<Entry> {
    this.#checkOpen();
    const stored = this.#options.codec.encode(key, encode(0));
    const { entry } = await this.#writer.write({ key, expected: 0, stored, options });
    return entry!;
  }

  async update(key: string, expected: number, encode: Encode, options: WriteOptions = {}): Promise<Entry> {
    this.#checkOpen();
    this.#checkExpected(key, expected);
    const stored = this.#options.codec.encode(key, encode(0));
    const { entry } = await this.#writer.write({ key, expected, stored, options });
    return entry!;
  }

  async delete(key: string, expected: number): Promise<number> {
    this.#checkOpen();
    this.#checkExpected(key, expected);
    const { revision } = await this.#writer.write({ key, expected, stored: undefined, options: {} });
    return revision;
  }

  watch(prefix: string, from: number, listener: WatchListener): Watch {
    this.#checkOpen();
    const { state, watchers } = this.#replica;
    return watchers.add(prefix, from, listener, state.past(prefix, from), this.revision);
  }

  async compact(revision: number): Promise<void> {
    this.#checkOpen();
    const { state, compaction } = this.#replica;
    if (revision <= this.compacted) return;
    state.compact(revision);
    await compactEtcd(this.#endpoints, revision).catch((error) => {
      throw engineError(error);
    });
    await compaction.to(revision);
  }

  /** What the newest revision shows, for a snapshot: later writes do not change it. */
  capture(): Capture {
    const { entries, revision } = this.range('');
    const due = this.#expiry.due();
    return { revision, entries, dueOf: (of) => due.get(of) ?? 0 };
  }

  /** In the Prometheus text format. */
  metrics(): string {
    return this.#metrics.render();
  }

  /** Bytes of the database of the member in use. */
  async size(): Promise<number> {
    try {
      return (await this.#endpoints.call(STATUS, {}, ATTEMPT_MS)).dbSize;
    } catch (error) {
      throw engineError(error);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#watchdog?.close();
    this.#compactor?.close();
    await this.#writer.idle();
    this.#replica.watchers.close();
    this.#replica.closed = true;
    this.#endpoints.close();
    await this.#feed.close();
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreClosedError();
  }

  /** Revision 0 would be a creation. */
  #checkExpected(key: string, expected: number): void {
    if (!(expected > 0)) throw new ConflictError(key, this.get(key));
  }

  #alarmed(error: DiskAlarmError | undefined): void {
    const { log } = this.#options;
    if (error && !this.#alarm) log.warn('etcd takes no writes; reads go on', { alarm: error.kind });
    if (!error && this.#alarm) log.info('etcd takes writes again');
    this.#alarm = error;
  }

  async #reach(): Promise<void> {
    const { clock, startTimeoutMs = START_MS } = this.#options;
    const late = new AbortController();
    const waiting = clock.sleep(startTimeoutMs, late.signal).then(() => {
      const { problem = 'no answer' } = this;
      throw new Error(`etcd cannot be reached: ${problem}`);
    });
    waiting.catch(() => {});
    try {
      await Promise.race([this.#endpoints.choose(), waiting]);
    } finally {
      late.abort();
    }
  }
}
