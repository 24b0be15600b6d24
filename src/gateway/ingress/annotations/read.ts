// The values of ingress-nginx's annotations, each by the kind of value it has. What is not understood throws a Refusal: an Ingress
// that says something which is not done is left out, so that nothing is served without what its user relies on.

export const PREFIX = 'nginx.ingress.kubernetes.io/';

/** Why an Ingress is left out. */
export class Refusal extends Error {}

/** An Ingress's annotations, and which of them were read. */
export class Annotations {
  readonly #values: Readonly<Record<string, string>>;
  readonly #read = new Set<string>();

  constructor(values: Readonly<Record<string, string>> = {}) {
    this.#values = values;
  }

  /** Those of ingress-nginx that nobody has asked for. */
  get unread(): string[] {
    return Object.keys(this.#values)
      .filter((key) => key.startsWith(PREFIX) && !this.#read.has(key))
      .sort();
  }

  /** The value without the spaces around it; undefined when empty. */
  text(name: string): string | undefined {
    const key = PREFIX + name;
    this.#read.add(key);
    return this.#values[key]?.trim() || undefined;
  }

  /** A value that `admits` lets through. */
  checked(name: string, admits: (text: string) => boolean): string | undefined {
    const text = this.text(name);
    if (text !== undefined && !admits(text)) throw refused(name, text);
    return text;
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (text !== 'true' && text !== 'false') throw refused(name, text);
    return text === 'true';
  }

  /** A whole number from 0 on, at most `largest`. */
  number(name: string, largest: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(number <= largest)) throw refused(name, text);
    return number;
  }

  /** Seconds, as `5` or `5s`. */
  seconds(name: string): number | undefined {
    const text = this.text(name)?.replace(/s$/, '');
    if (text === undefined) return undefined;
    if (!/^[0-9]{1,5}$/.test(text) || Number(text) === 0) throw refused(name, text);
    return Number(text);
  }

  /** Bytes, as `8m`. */
  bytes(name: string): number | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    const found = /^([0-9]{1,9})([kmg]?)$/.exec(text);
    if (!found) throw refused(name, text);
    return Number(found[1]) * 1024 ** ['', 'k', 'm', 'g'].indexOf(found[2]!);
  }

  /** Values with commas between, each let through by `admits`; at most 256. */
  list(name: string, admits: (text: string) => boolean): string[] | undefined {
    const parts = this.text(name)
      ?.split(',')
      .map((part) => part.trim())
      .filter(Boolean);
    if (parts && (parts.length > 256 || !parts.every(admits))) throw refused(name, parts.join(','));
    return parts;
  }
}

/** Events are read by people, who know the value: a beginning of it is enough. */
export const refused = (name: string, value: string): Refusal =>
  new Refusal(`annotation ${PREFIX}${name}: ${JSON.stringify(value.slice(0, 80))} is not supported`);
