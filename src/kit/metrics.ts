// Counters, gauges and histograms in the Prometheus text format, without a global registry. A component that has metrics of its
// own extends `Metrics`.

type Labels = Readonly<Record<string, string>>;

/** One line of a family. `at`, in milliseconds, is when the value was measured, unless it is that of now; the format has no
 *  fractions of them. */
export type Sample = readonly [labels: Labels, value: number, at?: number | undefined];

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

  /** A family whose values are read when it is rendered. */
  computed(name: string, type: 'counter' | 'gauge', help: string, samples: () => Iterable<Sample>): void {
    this.#add(name, () => ({ name, render: () => metricText(name, type, help, samples()) }));
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

/** The metrics of one component: its families are fields made with `registry`. */
export abstract class Metrics {
  protected readonly registry = new MetricsRegistry();

  render(): string {
    return this.registry.render();
  }
}

/** A counter, or a gauge when `set` is used. */
export class Counter implements Family {
  readonly name: string;
  readonly #head: string;
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string, type: 'counter' | 'gauge') {
    this.name = name;
    this.#head = metricHead(name, type, help);
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

/** The values of one series of a histogram. */
export class Distribution {
  readonly #buckets: readonly number[];
  /** Values per bucket, not cumulated; the last one is above all bounds. */
  readonly #counts: number[];
  #sum = 0;
  count = 0;

  /** Upper bounds, ascending. */
  constructor(buckets: readonly number[]) {
    this.#buckets = buckets;
    this.#counts = new Array(buckets.length + 1).fill(0);
  }

  /** Adds `value`, `times` times. */
  observe(value: number, times = 1): void {
    let i = 0;
    while (i < this.#buckets.length && value > this.#buckets[i]!) i++;
    this.#counts[i]! += times;
    this.#sum += value * times;
    this.count += times;
  }

  /** The lines of this series; `labels` as labelText() makes them. */
  render(name: string, labels: string): string {
    const prefix = labels ? `${labels},` : '';
    let out = '';
    let below = 0;
    this.#buckets.forEach((le, i) => {
      below += this.#counts[i]!;
      out += `${name}_bucket{${prefix}le="${le}"} ${below}\n`;
    });
    out += `${name}_bucket{${prefix}le="+Inf"} ${this.count}\n`;
    return `${out}${name}_sum${braces(labels)} ${this.#sum}\n${name}_count${braces(labels)} ${this.count}\n`;
  }
}

export class Histogram implements Family {
  readonly name: string;
  readonly #head: string;
  readonly #buckets: readonly number[];
  readonly #series = new Map<string, Distribution>();

  constructor(name: string, help: string, buckets: readonly number[]) {
    this.name = name;
    this.#head = metricHead(name, 'histogram', help);
    this.#buckets = buckets;
  }

  observe(labels: Labels, value: number): void {
    this.series(labels).observe(value);
  }

  /** For those who observe the same labels often. */
  series(labels: Labels): Distribution {
    const key = labelText(labels);
    let series = this.#series.get(key);
    if (!series) {
      series = new Distribution(this.#buckets);
      this.#series.set(key, series);
    }
    return series;
  }

  render(): string {
    let out = this.#head;
    for (const [labels, series] of this.#series) out += series.render(this.name, labels);
    return out;
  }
}

export const metricHead = (name: string, type: 'counter' | 'gauge' | 'histogram', help: string): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;

/** A family of which all values are known. */
export function metricText(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  samples: Iterable<Sample>,
): string {
  let out = metricHead(name, type, help);
  for (const [labels, value, at] of samples)
    out += `${name}${braces(labelText(labels))} ${value}${at === undefined ? '' : ` ${Math.trunc(at)}`}\n`;
  return out;
}

/** Hardly any value has one. */
const SPECIAL = /[\\"\n]/;

export function labelText(labels: Labels): string {
  let out = '';
  for (const key in labels) {
    const value = labels[key]!;
    const escaped = SPECIAL.test(value)
      ? value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
      : value;
    out += `${out ? ',' : ''}${key}="${escaped}"`;
  }
  return out;
}

const braces = (labels: string) => (labels ? `{${labels}}` : '');
