import assert from 'node:assert/strict';
import { it } from 'node:test';
import { APIService } from '../../api/kinds/apiregistration/v1/api-service.ts';
import { discoverKinds } from '../../client/rest/discovery.ts';
import { silentLogger } from '../../kit/log.ts';
import { simCluster } from '../../sim/cluster.ts';
import { startControllers } from '../all.ts';

it('discovery is repeated every 30 s while another server serves a group', async () => {
  const cluster = await simCluster();
  const { client, informers, clock, random, transport } = cluster;
  let asked = 0;
  const running = startControllers({
    client,
    informers,
    clock,
    random,
    log: silentLogger,
    discover: () => {
      asked++;
      return discoverKinds(transport);
    },
    groupVersions: async () => [],
    openApi: async () => undefined,
    settings: { rootCa: '' },
    only: ['generic-garbage-collector'],
  });
  await cluster.step(5_000);
  const alone = asked;
  await cluster.step(120_000);
  assert.equal(asked, alone);

  await client.create(APIService, {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1.remote.io' },
    spec: {
      group: 'remote.io',
      version: 'v1',
      groupPriorityMinimum: 1,
      versionPriority: 1,
      service: { namespace: 'x', name: 's' },
    },
  });
  await cluster.step(5_000);
  const before = asked;
  await cluster.step(61_000);
  assert.ok(asked >= before + 2, `${asked - before} times`);

  await client.delete(APIService, 'v1.remote.io');
  await cluster.step(40_000);
  const after = asked;
  await cluster.step(120_000);
  assert.equal(asked, after);
  await running.stop();
  await cluster.stop();
});
