import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simCluster } from '../../sim/cluster.ts';

const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';

const policy = (rule: object, validations: object[], more: object = {}) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: 'p' },
  spec: {
    matchConstraints: {
      resourceRules: [{ operations: ['*'], apiGroups: ['apps'], apiVersions: ['v1'], ...rule }],
    },
    validations,
    ...more,
  },
});

async function running() {
  const server = await simCluster({ controllers: ['validatingadmissionpolicy-status-controller'] });
  const status = () =>
    server.until('the policy is checked', async () => {
      const { body } = await server.call('GET', `${POLICIES}/p`);
      return body.status?.observedGeneration === body.metadata.generation ? body.status : undefined;
    });
  return {
    ...server,
    call: server.call,
    status,
    checked: async (...of: Parameters<typeof policy>) => {
      const { status: code, body } = await server.call('POST', POLICIES, policy(...of));
      assert.equal(code, 201, JSON.stringify(body));
      return (await status()).typeChecking.expressionWarnings ?? [];
    },
  };
}

test('expressions that fit have no warnings', async () => {
  const { checked } = await running();
  const warnings = await checked({ resources: ['deployments'] }, [
    {
      expression: 'object.spec.replicas > 1',
      messageExpression: "'too few: ' + string(object.spec.replicas)",
    },
    { expression: 'object.metadata.creationTimestamp < timestamp("2100-01-01T00:00:00Z")' },
    { expression: 'object.spec.template.spec.containers.all(c, c.image.startsWith("x"))' },
    { expression: 'object.spec.strategy.rollingUpdate.maxSurge == 1' },
  ]);
  assert.deepEqual(warnings, []);
});

test('warnings name the field, the kind and what does not fit; a change is checked again', async () => {
  const { checked, call, status } = await running();
  const warnings = await checked({ resources: ['deployments', 'replicasets', 'deployments/scale', '*'] }, [
    {
      expression: "object.spec.replicas > '1'",
      messageExpression: "'wants replicas > 1, got ' + object.spec.replicas",
    },
  ]);
  assert.deepEqual(
    warnings.map(({ fieldRef }: { fieldRef: string }) => fieldRef),
    ['spec.validations[0].expression', 'spec.validations[0].messageExpression'],
  );
  const [{ warning }, second] = warnings;
  assert.equal(
    warning,
    ['Deployment', 'ReplicaSet']
      .map(
        (kind) =>
          `apps/v1, Kind=${kind}: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'\n | object.spec.replicas > '1'\n | .....................^\n`,
      )
      .join('\n'),
  );
  assert.match(second.warning, /found no matching overload for '_\+_' applied to '\(string, int\)'/);
  const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
  await call('PATCH', `${POLICIES}/p`, { spec: { validations: [{ expression: 'true' }] } }, merge);
  const { typeChecking, observedGeneration } = await status();
  assert.deepEqual([typeChecking?.expressionWarnings, observedGeneration], [undefined, 2]);
});

test('fields that are not there are found, also in variables and parameters', async () => {
  const { checked } = await running();
  const warnings = await checked(
    { resources: ['deployments'] },
    [{ expression: 'object.spec.odd == 1' }, { expression: 'params.odd == variables.n' }],
    {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      variables: [{ name: 'n', expression: 'object.spec.replicas' }],
    },
  );
  assert.match(warnings[0].warning, /undefined field 'odd'/);
  assert.match(warnings[1].warning, /undefined field 'odd'/);
});

test('custom kinds are checked by the schemas of their definitions', async () => {
  const { call, checked } = await running();
  const made = await call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gizmos.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Cluster',
      names: { plural: 'gizmos', kind: 'Gizmo' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
            },
          },
        },
      ],
    },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const warnings = await checked({ apiGroups: ['example.com'], resources: ['gizmos'] }, [
    { expression: 'object.spec.size > 1 && object.metadata.labels["a"] == "b"' },
    { expression: 'object.spec.size == "1"' },
  ]);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0].warning,
    /^example\.com\/v1, Kind=Gizmo: .*found no matching overload for '_==_' applied to '\(int, string\)'/,
  );
});
