// Stored objects that a webhook has to convert before they can be read: in batches that neither take long to encode nor exceed
// what an answer may have, each object once even if several requests wait for it. A failure fails the requests that wait; it is
// not remembered. Called by custom-cache.ts.
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import type { Entry } from '../../../store/store.ts';
import { isUnanswered } from '../../webhooks/no-answer.ts';

export interface Convertible {
  readonly entry: Entry;
  readonly object: KubeObject;
}

/** Bytes and objects of one call, beyond which the next begins. */
const MOST_BYTES = 512 * 1024;
const MOST_OBJECTS = 500;

export class RemoteReads {
  /** Reads the entries, in one turn as far as it depends on this server. */
  readonly #read: (entries: readonly Entry[]) => Promise<void>;
  readonly #underway = new Map<Entry, Promise<void>>();

  constructor(read: (entries: readonly Entry[]) => Promise<void>) {
    this.#read = read;
  }

  /** Undefined if all are known. */
  make(entries: readonly Entry[], isKnown: (entry: Entry) => boolean): Promise<void> | undefined {
    const missing = entries.filter((entry) => !isKnown(entry));
    return missing.length > 0 ? this.#all(missing, isKnown) : undefined;
  }

  async #all(entries: readonly Entry[], isKnown: (entry: Entry) => boolean): Promise<void> {
    for (const batch of batchesOf(entries)) {
      await this.#join(batch);
      const missing = batch.filter((entry) => !isKnown(entry));
      if (missing.length > 0) await this.#begin(missing);
    }
  }

  /** Waits for calls of others. Their failure is shared if the webhook did not answer: it would not answer this request either.
   *  An answer may refuse an object that only the others asked for. */
  async #join(entries: readonly Entry[]): Promise<void> {
    const calls = new Set(entries.map((entry) => this.#underway.get(entry)));
    for (const call of calls)
      await call?.catch((error: unknown) => {
        if (isUnanswered(error)) throw error;
      });
  }

  async #begin(entries: readonly Entry[]): Promise<void> {
    const call = this.#read(entries);
    for (const entry of entries) this.#underway.set(entry, call);
    try {
      await call;
    } finally {
      for (const entry of entries) if (this.#underway.get(entry) === call) this.#underway.delete(entry);
    }
  }
}

function* batchesOf(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let batch: Entry[] = [];
  let size = 0;
  for (const entry of entries) {
    batch.push(entry);
    size += entry.value.length;
    if (size < MOST_BYTES && batch.length < MOST_OBJECTS) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}
