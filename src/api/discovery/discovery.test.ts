import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyResource, resource } from '../meta/v1/resource.ts';
import { builtInKinds } from '../scheme/kinds.ts';
import { aggregatedDiscovery } from './aggregated.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './documents.ts';
import { compareVersions, groupsOf, type RemoteVersion } from './groups.ts';
import { builtInPriority } from './priorities.ts';

const groups = groupsOf(builtInKinds);
const group = (name: string) => groups.find((one) => one.name === name) ?? assert.fail(name);

test('versions are ordered stable first, higher first', () => {
  const ordered = ['v10', 'v2', 'v1', 'v3beta1', 'v1beta2', 'v1beta1', 'v1alpha1', 'foo'];
  assert.deepEqual(ordered.toReversed().sort(compareVersions), ordered);
});

const remote = (group: string, priority: number, version = 'v1', versionPriority = 15): RemoteVersion => ({
  group,
  version,
  priority: { group: priority, version: versionPriority },
  discovery: { version, resources: [], freshness: 'Stale' },
});
const kindOf = (name: string, version = 'v1') =>
  resource(
    `${name}.${version}.X`,
    { group: name, version, kind: 'X', plural: 'xs', singular: 'x', namespaced: false },
    {},
  );
const names = (kinds: AnyResource[], remotes?: RemoteVersion[]) =>
  groupsOf(kinds, remotes).map(({ name }) => name);

test('groups are ordered by priority, then by name', () => {
  const kinds = ['b.io', 'apps', 'a.io', '', 'batch', 'apiregistration.k8s.io'].map((name) => kindOf(name));
  const remotes = [remote('low.io', 100), remote('high.io', 17_600)];
  const expected = ['apiregistration.k8s.io', '', 'apps', 'high.io', 'batch', 'a.io', 'b.io', 'low.io'];
  assert.deepEqual(names(kinds, remotes), expected);
});

test('the highest priority of its versions counts for a group', () => {
  const remotes = [remote('a.io', 100, 'v1'), remote('b.io', 200, 'v1'), remote('a.io', 300, 'v2')];
  assert.deepEqual(names([], remotes), ['a.io', 'b.io']);
});

test('versions are ordered by priority, then by maturity', () => {
  const remotes = [
    remote('a.io', 1, 'v1', 5),
    remote('a.io', 1, 'v1beta1', 20),
    remote('a.io', 1, 'v2', 5),
    remote('a.io', 1, 'v3alpha1', 5),
  ];
  const [one] = groupsOf([], remotes);
  assert.deepEqual(
    one?.versions.map(({ version }) => version),
    ['v1beta1', 'v2', 'v1', 'v3alpha1'],
  );
});

test('a version that another server serves hides the kinds of this server', () => {
  const [one] = groupsOf([kindOf('a.io'), kindOf('a.io', 'v2')], [remote('a.io', 1, 'v1')]);
  const document = aggregatedDiscovery([one!]);
  assert.deepEqual(
    document.items[0]?.versions.map(({ version, freshness, resources }) => [
      version,
      freshness,
      resources.length,
    ]),
    [
      ['v2', 'Current', 1],
      ['v1', 'Stale', 0],
    ],
  );
});

test('every built-in group and version has a priority', () => {
  for (const {
    resource: { group: name, version },
  } of builtInKinds)
    assert.ok(builtInPriority(name, version), `${name}/${version}`);
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
  const document = aggregatedDiscovery([group('apps')]);
  assert.equal(document.apiVersion, 'apidiscovery.k8s.io/v2');
  const deployments = document.items[0]?.versions[0]?.resources.find((one) => one.resource === 'deployments');
  assert.equal(deployments?.scope, 'Namespaced');
  assert.deepEqual(deployments?.subresources?.[0], {
    subresource: 'scale',
    responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    verbs: ['get', 'patch', 'update'],
  });
});
