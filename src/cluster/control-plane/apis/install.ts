// Definitions of custom kinds that every cluster has: created where they are missing, never changed afterwards, so that a user may put
// upstream's own files in their place. Called after the API server has started; nothing waits for it.
import { CustomResourceDefinition } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import { isAlreadyExists, isNotFound } from '../../../api/status/status-error.ts';
import type { Client } from '../../../client/client.ts';
import type { InformerOf } from '../../../client/informer/factory.ts';
import type { Clock } from '../../../kit/clock.ts';

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

/**
 * What an earlier start began is finished: until then the definition's fields belong to `manager`. `first` makes what comes with it,
 * once. `client` has the rights of an administrator.
 */
export async function installDefinition(
  client: Client,
  definition: CustomResourceDefinition,
  manager: string,
  first: () => Promise<unknown> = async () => {},
): Promise<void> {
  const { name = '' } = definition.metadata;
  const found = await client.get(CustomResourceDefinition, name).catch(ignore(isNotFound));
  if (found && !isOf(found, manager)) return;
  // Another control plane of the cluster may be as far.
  const write = { fieldManager: manager };
  if (!found)
    await client.create(CustomResourceDefinition, marked(definition), write).catch(ignore(isAlreadyExists));
  await first().catch(ignore(isAlreadyExists));
  await giveUp(client, name, manager);
}

const marked = (definition: CustomResourceDefinition): CustomResourceDefinition => {
  const { metadata } = definition;
  const annotations = { ...metadata.annotations, [CREATED_BY]: 'tiphys' };
  return { ...definition, metadata: { ...metadata, annotations } };
};

const isOf = ({ metadata }: CustomResourceDefinition, wanted: string): boolean =>
  (metadata.managedFields ?? []).some(
    ({ manager, fieldsV1 }) => manager === wanted && fieldsV1 !== undefined && 'f:spec' in fieldsV1,
  );

/** From now on the fields belong to nobody, so that whoever applies others over them has no conflict; only our mark is kept. */
async function giveUp(client: Client, name: string, manager: string): Promise<void> {
  const managedFields = [
    {
      ...{ manager, operation: 'Update', apiVersion: 'apiextensions.k8s.io/v1' },
      ...{
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:annotations': { [`f:${CREATED_BY}`]: {} } } },
      },
    },
  ];
  const patch = { metadata: { managedFields } };
  await client.patch(CustomResourceDefinition, name, undefined, 'merge', patch, { fieldManager: manager });
}

const ignore =
  (isExpected: (error: unknown) => boolean) =>
  (error: unknown): undefined => {
    if (!isExpected(error)) throw error;
  };
