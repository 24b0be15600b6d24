import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeatureGates } from '../../../api/features/feature-gates.ts';
import { StatefulSet } from '../../../api/kinds/apps/v1/stateful-set.ts';
import { isInvalid } from '../../../api/status/status-error.ts';
import { simCluster } from '../../../sim/cluster.ts';
import { aStatefulSet } from '../../../sim/objects/workloads.ts';

const rolling = (rollingUpdate: object) => ({
  updateStrategy: { type: 'RollingUpdate' as const, rollingUpdate },
});

test('maxUnavailable is kept with the gate MaxUnavailableStatefulSet, and where it was set before', async () => {
  const features = new FeatureGates('MaxUnavailableStatefulSet=true');
  const on = await simCluster({ apiServer: { features } });
  const limitOf = ({ spec }: StatefulSet) => spec?.updateStrategy?.rollingUpdate?.maxUnavailable;
  const { client } = on;
  assert.equal(
    limitOf(await client.create(StatefulSet, aStatefulSet('a', rolling({ maxUnavailable: 2 })))),
    2,
  );
  assert.equal(limitOf(await client.create(StatefulSet, aStatefulSet('b', rolling({})))), 1);
  const off = await simCluster({ apiServer: { store: on.store } });
  const created = await off.client.create(StatefulSet, aStatefulSet('c', rolling({ maxUnavailable: 2 })));
  assert.equal(limitOf(created), undefined);
  const change = { spec: rolling({ maxUnavailable: 3 }) };
  const patch = (name: string) => off.client.patch(StatefulSet, name, 'default', 'merge', change);
  assert.deepEqual([limitOf(await patch('a')), limitOf(await patch('c'))], [3, undefined]);
  await off.stop();
});

test('maxUnavailable is a number or a share above none and not above all; claims are retained or deleted', async (t) => {
  const features = new FeatureGates('MaxUnavailableStatefulSet=true');
  const { client } = await simCluster({ apiServer: { features } }, t);
  const create = (spec: object) => client.create(StatefulSet, aStatefulSet('a', spec));
  for (const maxUnavailable of [0, -1, '0%', '101%', 'some'])
    await assert.rejects(create(rolling({ maxUnavailable })), isInvalid, String(maxUnavailable));
  const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Keep', whenScaled: 'Delete' };
  await assert.rejects(create({ persistentVolumeClaimRetentionPolicy }), {
    message: /whenDeleted: Unsupported value: "Keep": supported values: "Retain", "Delete"/,
  });
  await create({ ...rolling({ maxUnavailable: '100%' }), persistentVolumeClaimRetentionPolicy: {} });
});
