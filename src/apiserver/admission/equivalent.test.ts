// The match policy Equivalent: webhooks and policies see objects in the version of their rules, and what they change is converted
// back.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Body } from '../../sim/api-calls.ts';
import { simCluster } from '../../sim/cluster.ts';
import { gizmo, gizmos, MERGE, servedGizmos } from '../crd/conversion/served.fake.ts';
import { startAdmissionWebhook } from './webhooks/webhook.fake.ts';

const API = '/apis/admissionregistration.k8s.io/v1';
const AUTOSCALERS = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';

const rule = (apiGroup: string, version: string, resource: string) => ({
  operations: ['CREATE', 'UPDATE'],
  apiGroups: [apiGroup],
  apiVersions: [version],
  resources: [resource],
});
const ON_V1 = rule('example.com', 'v1', 'gizmos');

const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'a' },
  spec: {
    scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' },
    maxReplicas: 3,
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
      },
    ],
  },
};

type Call = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: Body }>;

async function policy(call: Call, type: 'Validating' | 'Mutating', spec: object): Promise<void> {
  const kind = `${type}AdmissionPolicy`;
  const plural = `${type.toLowerCase()}admissionpolicies`;
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const made = await call('POST', `${API}/${plural}`, { apiVersion, kind, metadata: { name: 'p' }, spec });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const bound = await call('POST', `${API}/${plural.replace('policies', 'policybindings')}`, {
    apiVersion,
    kind: `${kind}Binding`,
    metadata: { name: 'p' },
    spec: { policyName: 'p', ...(type === 'Validating' && { validationActions: ['Deny'] }) },
  });
  assert.equal(bound.status, 201, JSON.stringify(bound.body));
}

test('a policy for another version of a built-in kind sees the object in it', async () => {
  const { call } = await simCluster();
  await policy(call, 'Validating', {
    matchConstraints: { resourceRules: [rule('autoscaling', 'v1', 'horizontalpodautoscalers')] },
    validations: [
      {
        expression: 'object.spec.targetCPUUtilizationPercentage < 60',
        messageExpression:
          "object.apiVersion + ' ' + request.kind.version + ' ' + request.resource.version + ' ' + request.requestKind.version",
      },
    ],
  });
  const { status, body } = await call('POST', AUTOSCALERS, autoscaler);
  assert.equal(status, 422, JSON.stringify(body));
  assert.match(body.message, /denied request: autoscaling\/v1 v1 v1 v2$/);
});

test('a mutating policy for another version of a built-in kind changes the object in it', async () => {
  const { call } = await simCluster();
  await policy(call, 'Mutating', {
    matchConstraints: { resourceRules: [rule('autoscaling', 'v1', 'horizontalpodautoscalers')] },
    reinvocationPolicy: 'Never',
    mutations: [
      {
        patchType: 'ApplyConfiguration',
        applyConfiguration: { expression: 'Object{spec: Object.spec{targetCPUUtilizationPercentage: 50}}' },
      },
    ],
  });
  const { body } = await call('POST', AUTOSCALERS, autoscaler);
  assert.equal(body.spec.metrics[0].resource.target.averageUtilization, 50, JSON.stringify(body));
});

test('policies see custom objects as their webhook converts them, parameters too', async (t) => {
  const { server } = await servedGizmos(t);
  await server.call('POST', gizmos('v1'), gizmo('v1', 'params', { hostPort: 'good:1' }));
  await policy(server.call, 'Validating', {
    paramKind: { apiVersion: 'example.com/v2', kind: 'Gizmo' },
    matchConstraints: { resourceRules: [ON_V1] },
    validations: [{ expression: 'object.spec.hostPort.startsWith(params.spec.host)' }],
  });
  const binding = `${API}/validatingadmissionpolicybindings/p`;
  const paramRef = { name: 'params', parameterNotFoundAction: 'Deny' };
  assert.equal((await server.call('PATCH', binding, { spec: { paramRef } }, MERGE)).status, 200);
  const refused = await server.call('POST', gizmos('v2'), gizmo('v2', 'a', { host: 'bad', port: '1' }));
  assert.equal(refused.status, 422, JSON.stringify(refused.body));
  const made = await server.call('POST', gizmos('v2'), gizmo('v2', 'a', { host: 'good', port: '1' }));
  assert.equal(made.status, 201, JSON.stringify(made.body));
});

