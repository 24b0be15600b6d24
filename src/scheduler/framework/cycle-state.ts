// What plugins work out early in a scheduling cycle and read at later extension points. One state per pod and cycle.
// A plugin reads its own entry through its own key, whose type says what the entry holds: no strings, no casts.
// A clone can be changed by AddPod and RemovePod without the original noticing; preemption tries nodes that way.

export interface StateKey<T> {
  /** For error messages. */
  readonly name: string;
  /** A copy that shares nothing that changes with `value`; values that never change are returned as they are. */
  clone(value: T): T;
}

interface Entry<T> {
  readonly key: StateKey<T>;
  readonly value: T;
}

/** A key for values that never change after they are written. */
export const immutableKey = <T>(name: string): StateKey<T> => ({ name, clone: (value) => value });

/** Keys are compared by identity, so an entry under `key` was written with that key's type. */
const isUnder = <T>(key: StateKey<T>, entry: Entry<unknown>): entry is Entry<T> => entry.key === key;

export class CycleState {
  readonly #entries = new Map<StateKey<unknown>, Entry<unknown>>();

  write<T>(key: StateKey<T>, value: T): void {
    this.#entries.set(key, { key, value });
  }

  /** What was written under `key`; throws when nothing was: the plugin's earlier extension point has not run. */
  read<T>(key: StateKey<T>): T {
    const entry = this.#entries.get(key);
    if (entry && isUnder(key, entry)) return entry.value;
    throw new Error(`reading "${key.name}" from cycleState: not found`);
  }

  /** The same, or undefined: for extension points that run even if the plugin has skipped the pod. */
  find<T>(key: StateKey<T>): T | undefined {
    const entry = this.#entries.get(key);
    return entry && isUnder(key, entry) ? entry.value : undefined;
  }

  clone(): CycleState {
    const copy = new CycleState();
    for (const { key, value } of this.#entries.values()) copy.write(key, key.clone(value));
    return copy;
  }
}
