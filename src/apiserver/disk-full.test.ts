import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../kit/clock.fake.ts';
import { create } from '../sim/api-calls.ts';
import { simCluster } from '../sim/cluster.ts';
import { aConfigMap } from '../sim/objects/config-map.ts';
import { DiskAlarmError } from '../store/failures.ts';
import { MvccState } from '../store/mvcc/mvcc-state.ts';
import { MvccStore } from '../store/mvcc/mvcc-store.ts';

const maps = '/api/v1/namespaces/default/configmaps';

/** A server over a store whose disk is full, until told otherwise, for all commits but deletions and updates of objects that end. */
async function onDisk() {
  const clock = new SteppedClock();
  const disk: { refuses?: DiskAlarmError } = {};
  const probe = async () => {
    if (disk.refuses) throw disk.refuses;
  };
  const store = new MvccStore({
    clock,
    state: new MvccState(),
    journal: {
      used: 0,
      tight: false,
      append: (writes, ended) => {
        const adds = writes.some(({ entry }) => entry && !entry.value.includes('deletionTimestamp'));
        ended(adds ? disk.refuses : undefined);
      },
      gather: (flush) => flush(),
      forget: async () => {},
      shrink: async () => {},
      size: async () => 0,
      close: async () => {},
      probe,
    },
  });
  return { ...(await simCluster({ apiServer: { store }, clock })), disk, clock };
}

test('on a full disk reads and deletions go on, other writes get etcd’s words, and /readyz and /livez say so', async () => {
  const server = await onDisk();
  const { call, disk } = server;
  await create(server, maps, aConfigMap('one'));
  await create(server, maps, aConfigMap('held', { finalizers: ['example.com/hold'] }));
  disk.refuses = new DiskAlarmError('NOSPACE');
  for (let attempt = 0; attempt < 2; attempt++) {
    const { status, body } = await call('POST', maps, aConfigMap('two'));
    assert.deepEqual(
      [status, body.reason, body.message],
      [500, '', 'etcdserver: mvcc: database space exceeded'],
    );
  }
  assert.equal((await call('GET', `${maps}/one`)).status, 200);
  assert.equal((await call('DELETE', `${maps}/one`)).status, 200);
  assert.equal((await call('GET', `${maps}/one`)).status, 404);
  assert.ok((await call('DELETE', `${maps}/held`)).body.metadata.deletionTimestamp);
  const headers = { 'content-type': 'application/merge-patch+json' };
  await call('PATCH', `${maps}/held`, { metadata: { finalizers: null } }, { headers });
  assert.equal((await call('GET', `${maps}/held`)).status, 404);

  assert.equal((await call('GET', '/readyz')).status, 500);
  assert.match(String((await call('GET', '/readyz/etcd')).body), /ALARM NOSPACE/);
  const live = await call('GET', '/livez', undefined, { query: { verbose: '' } });
  assert.deepEqual([live.status, /\[\+\]etcd ok: ALARM NOSPACE/.test(String(live.body))], [200, true]);

  delete disk.refuses;
  await server.clock.step(5_000);
  assert.equal((await call('GET', '/readyz')).status, 200);
  assert.equal((await call('POST', maps, aConfigMap('two'))).status, 201);
});
