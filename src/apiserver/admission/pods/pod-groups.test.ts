import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeatureGates } from '../../../api/features/feature-gates.ts';
import { servedApis } from '../../../cluster/runtime-config.ts';
import { create } from '../../../sim/api-calls.ts';
import { simCluster } from '../../../sim/cluster.ts';

const GROUP = '/apis/scheduling.k8s.io/v1alpha2/namespaces/default';
const apiVersion = 'scheduling.k8s.io/v1alpha2';
const MERGE = { 'content-type': 'application/merge-patch+json' };

const started = async (more = '') => {
  const features = new FeatureGates(`GenericWorkload=true${more}`);
  const apis = await servedApis('scheduling.k8s.io/v1alpha2=true', features);
  return simCluster({ apiServer: { features, ...(apis && { apis }) } });
};
const full = {
  ...{ schedulingPolicy: { gang: { minCount: 2 } }, priority: 5, priorityClassName: 'high' },
  ...{ resourceClaims: [{ name: 'c', resourceClaimName: 'd' }] },
  schedulingConstraints: { topology: [{ key: 'rack' }] },
};
const workload = (name: string, ...templates: string[]) => ({
  ...{ apiVersion, kind: 'Workload', metadata: { name } },
  spec: { podGroupTemplates: templates.map((template) => ({ name: template, ...full })) },
});
const group = (name: string, spec: object) => ({ apiVersion, kind: 'PodGroup', metadata: { name }, spec });

test('fields of features that are off are not stored', async () => {
  const off = await started();
  const made = await create(off, `${GROUP}/podgroups`, group('a', full));
  assert.deepEqual(made.spec, { schedulingPolicy: full.schedulingPolicy });
  const { spec } = await create(off, `${GROUP}/workloads`, workload('w', 't'));
  assert.deepEqual(spec.podGroupTemplates, [{ name: 't', schedulingPolicy: full.schedulingPolicy }]);
  const on = await started(
    ',GangScheduling=true,TopologyAwareWorkloadScheduling=true,WorkloadAwarePreemption=true,DRAWorkloadResourceClaims=true',
  );
  const stored = await create(on, `${GROUP}/podgroups`, group('a', full));
  assert.deepEqual(stored.spec, { ...full, disruptionMode: 'Pod' });
});

test('a PodGroup is protected, and names a template of a Workload that exists', async () => {
  const { call } = await started();
  const ref = (workloadName: string, podGroupTemplateName: string) => ({
    schedulingPolicy: { basic: {} },
    podGroupTemplateRef: { workload: { workloadName, podGroupTemplateName } },
  });
  const ask = async (name: string, spec: object) => {
    const { status, body } = await call('POST', `${GROUP}/podgroups`, group(name, spec));
    return [
      status,
      status === 201 ? body.metadata.finalizers : body.message.replace(/^.*is forbidden: /, ''),
    ];
  };
  assert.deepEqual(await ask('a', ref('w', 't')), [403, 'PodGroup rejected: Workload "w" not found']);
  assert.equal((await call('POST', `${GROUP}/workloads`, workload('w', 't'))).status, 201);
  assert.deepEqual(await ask('a', ref('w', 'u')), [
    403,
    'PodGroup rejected: PodGroupTemplate "u" not found in Workload "w"',
  ]);
  assert.deepEqual(await ask('a', ref('w', 't')), [201, ['scheduling.k8s.io/podgroup-protection']]);
  const status = {
    conditions: [
      {
        ...{ type: 'PodGroupScheduled', status: 'False', reason: 'R', message: 'm' },
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ],
  };
  const changed = { metadata: { labels: { a: 'b' } }, spec: { schedulingPolicy: null }, status };
  const put = await call('PATCH', `${GROUP}/podgroups/a/status`, changed, { headers: MERGE });
  assert.deepEqual(
    [put.status, put.body.metadata.labels, put.body.spec.schedulingPolicy],
    [200, undefined, { basic: {} }],
  );
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const table = await call('GET', `${GROUP}/podgroups`, undefined, { headers });
  assert.deepEqual(table.body.rows[0].cells.slice(0, 4), ['a', 'Basic', 'w', 'Unschedulable']);
});
