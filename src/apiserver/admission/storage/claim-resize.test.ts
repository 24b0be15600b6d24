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
  const grow = async (name: string) => {
    const spec = { resources: { requests: { storage: '2Gi' } } };
    const { status, body } = await server.call('PATCH', `${CLAIMS}/${name}`, { spec }, MERGE);
    return [status, body.message];
  };
  for (const name of ['growing', 'fixed']) {
    await create(server, CLAIMS, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: name,
        volumeName: 'pv',
        resources: { requests: { storage: '1Gi' } },
      },
    });
    assert.equal((await grow(name))[0] === 200, false);
    const bound = { status: { phase: 'Bound', capacity: { storage: '1Gi' } } };
    await server.call('PATCH', `${CLAIMS}/${name}/status`, bound, MERGE);
  }
  assert.deepEqual(await grow('fixed'), [
    403,
    'persistentvolumeclaims "fixed" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
  ]);
  assert.deepEqual(await grow('growing'), [200, undefined]);
});
