import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterRoleOf, type ResourceLookup, roleOf } from './roles.ts';

const KNOWN = new Map([
  ['pods.', 'pods'],
  ['deploy.', 'deployments.apps'],
  ['rs.apps', 'replicasets.apps'],
  ['roles.', 'roles.rbac.authorization.k8s.io'],
]);

const lookup: ResourceLookup = async ({ resource, group }) => {
  const found = KNOWN.get(`${resource}.${group}`);
  if (found === undefined) throw new Error(`no ${resource}`);
  const dot = found.indexOf('.');
  return dot < 0
    ? { resource: found, group: '' }
    : { resource: found.slice(0, dot), group: found.slice(dot + 1) };
};

const role = async (verbs: string, resources: string, warn: (text: string) => void = () => {}) => {
  const flags = {
    verbs: verbs === '' ? [] : verbs.split(','),
    resources: resources === '' ? [] : resources.split(','),
    resourceNames: [],
  };
  return (await roleOf({ name: 'r' }, flags, lookup, warn)).object.rules;
};

test('a rule for each API group, with the names that the server has', async () => {
  assert.deepEqual(await role('get,get,list', 'pods,deploy,rs.apps,pods/log'), [
    { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] },
    { apiGroups: ['apps'], resources: ['deployments', 'replicasets'], verbs: ['get', 'list'] },
  ]);
});

test('a star stands for all verbs, and alone for all resources', async () => {
  assert.deepEqual(await role('get,*', 'pods,*'), [{ apiGroups: [''], resources: ['*'], verbs: ['*'] }]);
});

test('verbs that only some resources have are refused for others, and need no resource of the server', async () => {
  await assert.rejects(role('use', 'pods'), { message: "can not perform 'use' on 'pods' in group ''" });
  assert.deepEqual(await role('impersonate', 'users'), [
    { apiGroups: [''], resources: ['users'], verbs: ['impersonate'] },
  ]);
  await assert.rejects(role('get', 'nope'), { message: 'no nope' });
});

test('verbs that are not usual are warned about', async () => {
  const warnings: string[] = [];
  await role('sing', 'pods', (text) => warnings.push(text));
  assert.deepEqual(warnings, ["Warning: 'sing' is not a standard resource verb\n"]);
});

test('a cluster role is for resources, URLs or others of its kind', async () => {
  const none = { verbs: [], resources: [], resourceNames: [], nonResourceURLs: [], aggregationRule: {} };
  const of = async (flags: Partial<Parameters<typeof clusterRoleOf>[1]>) =>
    (await clusterRoleOf('c', { ...none, ...flags }, lookup, () => {})).object;
  const urls = await of({ verbs: ['get'], nonResourceURLs: ['/logs/*'] });
  assert.deepEqual(urls.rules, [{ nonResourceURLs: ['/logs/*'], verbs: ['get'] }]);
  const rule = { a: 'b' };
  assert.deepEqual((await of({ aggregationRule: rule })).aggregationRule, {
    clusterRoleSelectors: [{ matchLabels: rule }],
  });
  await assert.rejects(
    of({ aggregationRule: rule, verbs: ['get'] }),
    /aggregation rule must be specified without/,
  );
  await assert.rejects(
    of({ verbs: ['list'], nonResourceURLs: ['/x'] }),
    /invalid verb: 'list' for nonResourceURL/,
  );
  await assert.rejects(of({ verbs: ['get'], nonResourceURLs: ['/a*b'] }), /only supports wildcard matches/);
});
