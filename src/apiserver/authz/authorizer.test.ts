import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestInfo } from '../request-info.ts';
import { attributesOf, NO_OPINION, resourceAttributes } from './attributes.ts';
import { refusal, Union } from './authorizer.ts';
import { person } from './stored.fake.ts';

const eve = person('eve');
const message = (path: string, method = 'GET', query = '') => {
  const parameters = new URLSearchParams(query);
  const { status } = refusal(eve, attributesOf(requestInfo(method, path, parameters), parameters), '');
  return status.message;
};

test('members of system:masters may do everything, others what one authorizer allows', () => {
  const union = new Union([
    { authorize: () => ({ allowed: false, reason: 'first' }) },
    { authorize: () => NO_OPINION },
    { authorize: (user) => ({ allowed: user.name === 'adam', reason: 'second' }) },
  ]);
  const what = resourceAttributes({ verb: 'get', resource: 'pods' });
  assert.equal(union.authorize(person('root', 'system:masters'), what).allowed, true);
  assert.deepEqual(union.authorize(person('adam'), what), { allowed: true, reason: 'second' });
  assert.deepEqual(union.authorize(eve, what), { allowed: false, reason: 'first\nsecond' });
});

test('a refusal names the user, verb, resource and scope', () => {
  assert.equal(
    message('/api/v1/namespaces/y/pods'),
    'pods is forbidden: User "eve" cannot list resource "pods" in API group "" in the namespace "y"',
  );
  assert.equal(
    message('/apis/apps/v1/namespaces/y/deployments/d/scale', 'PUT'),
    'deployments.apps "d" is forbidden: User "eve" cannot update resource "deployments/scale" in API group "apps" in the namespace "y"',
  );
  assert.equal(
    message('/api/v1/nodes'),
    'nodes is forbidden: User "eve" cannot list resource "nodes" in API group "" at the cluster scope',
  );
  assert.equal(
    message('/api/v1/namespaces/y'),
    'namespaces "y" is forbidden: User "eve" cannot get resource "namespaces" in API group "" in the namespace "y"',
  );
  assert.equal(message('/metrics<b>'), 'forbidden: User "eve" cannot get path "/metrics&lt;b&gt;"');
});

test('the details of a refusal name the object, the message ends with the reason', () => {
  const what = resourceAttributes({ verb: 'get', group: 'apps', resource: 'deployments', name: 'd' });
  const { status } = refusal(eve, what, 'because');
  assert.deepEqual(status.details, { name: 'd', group: 'apps', kind: 'deployments' });
  assert.match(status.message!, /at the cluster scope: because$/);
  assert.equal(status.code, 403);
});

test('a list with a field selector is authorized for the selected name or node', () => {
  const of = (query: string) => {
    const parameters = new URLSearchParams(query);
    return attributesOf(requestInfo('GET', '/api/v1/pods', parameters), parameters);
  };
  assert.equal(of('fieldSelector=metadata.name%3Dx&watch=1').name, 'x');
  assert.equal(of('fieldSelector=spec.nodeName%3Dn1').ofNode, 'n1');
  assert.equal(of('fieldSelector=spec.nodeName!%3Dn1').ofNode, undefined);
  assert.equal(of('fieldSelector=%3D%3D%3D').name, '');
});
