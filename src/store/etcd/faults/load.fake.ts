// Writers that count up keys of their own, creating, updating and deleting, and what must hold afterwards: each key's events are
// exactly its writer's acknowledged writes, in order, each once. Of a write that ended without an answer either outcome is right.
import assert from 'node:assert/strict';
import { systemClock } from '../../../kit/clock.ts';
import { EngineError } from '../../failures.ts';
import { ConflictError, type Entry, KeyExistsError, type Store, type StoreEvent } from '../../store.ts';

interface Attempt {
  readonly text: string;
  outcome: 'acknowledged' | 'refused' | 'unknown';
}

export class Load {
  readonly #store: Store;
  readonly #attempts = new Map<string, Attempt[]>();
  readonly #running: Promise<void>[];
  readonly #from: number;
  #stopping = false;
  /** Times in milliseconds that writes took. */
  longest = 0;
  acknowledged = 0;
  readonly errors = new Map<string, number>();

  constructor(store: Store, writers: number) {
    this.#store = store;
    this.#from = store.revision;
    this.#running = Array.from({ length: writers }, (_, i) => this.#write(`/w/${i}`));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#running);
  }

  /** Resolves when `n` more writes have been acknowledged. */
  async more(n: number): Promise<void> {
    const goal = this.acknowledged + n;
    while (this.acknowledged < goal) await systemClock.sleep(5);
  }

  /** Checks what `store`, this one or another, tells of the past. */
  check(store: Store): void {
    const events: StoreEvent[] = [];
    store.watch('/w/', this.#from, { events: (more) => void events.push(...more) }).close();
    const byKey = Map.groupBy(events, (event) => (event.type === 'put' ? event.entry.key : event.key));
    for (const [key, attempts] of this.#attempts) {
      const seen = (byKey.get(key) ?? []).map(textOf);
      let at = 0;
      for (const { text, outcome } of attempts) {
        if (seen[at] === text) {
          assert.notEqual(outcome, 'refused', `${key}: ${text} was refused and made`);
          at++;
        } else
          assert.notEqual(outcome, 'acknowledged', `${key}: ${text} was acknowledged; ${seen[at]} is there`);
      }
      assert.equal(at, seen.length, `${key}: ${seen.slice(at)} was made twice, or by nobody`);
    }
  }

  async #write(key: string): Promise<void> {
    const attempts: Attempt[] = [];
    this.#attempts.set(key, attempts);
    for (let i = 0; !this.#stopping; i++) {
      const current = this.#store.get(key);
      const deletes = current !== undefined && i % 5 === 4;
      const attempt: Attempt = { text: deletes ? 'deleted' : `${i}`, outcome: 'unknown' };
      attempts.push(attempt);
      const began = systemClock.monotonic();
      try {
        await this.#make(key, current, deletes, i);
        attempt.outcome = 'acknowledged';
        this.acknowledged++;
      } catch (error) {
        this.#note(error, attempt);
        await systemClock.sleep(20);
      }
      this.longest = Math.max(this.longest, systemClock.monotonic() - began);
    }
  }

  async #make(key: string, current: Entry | undefined, deletes: boolean, i: number): Promise<void> {
    const encode = () => Buffer.from(`${i}`);
    if (deletes) await this.#store.delete(key, current!.revision);
    else if (current) await this.#store.update(key, current.revision, encode);
    else await this.#store.create(key, encode);
  }

  /** A conflict after an unknown outcome says that the earlier write was made, not this one. */
  #note(error: unknown, attempt: Attempt): void {
    if (error instanceof ConflictError || error instanceof KeyExistsError) attempt.outcome = 'refused';
    else if (!(error instanceof EngineError)) throw error;
    const name = error.message;
    this.errors.set(name, (this.errors.get(name) ?? 0) + 1);
  }
}

const textOf = (event: StoreEvent): string =>
  event.type === 'put' ? event.entry.value.toString() : 'deleted';
