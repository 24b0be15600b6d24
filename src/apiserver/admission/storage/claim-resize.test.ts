import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../../../sim/api-calls.ts';
import { simCluster } from '../../../sim/cluster.ts';

const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

test('a claim grows only while it is bound, and if its class allows it', async () => {
  const server = await simCluster();
  for (const [name, allowVolumeExpansion] of [
    ['growing', true],
    ['fixed', false],
  ] as const)
    await create(server, '/apis/storage.k8s.io/v1/storageclasses', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name },
      provisioner: 'example.com/p',
      allowVolumeExpansion,
    });
  const ask = async (name: string, storage: string) => {
    const spec = { resources: { requests: { storage } } };
    const { status, body } = await server.call('PATCH', `${CLAIMS}/${name}`, { spec }, MERGE);
    return [status, body.message];
  };
  for (const [name, storageClassName] of [
    ['growing', 'growing'],
    ['fixed', 'fixed'],
    ['without', ''],
    ['orphan', 'gone'],
  ] as const) {
    await create(server, CLAIMS, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName,
        volumeName: 'pv',
        resources: { requests: { storage: '1Gi' } },
      },
    });
    assert.equal((await ask(name, '2Gi'))[0], 422);
    const bound = { status: { phase: 'Bound', capacity: { storage: '1Gi' } } };
    await server.call('PATCH', `${CLAIMS}/${name}/status`, bound, MERGE);
  }
  for (const name of ['fixed', 'without', 'orphan'])
    assert.deepEqual(await ask(name, '2Gi'), [
      403,
      `persistentvolumeclaims "${name}" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize`,
    ]);
  assert.deepEqual(await ask('growing', '3Gi'), [200, undefined]);
  // What failed may be asked for again, a little smaller, whatever the class says now.
  await server.call('DELETE', '/apis/storage.k8s.io/v1/storageclasses/growing');
  assert.deepEqual(await ask('growing', '2Gi'), [200, undefined]);
  assert.equal((await ask('growing', '1Gi'))[0], 422);
});
