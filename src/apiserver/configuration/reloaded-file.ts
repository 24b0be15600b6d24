// A configuration file that is taken up again when it changes, with upstream's metrics. One that is wrong is logged, and the last
// good one stays in use. Called by authn/configured and authz/configured.
// Upstream: staging/src/k8s.io/apiserver/pkg/server/options/{authentication,authorization}config/metrics.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { Metrics, type Sample } from '../../kit/metrics.ts';

/** Thrown by `use` when a text is right but cannot be put to use yet: it is tried again. */
export class NotYet extends Error {}

export interface ReloadedFileOptions {
  readonly file: string;
  readonly what: 'authentication' | 'authorization';
  /** Puts the text to use. Rejects when it is wrong. */
  readonly use: (text: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds between looks at the file. Upstream looks every minute and is told of changes by the file system besides. */
const LOOK_EVERY = 1_000;

export class ReloadedFile {
  readonly #options: ReloadedFileOptions;
  readonly #metrics: ReloadMetrics;
  #version = '';
  #text = '';
  #timer: Timer | undefined;
  #loading = false;

  constructor(options: ReloadedFileOptions) {
    this.#options = options;
    this.#metrics = new ReloadMetrics(options.what);
  }

  /** Rejects if the file is missing or wrong now. */
  async open(): Promise<void> {
    const { file, use, clock } = this.#options;
    this.#version = versionOf(file);
    this.#text = readFileSync(file, 'utf8');
    await use(this.#text);
    this.#metrics.loaded(this.#text);
    this.#timer = clock.every(LOOK_EVERY, () => void this.#look());
  }

  metrics(serverId: string): string {
    return this.#metrics.renderFor(serverId);
  }

  close(): void {
    this.#timer?.cancel();
  }

  async #look(): Promise<void> {
    const { file, what, use, clock, log } = this.#options;
    const version = versionOf(file);
    if (this.#loading || version === this.#version) return;
    this.#version = version;
    this.#loading = true;
    const usedBefore = this.#text;
    try {
      const text = readFileSync(file, 'utf8');
      if (text === this.#text) return;
      this.#text = text;
      await use(text);
      this.#metrics.reloaded(true, clock.now());
      this.#metrics.loaded(text);
      log.info(`${what} configuration reloaded`, { hash: hashOf(text) });
    } catch (error) {
      if (error instanceof NotYet) [this.#version, this.#text] = ['', usedBefore];
      this.#metrics.reloaded(false, clock.now());
      log.error(`${what} configuration not reloaded`, { error: messageOf(error) });
    } finally {
      this.#loading = false;
    }
  }
}

export const hashOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

function versionOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.ino}:${found.mtimeMs}:${found.size}` : '';
}

/** The label of metrics that are each server's own. `serverId` is the name of its Lease. */
export const serverLabel = (serverId: string) => ({
  apiserver_id_hash: serverId === '' ? '' : hashOf(serverId),
});

type Status = 'success' | 'failure';

interface Reloads {
  count: number;
  /** Seconds since the epoch. */
  last: number;
}

class ReloadMetrics extends Metrics {
  readonly #reloads = new Map<Status, Reloads>();
  #server = serverLabel('');
  #hash = '';

  constructor(what: string) {
    super();
    const prefix = `apiserver_${what}_config_controller`;
    const samples = (value: keyof Reloads) => (): Sample[] =>
      [...this.#reloads].map(([status, reloads]) => [{ status, ...this.#server }, reloads[value]]);
    this.registry.computed(
      `${prefix}_automatic_reloads_total`,
      'counter',
      `Total number of automatic reloads of ${what} configuration split by status and apiserver identity.`,
      samples('count'),
    );
    this.registry.computed(
      `${prefix}_automatic_reload_last_timestamp_seconds`,
      'gauge',
      `Timestamp of the last automatic reload of ${what} configuration split by status and apiserver identity.`,
      samples('last'),
    );
    this.registry.computed(
      `${prefix}_last_config_info`,
      'gauge',
      `Information about the last applied ${what} configuration with hash as label, split by apiserver identity.`,
      () => [[{ ...this.#server, hash: this.#hash }, 1]],
    );
  }

  loaded(text: string): void {
    this.#hash = hashOf(text);
  }

  reloaded(done: boolean, now: number): void {
    const status = done ? 'success' : 'failure';
    const { count } = this.#reloads.get(status) ?? { count: 0 };
    this.#reloads.set(status, { count: count + 1, last: now / 1000 });
  }

  renderFor(serverId: string): string {
    this.#server = serverLabel(serverId);
    return this.render();
  }
}
