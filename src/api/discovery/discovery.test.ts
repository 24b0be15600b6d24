import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInKinds } from '../scheme/kinds.ts';
import { aggregatedDiscovery } from './aggregated.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './documents.ts';
import { compareGroups, compareVersions, groupsOf } from './groups.ts';

const groups = groupsOf(builtInKinds);
const group = (name: string) => groups.find((one) => one.name === name) ?? assert.fail(name);

test('versions are ordered stable first, higher first', () => {
  const ordered = ['v10', 'v2', 'v1', 'v3beta1', 'v1beta2', 'v1beta1', 'v1alpha1', 'foo'];
  assert.deepEqual(ordered.toReversed().sort(compareVersions), ordered);
});

test('built-in groups keep their order, others follow by name', () => {
  assert.deepEqual(['b.io', 'apps', 'a.io', '', 'batch'].sort(compareGroups), [
    '',
    'apps',
    'batch',
    'a.io',
    'b.io',
  ]);
});

test('the group list names every group but the core one, with its preferred version', () => {
  const list = apiGroupList(groups);
  assert.equal(list.groups.length, groups.length - 1);
  assert.equal(list.groups[0]?.name, 'apiregistration.k8s.io');
  assert.deepEqual(apiGroup(group('autoscaling')), {
    kind: 'APIGroup',
    apiVersion: 'v1',
    name: 'autoscaling',
    versions: [
      { groupVersion: 'autoscaling/v2', version: 'v2' },
      { groupVersion: 'autoscaling/v1', version: 'v1' },
    ],
    preferredVersion: { groupVersion: 'autoscaling/v2', version: 'v2' },
  });
  assert.deepEqual(apiVersions('127.0.0.1:6443').versions, ['v1']);
});

test('the resource list of the core group has pods and their subresources', () => {
  const core = group('').versions[0] ?? assert.fail();
  const list = apiResourceList('', core);
  assert.equal(list.groupVersion, 'v1');
  const named = (name: string) => list.resources.find((one) => one.name === name);
  assert.deepEqual(named('pods')?.shortNames, ['po']);
  assert.deepEqual(named('pods')?.categories, ['all']);
  assert.deepEqual(named('pods/eviction'), {
    name: 'pods/eviction',
    singularName: '',
    namespaced: true,
    group: 'policy',
    version: 'v1',
    kind: 'Eviction',
    verbs: ['create'],
  });
});

test('aggregated discovery nests subresources in their resources', () => {
  const document = aggregatedDiscovery([group('apps')], 'v2');
  assert.equal(document.apiVersion, 'apidiscovery.k8s.io/v2');
  const deployments = document.items[0]?.versions[0]?.resources.find((one) => one.resource === 'deployments');
  assert.equal(deployments?.scope, 'Namespaced');
  assert.deepEqual(deployments?.subresources?.[0], {
    subresource: 'scale',
    responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    verbs: ['get', 'patch', 'update'],
  });
});
