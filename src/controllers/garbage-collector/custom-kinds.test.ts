import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import type { AnyResource, KubeObject, ObjectOf } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { discoverKinds } from '../../client/rest/discovery.ts';
import { simCluster } from '../../sim/cluster.ts';

const definition: CustomResourceDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'ships.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'ships', singular: 'ship', kind: 'Ship' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

it('custom objects can be owners and dependents, and are deleted with their namespace, like built-in ones', async () => {
  const cluster = await simCluster({ controllers: ['generic-garbage-collector', 'namespace-controller'] });
  const { client } = cluster;
  await client.create(CustomResourceDefinition, definition);
  await cluster.settle();
  await cluster.step(2_000);
  const { kinds } = await discoverKinds(cluster.transport);
  const Ship = kinds.find((kind) => kind.resource.plural === 'ships') as AnyResource;
  const launch = async (namespace: string) => {
    const ship = { metadata: { name: 'argo', namespace } } as ObjectOf<AnyResource>;
    return (await client.create(Ship, ship)) as typeof ship & KubeObject;
  };

  const { metadata } = await launch('default');
  const owner = { apiVersion: 'example.com/v1', kind: 'Ship', name: 'argo', uid: metadata.uid! };
  await client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'crew', namespace: 'default', ownerReferences: [owner] },
  });
  await cluster.settle();
  await client.delete(Ship, 'argo', 'default', { propagationPolicy: 'Background' });
  await cluster.step(2_000);
  await assert.rejects(client.get(ConfigMap, 'crew', 'default'), isNotFound);

  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'sea' } });
  await launch('sea');
  await client.delete(Namespace, 'sea');
  await cluster.step(20_000);
  await assert.rejects(client.get(Namespace, 'sea'), isNotFound);
  await cluster.stop();
});
