// Clients that never rest, to see what a fault costs: a writer that remembers what was acknowledged, and a caller of a Service.
import { request } from 'node:http';
import { ConfigMap } from '../../../src/api/kinds/core/v1/config-map.ts';
import { isAlreadyExists } from '../../../src/api/status/status-error.ts';
import type { Client } from '../../../src/client/client.ts';
import { systemClock } from '../../../src/kit/clock.ts';

/** How long a client waits before it tries again, over a new connection. */
const PATIENCE_MS = 1_000;
const PAUSE_MS = 20;
/** A call of a Service has failed when it has no answer after so long. */
const CALL_MS = 5_000;

export interface ApiLine {
  readonly client: Client;
  /** The next request goes over a new connection. */
  readonly renew: () => void;
}

/** Creates one object after another, each until it is acknowledged. */
export class Writer {
  readonly #line: ApiLine;
  readonly #name: string;
  readonly acknowledged: string[] = [];
  /** Milliseconds from one acknowledgement to the next, the longest since the last look. */
  #longest = 0;
  #last = systemClock.monotonic();
  #running = true;
  readonly #done: Promise<void>;

  constructor(line: ApiLine, name: string) {
    this.#line = line;
    this.#name = name;
    this.#done = this.#run();
  }

  /** The longest time without a write since the last call, the present one included. */
  gap(): number {
    const now = Math.max(this.#longest, systemClock.monotonic() - this.#last);
    this.#longest = 0;
    return now;
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#done;
  }

  /** Acknowledged objects that are not there. */
  async lost(client: Client): Promise<string[]> {
    const { items } = await client.list(ConfigMap, { namespace: 'default' });
    const there = new Set(items.map(({ metadata }) => metadata.name));
    return this.acknowledged.filter((name) => !there.has(name));
  }

  async #run(): Promise<void> {
    for (let i = 0; this.#running; i++) {
      const name = `${this.#name}-${i}`;
      while (this.#running && !(await this.#write(name)));
      await systemClock.sleep(PAUSE_MS);
    }
  }

  async #write(name: string): Promise<boolean> {
    const { client, renew } = this.#line;
    const object: ConfigMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default' },
    };
    try {
      await inTime(client.create(ConfigMap, object));
    } catch (error) {
      // The answer of an earlier attempt was lost.
      if (!isAlreadyExists(error)) {
        renew();
        await systemClock.sleep(PAUSE_MS);
        return false;
      }
    }
    this.acknowledged.push(name);
    const now = systemClock.monotonic();
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
    return true;
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = systemClock.sleep(PATIENCE_MS, over.signal).then(() => {
    throw new Error('no answer in time');
  });
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort(new Error('answered'));
  }
}

/** Asks an address over HTTP again and again, each time over a new connection. */
export class Caller {
  readonly #port: number;
  asked = 0;
  answered = 0;
  readonly failures: string[] = [];
  /** Milliseconds from one answer to the next, the longest since the last look. */
  #longest = 0;
  #last = systemClock.monotonic();
  #running = true;
  readonly #done: Promise<void>;

  constructor(port: number) {
    this.#port = port;
    this.#done = this.#run();
  }

  /** The longest time without an answer since the last call, the present one included. */
  gap(): number {
    const now = Math.max(this.#longest, systemClock.monotonic() - this.#last);
    this.#longest = 0;
    return now;
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#done;
  }

  async #run(): Promise<void> {
    while (this.#running) {
      this.asked++;
      const failure = await ask(this.#port);
      if (failure) this.failures.push(failure);
      else {
        this.answered++;
        const now = systemClock.monotonic();
        this.#longest = Math.max(this.#longest, now - this.#last);
        this.#last = now;
      }
      await systemClock.sleep(PAUSE_MS);
    }
  }
}

const ask = (port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, agent: false, timeout: CALL_MS }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200 ? undefined : `${response.statusCode}`));
      response.on('error', (error) => resolve(error.message));
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.on('error', (error) => resolve(error.message));
    asked.end();
  });
