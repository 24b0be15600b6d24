import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

const PATH = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
const metric = {
  type: 'External',
  external: { metric: { name: 'queue' }, target: { type: 'Value', value: '1' } },
};
const policies = [{ type: 'Pods', value: 1, periodSeconds: 60 }];

async function server(gates: string): Promise<SimCluster> {
  return simCluster({ apiServer: { features: new FeatureGates(gates) } });
}
const post = ({ call }: SimCluster, name: string, spec: object) =>
  call('POST', PATH, {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: { scaleTargetRef, maxReplicas: 3, metrics: [metric], ...spec },
  });

test('a minimum of zero needs the gate HPAScaleToZero', async () => {
  const off = await server('');
  const { status, body } = await post(off, 'a', { minReplicas: 0 });
  assert.deepEqual(
    [status, body.details.causes],
    [
      422,
      [
        {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: 0: must be greater than or equal to 1',
          field: 'spec.minReplicas',
        },
      ],
    ],
  );
  const on = await server('HPAScaleToZero=true');
  assert.equal((await post(on, 'a', { minReplicas: 0 })).status, 201);
  assert.equal((await post(on, 'b', { minReplicas: -1 })).status, 422);
});

test('what has a minimum of zero keeps it without the gate', async () => {
  const { store } = await server('');
  const on = await simCluster({ apiServer: { store, features: new FeatureGates('HPAScaleToZero=true') } });
  await post(on, 'a', { minReplicas: 0 });
  const off = await simCluster({ apiServer: { store, features: new FeatureGates() } });
  const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
  const patch = (spec: object) => off.call('PATCH', `${PATH}/a`, { spec }, merge);
  assert.equal((await patch({ maxReplicas: 4 })).status, 200);
  assert.equal((await patch({ minReplicas: 1 })).status, 200);
  assert.equal((await patch({ minReplicas: 0 })).status, 422);
});

test('tolerances are dropped without the gate HPAConfigurableTolerance, unless they are there', async () => {
  const behavior = { scaleUp: { policies, tolerance: '50m' } };
  const on = await server('');
  const kept = await post(on, 'a', { behavior });
  assert.equal(kept.body.spec.behavior.scaleUp.tolerance, '50m');
  const features = new FeatureGates('HPAConfigurableTolerance=false');
  const off = await simCluster({ apiServer: { store: on.store, features } });
  assert.equal((await post(off, 'b', { behavior })).body.spec.behavior.scaleUp.tolerance, undefined);
  const put = { ...kept.body, spec: { ...kept.body.spec, maxReplicas: 9 } };
  const { body } = await off.call('PUT', `${PATH}/a`, put);
  assert.equal(body.spec.behavior.scaleUp.tolerance, '50m');
});

test('what autoscaling/v1 has in annotations is validated as what it becomes', async () => {
  const { call } = await server('');
  const path = PATH.replace('v2', 'v1');
  const v1 = (name: string, text: string) => ({
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'a', annotations: { [`autoscaling.alpha.kubernetes.io/${name}`]: text } },
    spec: { scaleTargetRef, maxReplicas: 3, targetCPUUtilizationPercentage: 50 },
  });
  const causes = async (method: string, at: string, object: object) =>
    (await call(method, at, object)).body.details?.causes?.map(({ field }: { field: string }) => field);
  assert.deepEqual(await causes('POST', path, v1('behavior', '{"ScaleUp":{"Policies":[]}}')), [
    'spec.behavior.scaleUp.policies',
  ]);
  const wrong = v1('metrics', '[{"type":"Foo"}]');
  assert.deepEqual(await causes('POST', path, wrong), ['spec.metrics[0].type']);
  const right = v1(
    'metrics',
    '[{"type":"Resource","resource":{"name":"memory","targetAverageUtilization":60}}]',
  );
  assert.equal((await call('POST', path, right)).status, 201);
  assert.deepEqual(await causes('PUT', `${path}/a`, wrong), ['spec.metrics[0].type']);
  const { body } = await call('GET', `${PATH}/a`);
  assert.deepEqual(body.spec.metrics.length, 2);
});
