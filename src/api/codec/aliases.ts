// Aliases in YAML make a small text stand for a large value: the parser shares the value, but everybody after it walks or writes
// it once per alias. This measures what it would become, in time linear in the text. Called by yaml.ts.
// Upstream: the alias ratio in go.yaml.in/yaml/v2 decode.go.
import { MOST_BYTES, MOST_KEYS } from './budget.ts';

/** Part of the values that may come from aliases, in documents with more than 1,000 values (upstream). */
const MOST_ALIASED = 0.99;

export class AliasError extends Error {}

interface Extent {
  /** Objects, lists and scalars. */
  readonly values: number;
  /** Characters of JSON. */
  readonly size: number;
}

/** The value itself; throws AliasError with upstream's words. */
export function checkAliases<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const measure = new Measure();
  const { values, size } = measure.extent(value);
  const aliased = values - measure.own;
  const excessive = aliased > 100 && values > 1000 && aliased / values > MOST_ALIASED;
  if (excessive || size > MOST_BYTES || (aliased > 0 && values > MOST_KEYS))
    throw new AliasError('document contains excessive aliasing');
  return value;
}

class Measure {
  /** Values that stand in the text. */
  own = 0;
  /** Undefined while a value is being measured: it contains itself if it is met again. */
  readonly #known = new Map<object, Extent | undefined>();

  extent(value: unknown): Extent {
    if (typeof value !== 'object' || value === null) {
      this.own++;
      return { values: 1, size: typeof value === 'string' ? value.length + 2 : 4 };
    }
    if (this.#known.has(value)) {
      const known = this.#known.get(value);
      if (!known) throw new AliasError('anchor value contains itself');
      return known;
    }
    this.#known.set(value, undefined);
    const extent = this.#members(value);
    this.#known.set(value, extent);
    return extent;
  }

  #members(value: object): Extent {
    this.own++;
    let values = 1;
    let size = 2;
    for (const [key, member] of Object.entries(value)) {
      const inner = this.extent(member);
      values += inner.values;
      size += inner.size + (Array.isArray(value) ? 1 : key.length + 4);
    }
    return { values, size };
  }
}
