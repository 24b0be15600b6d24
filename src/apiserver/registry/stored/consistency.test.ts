import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { openMemoryStore } from '../../../store/memory/memory-store.ts';
import type { Store } from '../../../store/store.ts';

const PATH = '/api/v1/namespaces/default/configmaps';
const configMap = (value: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'shared' },
  data: { value },
});

/** The view that one server has of a shared store: `arrive` brings what other servers have written since. */
function lagging(store: Store, arrive: () => Promise<void> | undefined): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'barrier') return arrive;
      const member = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

describe('a server whose store lags behind another server’s writes', () => {
  let server: SimCluster;
  /** The write of the other server that this one does not see yet. */
  let pending: (() => Promise<unknown>) | undefined;
  let barriers: number;

  beforeEach(async () => {
    const clock = new SteppedClock();
    const store = openMemoryStore({ clock });
    const other = await simCluster({ clock, apiServer: { store } });
    pending = undefined;
    const arrive = () => {
      barriers++;
      const write = pending;
      pending = undefined;
      return write?.().then(() => {});
    };
    server = await simCluster({ clock, apiServer: { store: lagging(store, arrive) } });
    await other.call('POST', PATH, configMap('old'));
    pending = () => other.call('PUT', `${PATH}/shared`, configMap('new'));
    barriers = 0;
  });

  const get = (query: Record<string, string> = {}) =>
    server.call('GET', `${PATH}/shared`, undefined, { query });
  const list = (query: Record<string, string> = {}) => server.call('GET', PATH, undefined, { query });

  it('shows the newest state to a get without a resourceVersion', async () => {
    assert.equal((await get()).body.data.value, 'new');
  });

  it('shows the newest state to a list without a resourceVersion', async () => {
    const { items } = (await list()).body;
    assert.deepEqual(
      items.map((item: { data: { value: string } }) => item.data.value),
      ['new'],
    );
  });

  it('answers reads at resourceVersion 0 with what it has, without waiting', async () => {
    assert.equal((await get({ resourceVersion: '0' })).body.data.value, 'old');
    assert.equal((await list({ resourceVersion: '0' })).body.items[0].data.value, 'old');
    assert.equal(barriers, 0);
  });

  it('waits for a resourceVersion that it has not seen, and not for one that it has', async () => {
    const seen = (await get({ resourceVersion: '0' })).body.metadata.resourceVersion;
    assert.equal((await get({ resourceVersion: seen })).body.data.value, 'old');
    assert.equal(barriers, 0);
    const next = String(Number(seen) + 1);
    assert.equal((await get({ resourceVersion: next })).body.data.value, 'new');
  });

  it('starts a watch without a resourceVersion from the newest state', async () => {
    const watch = await server.watch(PATH);
    assert.equal((await watch.next()).object.data.value, 'new');
    watch.stop();
  });

  it('applies a patch to the newest state', async () => {
    const headers = { 'content-type': 'application/merge-patch+json' };
    const body = JSON.stringify({ data: { more: 'x' } });
    const patched = await server.call('PATCH', `${PATH}/shared`, body, { headers });
    assert.deepEqual(patched.body.data, { value: 'new', more: 'x' });
    assert.ok(barriers > 0);
  });
});
