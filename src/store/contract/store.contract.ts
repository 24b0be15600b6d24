// The guarantees of the Store port, as tests that every implementation runs: storeContract('name', subject).
import { describe } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { historyContract } from './history.contract.ts';
import { lifetimeContract } from './lifetime.contract.ts';
import { memoryContract } from './memory.contract.ts';
import { readContract } from './read.contract.ts';
import type { Subject, WithStore } from './subject.contract.ts';
import { watchContract } from './watch.contract.ts';
import { writeContract } from './write.contract.ts';

export type { Subject };

export function storeContract(name: string, subject: Subject): void {
  const withStore: WithStore = (body) => async () => {
    const clock = new SteppedClock();
    const store = await subject.open(clock);
    try {
      await body(store, clock);
    } finally {
      await store.close();
      await subject.release?.(store);
    }
  };
  describe(`the ${name} store keeps the contract:`, { skip: subject.skip ?? false }, () => {
    writeContract(withStore);
    readContract(withStore, subject);
    watchContract(withStore, subject);
    historyContract(withStore);
    memoryContract(withStore);
    lifetimeContract(withStore, subject);
  });
}
