import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CSIDriver } from '../../../api/kinds/storage/v1/csi-driver.ts';
import { StorageClass } from '../../../api/kinds/storage/v1/storage-class.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import { simCluster } from '../../../sim/cluster.ts';
import { installDefaultStorage } from './default-storage.ts';

describe('the storage of a new cluster', () => {
  it('is a default class of the nodes’ disks', async (t) => {
    const { client } = await simCluster({}, t);
    await installDefaultStorage(client);
    const { metadata, provisioner, volumeBindingMode } = await client.get(StorageClass, 'local');
    assert.deepEqual([provisioner, volumeBindingMode], ['disk.tiphys.io', 'WaitForFirstConsumer']);
    assert.equal(metadata.annotations?.['storageclass.kubernetes.io/is-default-class'], 'true');
    assert.equal((await client.get(CSIDriver, provisioner)).spec.attachRequired, false);
  });

  it('stays as users have changed it', async (t) => {
    const { client } = await simCluster({}, t);
    await installDefaultStorage(client);
    await client.delete(StorageClass, 'local');
    const patch = { spec: { fsGroupPolicy: 'None' } };
    await client.patch(CSIDriver, 'disk.tiphys.io', undefined, 'merge', patch);
    await installDefaultStorage(client);
    await assert.rejects(client.get(StorageClass, 'local'), isNotFound);
    assert.equal((await client.get(CSIDriver, 'disk.tiphys.io')).spec.fsGroupPolicy, 'None');
  });

  it('is created at the next start when the first was cut off', async (t) => {
    const { client } = await simCluster({}, t);
    const cutOff = async () => {
      throw new Error('cut off');
    };
    const broken = { get: client.get.bind(client), patch: client.patch.bind(client), create: cutOff };
    await assert.rejects(installDefaultStorage(broken), /cut off/);
    await installDefaultStorage(client);
    await client.get(StorageClass, 'local');
  });
});
