import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { allVerbs } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { discoverKinds } from '../../client/rest/discovery.ts';
import { silentLogger } from '../../kit/log.ts';
import { simCluster } from '../../sim/cluster.ts';
import { startControllers } from '../all.ts';

it('a kind that discovery shows but that cannot be listed delays garbage collection by 30 s and does not stop it', async () => {
  const cluster = await simCluster();
  const { client, informers, clock, random, transport } = cluster;
  const names = { group: 'example.com', kind: 'Ghost', plural: 'ghosts' };
  const resource = { ...ConfigMap.resource, ...names, verbs: allVerbs };
  const running = startControllers({
    client,
    informers,
    clock,
    random,
    log: silentLogger,
    groupVersions: async () => [],
    openApi: async () => undefined,
    discover: async () => {
      const found = await discoverKinds(transport);
      return { ...found, kinds: [...found.kinds, { ...ConfigMap, resource }] };
    },
    settings: { rootCa: '' },
    only: ['generic-garbage-collector'],
  });
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'never-existed' };
  const metadata = { name: 'child', namespace: 'default', ownerReferences: [owner] };
  await client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata });

  await cluster.step(29_000);
  assert.ok(await client.get(ConfigMap, 'child', 'default'));
  await cluster.step(1_500);
  await assert.rejects(client.get(ConfigMap, 'child', 'default'), isNotFound);

  await running.stop();
  await cluster.stop();
});
