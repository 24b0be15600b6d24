// The memory of old versions is bounded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompactedError } from '../store.ts';
import type { WithStore } from './subject.contract.ts';

/** More than any store keeps by default. */
const BYTES = 100 << 20;
const VALUE = 1 << 20;

export function memoryContract(withStore: WithStore): void {
  test(
    'a version keeps no memory alive but its own bytes',
    withStore(async (store) => {
      const pooled = Buffer.from('a slice of a larger buffer'.repeat(10));
      const { value } = await store.create('/a', () => pooled);
      assert.deepEqual([value.toString(), value.buffer.byteLength], [pooled.toString(), value.byteLength]);
    }),
  );

  test(
    'old versions that take too much memory are compacted early, the newest of each key stay',
    withStore(async (store) => {
      const value = Buffer.alloc(VALUE, 'x');
      const first = await store.create('/a', () => value);
      await store.create('/b', () => value);
      let { revision } = first;
      for (let written = 0; written < BYTES; written += VALUE)
        revision = (await store.update('/a', revision, () => Buffer.from(value))).revision;
      assert.ok(store.compacted > first.revision, `compacted ${store.compacted}`);
      assert.throws(() => store.watch('/', first.revision, { events() {} }), CompactedError);
      assert.deepEqual([store.get('/a')?.revision, store.get('/b')?.revision], [revision, 3]);
      assert.ok(revision - store.compacted > 20, 'keeps a part of the history');
    }),
  );
}
