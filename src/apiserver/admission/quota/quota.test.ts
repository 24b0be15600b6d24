import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { type Body, create } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { openMemoryStore } from '../../../store/memory/memory-store.ts';
import type { Store } from '../../../store/store.ts';

const QUOTAS = '/api/v1/namespaces/default/resourcequotas';
const MAPS = '/api/v1/namespaces/default/configmaps';
const hard = { configmaps: '5' };
const aMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

/** With what the quota controller would count in a namespace without objects. */
async function aQuota(
  server: SimCluster,
  name: string,
  limits: Record<string, string> = hard,
): Promise<void> {
  const quota = await create(server, QUOTAS, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name },
    spec: { hard: limits },
  });
  const used = Object.fromEntries(Object.keys(limits).map((resource) => [resource, '0']));
  await server.call('PUT', `${QUOTAS}/${name}/status`, { ...quota, status: { hard: limits, used } });
}
const used = async (server: SimCluster, name: string): Promise<Body> =>
  (await server.call('GET', `${QUOTAS}/${name}`)).body.status.used;
const statuses = (answers: { status: number }[]) =>
  [201, 403].map((wanted) => answers.filter(({ status }) => status === wanted).length);

/** The store as a second server sees it: what the other one wrote arrives with the barrier, not before. */
function late(store: Store): Store {
  let seen = store.revision;
  const arrive = async () => {
    seen = store.revision;
  };
  const own: Partial<Store> = {
    barrier: arrive,
    get: (key, revision) => store.get(key, revision ?? Math.min(seen, store.revision)),
    range: (prefix, options = {}) => store.range(prefix, { revision: seen, ...options }),
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === 'revision') return seen;
      const member = Reflect.get(own, name) ?? Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

describe('the usage of a quota', () => {
  it('is charged to its status before the object is stored', async () => {
    const server = await simCluster();
    await aQuota(server, 'q');
    await create(server, MAPS, aMap('a'));
    assert.deepEqual(await used(server, 'q'), { configmaps: '1' });
    await server.call('POST', MAPS, aMap('b'), { query: { dryRun: 'All' } });
    assert.deepEqual(await used(server, 'q'), { configmaps: '1' }, 'a dry run costs nothing');
  });

  it('has to be known', async () => {
    const server = await simCluster();
    await create(server, QUOTAS, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'q' },
      spec: { hard },
    });
    const { status, body } = await server.call('POST', MAPS, aMap('a'));
    assert.deepEqual(
      [status, body.message],
      [403, 'configmaps "a" is forbidden: status unknown for quota: q, resources: configmaps'],
    );
  });

  it('is charged to all quotas or to none', async () => {
    const server = await simCluster();
    await aQuota(server, 'small', { configmaps: '1' });
    await aQuota(server, 'large');
    const answers = await Promise.all(['a', 'b', 'c'].map((name) => server.call('POST', MAPS, aMap(name))));
    assert.deepEqual(statuses(answers), [1, 2]);
    assert.deepEqual(await used(server, 'large'), { configmaps: '1' });
    assert.match(
      answers.find(({ status }) => status === 403)!.body.message,
      /exceeded quota: small, requested: configmaps=1, used: configmaps=1, limited: configmaps=1$/,
    );
  });

  it('includes what was stored without being charged', async () => {
    const server = await simCluster();
    for (const name of ['a', 'b', 'c', 'd']) await create(server, MAPS, aMap(name));
    await aQuota(server, 'q');
    await create(server, MAPS, aMap('e'));
    assert.match((await server.call('POST', MAPS, aMap('f'))).body.message, /used: configmaps=5/);
  });

  it('never exceeds the quota with two servers over one store', async () => {
    const clock = new SteppedClock();
    const store = openMemoryStore({ clock });
    const one = await simCluster({ clock, apiServer: { store } });
    await aQuota(one, 'q');
    await aQuota(one, 'r', { configmaps: '100' });
    const two = await simCluster({ clock, seed: 2, apiServer: { store: late(store) } });
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, i) => [one, two][i % 2]!.call('POST', MAPS, aMap(`m${i}`))),
    );
    assert.deepEqual(statuses(answers), [5, 19]);
    assert.equal((await one.call('GET', MAPS)).body.items.length, 5);
    assert.deepEqual(await used(one, 'q'), { configmaps: '5' });
  });
});
