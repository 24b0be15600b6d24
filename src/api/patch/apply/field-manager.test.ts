import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import type { KubeObject } from '../../meta/v1/resource.ts';
import { updateManagedFields } from './field-manager.ts';
import { create, fields, type Loose, owner, t0 } from './managed-objects.fake.ts';

test('creating a ConfigMap records the creator with every level that is new', () => {
  const created = create(ConfigMap, { data: { b: '1', a: '2' }, metadata: { labels: { l: '1' } } });
  assert.deepEqual(created.metadata.managedFields, [
    {
      manager: 'kubectl',
      operation: 'Update',
      apiVersion: 'v1',
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:data': { '.': {}, 'f:a': {}, 'f:b': {} },
        'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } },
      },
    },
  ]);
});

test('a Deployment’s containers and ports are owned by key, structs that are always written are not owned themselves', () => {
  const created = create(Deployment, {
    spec: {
      replicas: 1,
      selector: { matchLabels: { a: 'b' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } },
      template: {
        metadata: { labels: { a: 'b' } },
        spec: {
          containers: [
            { name: 'c', image: 'i', resources: {}, ports: [{ containerPort: 80, protocol: 'TCP' }] },
          ],
        },
      },
    },
    status: {},
  });
  assert.deepEqual(fields(created, 'kubectl'), {
    'f:spec': {
      'f:replicas': {},
      'f:selector': {},
      'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {} }, 'f:type': {} },
      'f:template': {
        'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
        'f:spec': {
          'f:containers': {
            'k:{"name":"c"}': {
              '.': {},
              'f:image': {},
              'f:name': {},
              'f:ports': {
                '.': {},
                'k:{"containerPort":80,"protocol":"TCP"}': {
                  '.': {},
                  'f:containerPort': {},
                  'f:protocol': {},
                },
              },
              'f:resources': {},
            },
          },
        },
      },
    },
  });
});

test('an update takes the fields it changes from their owner, and an unchanged one changes nothing', () => {
  const live = create(ConfigMap, { data: { a: '1', b: '1' } });
  const updated = { ...live, data: { a: '2', b: '1' } };
  const after = updateManagedFields({ kind: ConfigMap, live, updated, manager: 'other', now: t0 + 1000 });
  assert.deepEqual(fields(after, 'other'), { 'f:data': { 'f:a': {} } });
  assert.deepEqual(fields(after, 'kubectl'), { 'f:data': { '.': {}, 'f:b': {} } });
  const same = updateManagedFields({
    kind: ConfigMap,
    live,
    updated: { ...live },
    manager: 'z',
    now: t0 + 9,
  });
  assert.deepEqual(same.metadata.managedFields, live.metadata.managedFields);
});

test('a status update is recorded apart, with its subresource, and the main resource never owns status', () => {
  const live = create(Deployment, { spec: { replicas: 1 }, status: {} });
  const updated = { ...live, status: { replicas: 1 } };
  const viaStatus = updateManagedFields({
    kind: Deployment,
    live,
    updated,
    manager: 'controller',
    subresource: 'status',
    now: t0 + 1000,
  });
  const entry = owner(viaStatus, 'controller');
  assert.equal(entry?.subresource, 'status');
  assert.deepEqual(entry?.fieldsV1, { 'f:status': { 'f:replicas': {} } });
  const viaMain = updateManagedFields({ kind: Deployment, live, updated, manager: 'm', now: t0 });
  assert.equal(owner(viaMain, 'm'), undefined);
});

test('clients that send no managedFields do not lose them, [{}] resets them', () => {
  const live = create(ConfigMap, { data: { a: '1' } });
  const { managedFields: _, ...metadata } = live.metadata;
  const kept: KubeObject = updateManagedFields({
    kind: ConfigMap,
    live,
    updated: { ...live, metadata },
    manager: 'm',
    now: t0,
  });
  assert.deepEqual(kept.metadata.managedFields, live.metadata.managedFields);
  const reset: Loose = { ...live, metadata: { ...metadata, managedFields: [{}] } };
  const after: KubeObject = updateManagedFields({
    kind: ConfigMap,
    live,
    updated: reset,
    manager: 'm',
    now: t0,
  });
  assert.equal('managedFields' in after.metadata, false);
});

test('more than ten updaters: the oldest become ancient-changes', () => {
  let live = create(ConfigMap, { data: { k0: '0' } }, 'm0');
  for (let i = 1; i <= 12; i++) {
    const updated = { ...live, data: { ...live.data, [`k${i}`]: '0' } };
    live = updateManagedFields({
      kind: ConfigMap,
      live,
      updated,
      manager: `m${i}`,
      now: t0 + i * 1000,
    }) as Loose;
  }
  assert.equal(live.metadata.managedFields?.length, 10);
  assert.deepEqual(Object.keys(fields(live, 'ancient-changes')?.['f:data'] as object), [
    '.',
    'f:k0',
    'f:k1',
    'f:k2',
    'f:k3',
  ]);
});

test('free-form and nested changes are owned at the deepest level', () => {
  const live = create(Service, { spec: { selector: { a: 'b' }, ports: [{ port: 80, protocol: 'TCP' }] } });
  const spec = { selector: { a: 'c' }, ports: [{ port: 80, protocol: 'TCP', name: 'http' }] };
  const after = updateManagedFields({
    kind: Service,
    live,
    updated: { ...live, spec },
    manager: 'm',
    now: t0,
  });
  assert.deepEqual(fields(after, 'm'), {
    'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { 'f:name': {} } }, 'f:selector': {} },
  });
});

test('names of Object.prototype are owned like other keys', () => {
  const live = create(ConfigMap, { data: { a: '1' } });
  const data = Object.fromEntries([
    ['a', '1'],
    ['constructor', '2'],
  ]);
  const updated = { ...live, data };
  const after = updateManagedFields({ kind: ConfigMap, live, updated, manager: 'm', now: t0 });
  assert.deepEqual(fields(after, 'm'), { 'f:data': { 'f:constructor': {} } });
});
