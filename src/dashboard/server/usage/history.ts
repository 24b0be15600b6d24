// CPU and memory of nodes and pods over the last hour, in bounded memory: all share one ring of times, each has two numbers a sample.
// What is gone when a sample is taken is forgotten. No clock.
import type { Steps } from '../../../kit/clock.ts';

/** What one of them uses. */
export interface Use {
  /** Cores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

/** Oldest first. A null: it was not measured then. */
export interface Series {
  /** Milliseconds since the epoch. */
  readonly times: readonly number[];
  readonly cpu: readonly (number | null)[];
  readonly memory: readonly (number | null)[];
}

export interface AllUse {
  readonly nodes: ReadonlyMap<string, Use>;
  /** By `namespace/name`. */
  readonly pods: ReadonlyMap<string, Use>;
}

interface Ring {
  readonly cpu: Float32Array;
  readonly memory: Float32Array;
}

export const HOUR_MS = 60 * 60_000;
/** Samples that are kept: an hour of one every 20 seconds. */
const SAMPLES = 180;
/** Series that are kept: 1.5 KB each. */
const MOST_SERIES = 7_000;
const STEP = 512;

export class History {
  readonly #times = new Float64Array(SAMPLES);
  readonly #series = new Map<string, Ring>();
  #samples = 0;

  get size(): number {
    return this.#series.size;
  }

  /** Whether something could not be kept because there are too many. */
  isFull = false;

  *add(at: number, uses: ReadonlyMap<string, Use>): Steps<void> {
    const slot = this.#samples % SAMPLES;
    this.#times[slot] = at;
    this.#samples++;
    let steps = 0;
    for (const key of this.#series.keys()) {
      if (!uses.has(key)) this.#series.delete(key);
      if (++steps % STEP === 0) yield;
    }
    this.isFull = false;
    for (const [key, { cpu, memory }] of uses) {
      const ring = this.#ringOf(key);
      if (ring) {
        ring.cpu[slot] = cpu;
        ring.memory[slot] = memory;
      } else this.isFull = true;
      if (++steps % STEP === 0) yield;
    }
  }

  /** Of the last hour before `now`. */
  of(key: string, now: number): Series {
    const ring = this.#series.get(key);
    const times: number[] = [];
    const cpu: (number | null)[] = [];
    const memory: (number | null)[] = [];
    for (let i = Math.max(0, this.#samples - SAMPLES); i < this.#samples; i++) {
      const slot = i % SAMPLES;
      const at = this.#times[slot]!;
      if (!ring || at < now - HOUR_MS) continue;
      times.push(at);
      cpu.push(orNull(ring.cpu[slot]!));
      memory.push(orNull(ring.memory[slot]!));
    }
    return { times, cpu, memory };
  }

  #ringOf(key: string): Ring | undefined {
    const known = this.#series.get(key);
    if (known || this.#series.size >= MOST_SERIES) return known;
    const empty = () => new Float32Array(SAMPLES).fill(Number.NaN);
    const ring = { cpu: empty(), memory: empty() };
    this.#series.set(key, ring);
    return ring;
  }
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

export const nodeKey = (name: string): string => `node ${name}`;
export const podKey = (namespace: string, name: string): string => `pod ${namespace}/${name}`;

/** What nodes and pods use, in one map. */
export function measured({ nodes, pods }: AllUse): Map<string, Use> {
  const uses = new Map<string, Use>();
  for (const [name, use] of nodes) uses.set(nodeKey(name), use);
  for (const [key, use] of pods) uses.set(`pod ${key}`, use);
  return uses;
}
