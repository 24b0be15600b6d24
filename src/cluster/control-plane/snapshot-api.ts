// The kinds of snapshot.storage.k8s.io and the class for the node's own disk, which every cluster has: created where they are missing,
// never changed afterwards, so that a user may put external-snapshotter's own files in their place. Called after the API server has
// started; nothing waits for it.
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import { snapshotDefinitions } from '../../api/volumes/snapshots/definitions.ts';
import { DEFAULT_SNAPSHOT_CLASS } from '../../api/volumes/snapshots/names.ts';
import type { Client } from '../../client/client.ts';
import type { InformerOf } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';

const MANAGER = 'tiphys-snapshot-api';
const CREATED_BY = 'tiphys.io/created-by';

/** A cluster without nodes waits no longer. */
const LATEST_MS = 3_000;

/**
 * Resolves when a node has registered. Until it is ready it waits for its runtime, not for the API server; what is installed meanwhile is
 * there when the cluster is said to be ready.
 */
export async function firstNode(
  nodes: Pick<InformerOf<typeof Node>, 'addHandler'>,
  clock: Pick<Clock, 'after'>,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const forget = nodes.addHandler({ onAdd: () => resolve() });
  const timer = clock.after(LATEST_MS, resolve);
  await promise;
  timer.cancel();
  forget();
}

/** `client` has the rights of an administrator. */
export async function installSnapshotApi(client: Client): Promise<void> {
  for (const definition of snapshotDefinitions()) await install(client, definition);
}

/** What an earlier start began is finished: until then the definition's fields belong to us. */
async function install(client: Client, definition: CustomResourceDefinition): Promise<void> {
  const { name = '' } = definition.metadata;
  const found = await client.get(CustomResourceDefinition, name).catch(ignore(isNotFound));
  if (found && !isOurs(found)) return;
  // Another control plane of the cluster may be as far.
  const write = { fieldManager: MANAGER };
  if (!found)
    await client.create(CustomResourceDefinition, marked(definition), write).catch(ignore(isAlreadyExists));
  if (definition.spec.names.kind === VolumeSnapshotClass.resource.kind)
    await client.create(VolumeSnapshotClass, LOCAL).catch(ignore(isAlreadyExists));
  await giveUp(client, name);
}

const LOCAL: VolumeSnapshotClass = {
  apiVersion: 'snapshot.storage.k8s.io/v1',
  kind: 'VolumeSnapshotClass',
  metadata: { name: 'local', annotations: { [DEFAULT_SNAPSHOT_CLASS]: 'true' } },
  driver: 'disk.tiphys.io',
  deletionPolicy: 'Delete',
};

const marked = (definition: CustomResourceDefinition): CustomResourceDefinition => {
  const { metadata } = definition;
  const annotations = { ...metadata.annotations, [CREATED_BY]: 'tiphys' };
  return { ...definition, metadata: { ...metadata, annotations } };
};

const isOurs = ({ metadata }: CustomResourceDefinition): boolean =>
  (metadata.managedFields ?? []).some(
    ({ manager, fieldsV1 }) => manager === MANAGER && fieldsV1 !== undefined && 'f:spec' in fieldsV1,
  );

/** From now on the fields belong to nobody, so that whoever applies others over them has no conflict; only our mark is kept. */
async function giveUp(client: Client, name: string): Promise<void> {
  const managedFields = [
    {
      ...{ manager: MANAGER, operation: 'Update', apiVersion: 'apiextensions.k8s.io/v1' },
      ...{
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:annotations': { [`f:${CREATED_BY}`]: {} } } },
      },
    },
  ];
  const patch = { metadata: { managedFields } };
  await client.patch(CustomResourceDefinition, name, undefined, 'merge', patch, { fieldManager: MANAGER });
}

const ignore =
  (isExpected: (error: unknown) => boolean) =>
  (error: unknown): undefined => {
    if (!isExpected(error)) throw error;
  };
