// Mutating policies and webhooks have two rounds: in the second one, those run again that ask for it and whose object has changed
// since. One per request and plug-in. Upstream: policyReinvokeContext and webhookReinvokeContext.
import type { Carried } from '../registry/admission.ts';

export class Reinvocation<K> {
  readonly #invoked = new Set<K>();
  readonly #due = new Set<K>();
  #output: string | undefined;

  /** What runs again if the object changes later. */
  add(key: K): void {
    this.#invoked.add(key);
  }

  /** The object has changed: all that have run so far and ask for it are due. */
  changed(): void {
    for (const key of this.#invoked) this.#due.add(key);
    this.#invoked.clear();
  }

  isDue(key: K): boolean {
    return this.#due.has(key);
  }

  /** At the end of the first round. */
  leave(object: Carried | undefined): void {
    this.#output = JSON.stringify(object);
  }

  /** At the beginning of the second round: others may have changed the object in between. */
  enter(object: Carried | undefined): void {
    if (JSON.stringify(object) !== this.#output) this.changed();
  }
}

/** What one plug-in does to one request. */
export interface Mutation {
  /** Resolves with whether the object was changed. Called a second time if anything was. */
  round(again: boolean): Promise<boolean>;
}
