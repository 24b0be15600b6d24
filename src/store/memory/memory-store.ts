// A store without an engine, lost with the process. For tests and the simulation: no worker, no timers except for expiry, and
// every write is visible when create(), update() or delete() returns its promise.
import type { Clock } from '../../kit/clock.ts';
import type { Journal } from '../mvcc/journal.ts';
import { MvccState } from '../mvcc/mvcc-state.ts';
import { MvccStore, type StoreLimits } from '../mvcc/mvcc-store.ts';

export interface MemoryStoreOptions {
  clock: Clock;
  limits?: StoreLimits;
}

const journal: Journal = {
  append: (_writes, ended) => ended(),
  gather: (flush) => flush(),
  forget: async () => {},
  shrink: async () => {},
  used: 0,
  tight: false,
  size: async () => 0,
  close: async () => {},
};

export function openMemoryStore({ clock, limits }: MemoryStoreOptions): MvccStore {
  return new MvccStore({ clock, state: new MvccState(), journal, ...(limits && { limits }) });
}
