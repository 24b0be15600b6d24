import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GrpcError } from '../../../kit/grpc/status.ts';
import type { Endpoints } from '../rpc/endpoints.ts';
import type { KeyValue, RangeRequest } from '../rpc/messages.ts';
import { pagesOf } from './pages.ts';

const layout = { root: Buffer.from('/r/'), end: Buffer.from('/r0') };

/** An etcd with objects of these sizes, which refuses answers of more than `most` bytes; and the limits that it was asked with. */
function etcdOf(sizes: readonly number[], most = Number.POSITIVE_INFINITY) {
  const all = sizes.map((size, i): KeyValue => {
    const key = Buffer.from(`/r/${String(i).padStart(6, '0')}`);
    return {
      key,
      create_revision: i,
      mod_revision: i,
      version: 1,
      value: Buffer.alloc(size),
      lease: 0n,
    };
  });
  const limits: number[] = [];
  const range = ({ key, limit = 0 }: RangeRequest) => {
    limits.push(limit);
    const left = all.filter((kv) => kv.key.compare(key) >= 0);
    const kvs = left.slice(0, limit);
    if (kvs.reduce((sum, kv) => sum + kv.value.length, 0) > most)
      throw new GrpcError('resourceExhausted', 'grpc: received message larger than max (9 vs. 8)');
    return { header: { member_id: 1, revision: 7 }, kvs, more: left.length > limit };
  };
  const endpoints = { call: async (_: unknown, request: unknown) => range(request as RangeRequest) };
  return { endpoints: endpoints as Pick<Endpoints, 'call'>, limits };
}

async function pages(endpoints: Pick<Endpoints, 'call'>): Promise<number[]> {
  const found: number[] = [];
  for await (const { kvs, at } of pagesOf(endpoints, layout, 0)) {
    assert.equal(at, 7);
    found.push(kvs.length);
  }
  return found;
}

describe('pages of a load', () => {
  it('grow to 5,000 keys while objects are small', async () => {
    const { endpoints } = etcdOf(Array.from({ length: 20_000 }, () => 100));
    assert.deepEqual(await pages(endpoints), [500, 1_000, 2_000, 4_000, 5_000, 5_000, 2_500]);
  });

  it('have eight megabytes at most once objects are large, and grow again behind them', async () => {
    const large = Array.from({ length: 600 }, () => 1 << 18);
    const small = Array.from({ length: 200 }, () => 100);
    const { endpoints } = etcdOf([...large, ...small]);
    assert.deepEqual(await pages(endpoints), [500, 32, 32, 32, 32, 64, 108]);
  });

  it('are asked for again in quarters when a message would be too long', async () => {
    const { endpoints, limits } = etcdOf(
      Array.from({ length: 600 }, () => 1 << 18),
      64 << 20,
    );
    assert.deepEqual((await pages(endpoints)).slice(0, 2), [125, 32]);
    assert.deepEqual(limits.slice(0, 3), [500, 125, 32]);
  });
});
