// The driver of nodes' disks and its StorageClass, the default one, as objects: created once in a cluster's life, so that a user may
// change or delete them. A mark on the namespace kube-system remembers it. Called when the API server has started; nothing waits for it.
import { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import { CSIDriver } from '../../../api/kinds/storage/v1/csi-driver.ts';
import { StorageClass } from '../../../api/kinds/storage/v1/storage-class.ts';
import { isAlreadyExists } from '../../../api/status/status-error.ts';
import type { Client } from '../../../client/client.ts';
import { DISK_DRIVER } from '../../../storage/names.ts';

const MARK = 'tiphys.io/default-storage';
const IS_DEFAULT = 'storageclass.kubernetes.io/is-default-class';

/** `client` has the rights of an administrator. */
export async function installDefaultStorage(client: Pick<Client, 'get' | 'create' | 'patch'>): Promise<void> {
  const { metadata } = await client.get(Namespace, 'kube-system');
  if (metadata.annotations?.[MARK]) return;
  await client.create(CSIDriver, driver).catch(unlessThere);
  await client.create(StorageClass, local).catch(unlessThere);
  const patch = { metadata: { annotations: { [MARK]: 'created' } } };
  await client.patch(Namespace, 'kube-system', undefined, 'merge', patch);
}

const driver: CSIDriver = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSIDriver',
  // It has no pod by which others could be told to be its own sidecars.
  metadata: { name: DISK_DRIVER, annotations: { 'tiphys.io/controllers': 'built-in' } },
  spec: {
    attachRequired: false,
    podInfoOnMount: false,
    storageCapacity: true,
    fsGroupPolicy: 'File',
    volumeLifecycleModes: ['Persistent'],
  },
};

const local: StorageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'local', annotations: { [IS_DEFAULT]: 'true' } },
  provisioner: DISK_DRIVER,
  volumeBindingMode: 'WaitForFirstConsumer',
  allowVolumeExpansion: true,
  reclaimPolicy: 'Delete',
};

function unlessThere(error: unknown): undefined {
  if (!isAlreadyExists(error)) throw error;
}
