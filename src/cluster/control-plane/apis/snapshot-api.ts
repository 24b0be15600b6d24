// The kinds of snapshot.storage.k8s.io and the class for the node's own disk, which every cluster has.
import { VolumeSnapshotClass } from '../../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { snapshotDefinitions } from '../../../api/volumes/snapshots/definitions.ts';
import { DEFAULT_SNAPSHOT_CLASS } from '../../../api/volumes/snapshots/names.ts';
import type { Client } from '../../../client/client.ts';
import { installDefinition } from './install.ts';

const MANAGER = 'tiphys-snapshot-api';

/** `client` has the rights of an administrator. */
export async function installSnapshotApi(client: Client): Promise<void> {
  for (const definition of snapshotDefinitions()) {
    const isClass = definition.spec.names.kind === VolumeSnapshotClass.resource.kind;
    const local = isClass ? () => client.create(VolumeSnapshotClass, LOCAL) : undefined;
    await installDefinition(client, definition, MANAGER, local);
  }
}

const LOCAL: VolumeSnapshotClass = {
  apiVersion: 'snapshot.storage.k8s.io/v1',
  kind: 'VolumeSnapshotClass',
  metadata: { name: 'local', annotations: { [DEFAULT_SNAPSHOT_CLASS]: 'true' } },
  driver: 'disk.tiphys.io',
  deletionPolicy: 'Delete',
};
