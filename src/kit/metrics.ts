// Counters, gauges and histograms in the Prometheus text format, without a global registry.

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly name: string;
  render(): string;
}

export class MetricsRegistry {
  readonly #families = new Map<string, Family>();

  counter(name: string, help: string): Counter {
    return this.#add(name, () => new Counter(name, help, 'counter'));
  }

  gauge(name: string, help: string): Counter {
    return this.#add(name, () => new Counter(name, help, 'gauge'));
  }

  histogram(name: string, help: string, buckets: readonly number[]): Histogram {
    return this.#add(name, () => new Histogram(name, help, buckets));
  }

  /** All families as Prometheus text exposition format 0.0.4. */
  render(): string {
    return [...this.#families.values()].map((family) => family.render()).join('');
  }

  #add<T extends Family>(name: string, make: () => T): T {
    const found = this.#families.get(name);
    if (found) return found as T;
    const made = make();
    this.#families.set(name, made);
    return made;
  }
}

/** A counter, or a gauge when `set` is used. */
export class Counter implements Family {
  readonly name: string;
  readonly #head: string;
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string, type: 'counter' | 'gauge') {
    this.name = name;
    this.#head = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  }

  add(labels: Labels = {}, by = 1): void {
    const key = labelText(labels);
    this.#values.set(key, (this.#values.get(key) ?? 0) + by);
  }

  set(labels: Labels, value: number): void {
    this.#values.set(labelText(labels), value);
  }

  render(): string {
    let out = this.#head;
    for (const [labels, value] of this.#values) out += `${this.name}${braces(labels)} ${value}\n`;
    return out;
  }
}

export class Histogram implements Family {
  readonly name: string;
  readonly #head: string;
  readonly #buckets: readonly number[];
  readonly #series = new Map<string, { counts: number[]; sum: number; count: number }>();

  constructor(name: string, help: string, buckets: readonly number[]) {
    this.name = name;
    this.#head = `# HELP ${name} ${help}\n# TYPE ${name} histogram\n`;
    this.#buckets = buckets;
  }

  observe(labels: Labels, value: number): void {
    const key = labelText(labels);
    let series = this.#series.get(key);
    if (!series) {
      series = { counts: this.#buckets.map(() => 0), sum: 0, count: 0 };
      this.#series.set(key, series);
    }
    series.sum += value;
    series.count++;
    for (let i = this.#buckets.length - 1; i >= 0 && value <= this.#buckets[i]!; i--) series.counts[i]!++;
  }

  render(): string {
    let out = this.#head;
    for (const [labels, { counts, sum, count }] of this.#series) {
      const prefix = labels ? `${labels},` : '';
      this.#buckets.forEach((le, i) => {
        out += `${this.name}_bucket{${prefix}le="${le}"} ${counts[i]}\n`;
      });
      out += `${this.name}_bucket{${prefix}le="+Inf"} ${count}\n`;
      out += `${this.name}_sum${braces(labels)} ${sum}\n${this.name}_count${braces(labels)} ${count}\n`;
    }
    return out;
  }
}

function labelText(labels: Labels): string {
  let out = '';
  for (const key in labels) {
    const value = labels[key]!.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
    out += `${out ? ',' : ''}${key}="${value}"`;
  }
  return out;
}

const braces = (labels: string) => (labels ? `{${labels}}` : '');
