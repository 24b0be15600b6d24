// What was acknowledged, so that nothing of it may be lost: one writer per key, which writes one value after another.
import type { Outcome } from '../robustness/history.ts';

/** Undefined when the object was deleted, or never there. */
export type Content = string | undefined;

export class Ledger {
  /** By key: the last content that was acknowledged, and those written since whose outcome is unknown. */
  readonly #keys = new Map<string, { acknowledged: Content; possible: Content[] }>();
  #acknowledged = 0;
  #unknown = 0;

  record(key: string, content: Content, { is }: Pick<Outcome<unknown>, 'is'>): void {
    const known = this.#keys.get(key) ?? { acknowledged: undefined, possible: [] };
    if (is === 'ok') {
      this.#acknowledged++;
      this.#keys.set(key, { acknowledged: content, possible: [] });
    } else if (is === 'unknown') {
      this.#unknown++;
      this.#keys.set(key, { ...known, possible: [...known.possible, content] });
    }
  }

  get counts() {
    return { acknowledged: this.#acknowledged, unknown: this.#unknown };
  }

  /** Keys whose content is neither the last acknowledged one nor one that may have been written since. */
  lost(found: ReadonlyMap<string, string>): string[] {
    return [...this.#keys].flatMap(([key, { acknowledged, possible }]) => {
      const content = found.get(key);
      if (content === acknowledged || possible.includes(content)) return [];
      return [
        `${key} is ${content}; acknowledged was ${acknowledged}, perhaps since then ${possible.join(', ')}`,
      ];
    });
  }
}