test('an object that cannot be converted refuses the request, unless the failure policy is Ignore', async (t) => {
  const { server, webhook } = await servedGizmos(t);
  await policy(server.call, 'Validating', {
    matchConstraints: { resourceRules: [rule('example.com', 'v2', 'gizmos')] },
    validations: [{ expression: 'true' }],
  });
  webhook.answer = () => ({ result: { status: 'Failure', message: 'no way' } });
  const { status, body } = await server.call('POST', gizmos('v1'), gizmo('v1', 'a', { hostPort: 'h:1' }));
  assert.equal(status, 422);
  assert.match(
    body.message,
    /'p' denied request: failed to configure policy: conversion webhook for example\.com\/v1, Kind=Gizmo failed: no way$/,
  );
  const lenient = { spec: { failurePolicy: 'Ignore' } };
  await server.call('PATCH', `${API}/validatingadmissionpolicies/p`, lenient, MERGE);
  assert.equal((await server.call('POST', gizmos('v1'), gizmo('v1', 'a', { hostPort: 'h:1' }))).status, 201);
});

async function hooked(t: TestContext, type: 'Mutating' | 'Validating') {
  const served = await servedGizmos(t);
  const hook = await startAdmissionWebhook(t);
  const { status, body } = await served.server.call(
    'POST',
    `${API}/${type.toLowerCase()}webhookconfigurations`,
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: `${type}WebhookConfiguration`,
      metadata: { name: 'hooks' },
      webhooks: [
        {
          name: 'hook.example.com',
          clientConfig: hook.clientConfig,
          rules: [ON_V1],
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          matchConditions: [{ name: 'v1', expression: 'has(object.spec.hostPort)' }],
        },
      ],
    },
  );
  assert.equal(status, 201, JSON.stringify(body));
  return { ...served, hook };
}

test('a mutating webhook for another version gets and patches the object in it', async (t) => {
  const { server, hook } = await hooked(t, 'Mutating');
  const patch = [{ op: 'replace', path: '/spec/hostPort', value: 'patched:2' }];
  hook.answer = () => ({
    allowed: true,
    patchType: 'JSONPatch',
    patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
  });
  const { body } = await server.call('POST', gizmos('v2'), gizmo('v2', 'a', { host: 'h', port: '1' }));
  assert.deepEqual([body.apiVersion, body.spec], ['example.com/v2', { host: 'patched', port: '2' }]);
  const [request] = hook.asked;
  assert.deepEqual(
    [request.object.apiVersion, request.object.spec, request.kind.version, request.requestKind.version],
    ['example.com/v1', { hostPort: 'h:1' }, 'v1', 'v2'],
  );
});

test('a validating webhook for another version gets old and new object in it', async (t) => {
  const { server, hook } = await hooked(t, 'Validating');
  await server.call('POST', gizmos('v2'), gizmo('v2', 'a', { host: 'h', port: '1' }));
  await server.call('PATCH', `${gizmos('v2')}/a`, { spec: { port: '2' } }, MERGE);
  const { object, oldObject, resource, requestResource } = hook.asked[1];
  assert.deepEqual([oldObject.spec, object.spec], [{ hostPort: 'h:1' }, { hostPort: 'h:2' }]);
  assert.deepEqual([resource.version, requestResource.version], ['v1', 'v2']);
});

test('events of both groups are equivalent', async () => {
  const { call } = await simCluster();
  await policy(call, 'Validating', {
    matchConstraints: { resourceRules: [rule('', 'v1', 'events')] },
    validations: [{ expression: "object.message != 'bad'", message: 'bad' }],
  });
  const { status, body } = await call('POST', '/apis/events.k8s.io/v1/namespaces/default/events', {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'e' },
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingController: 'c',
    reportingInstance: 'i',
    action: 'a',
    reason: 'r',
    type: 'Normal',
    note: 'bad',
    regarding: { namespace: 'default' },
  });
  assert.equal(status, 422, JSON.stringify(body));
});
