import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestInfo } from '../request-info.ts';
import {
  ALLOWED,
  type Authorizer,
  attributesOf,
  type Decision,
  NO_OPINION,
  resourceAttributes,
  selectedField,
} from './attributes.ts';
import { notAllowed, refusal, Union } from './authorizer.ts';
import { person } from './stored.fake.ts';

const eve = person('eve');
const what = resourceAttributes({ verb: 'get', resource: 'pods' });
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
  assert.deepEqual(union.authorize(person('root', 'system:masters'), what), { allowed: true, reason: '' });
  assert.deepEqual(union.authorize(person('adam'), what), { allowed: true, reason: 'second' });
  assert.deepEqual(union.authorize(eve, what), { allowed: false, reason: 'first\nsecond' });
});

test('the first authorizer that allows or denies decides, at once or later', async () => {
  const asked: string[] = [];
  const one = (name: string, decision: Decision, later = false): Authorizer => ({
    authorize: () => {
      asked.push(name);
      return later ? Promise.resolve(decision) : decision;
    },
  });
  const denies: Decision = { allowed: false, denied: true, reason: 'no' };
  assert.deepEqual(new Union([one('a', denies), one('b', ALLOWED)]).authorize(eve, what), denies);
  const union = new Union([one('c', NO_OPINION, true), one('d', denies, true), one('e', ALLOWED)]);
  assert.deepEqual(await union.authorize(eve, what), denies);
  assert.deepEqual(asked, ['a', 'c', 'd']);
  const allows = new Union([one('f', NO_OPINION, true), one('g', ALLOWED)]);
  assert.equal((await allows.authorize(eve, what)).allowed, true);
});

test('an authorizer that fails makes the request fail, unless another one allows it', async () => {
  const failed: Decision = { allowed: false, reason: '', error: 'no route' };
  const fails: Authorizer = { authorize: () => Promise.resolve(failed) };
  const refuses: Authorizer = { authorize: () => ({ allowed: false, reason: 'not yours' }) };
  assert.equal(
    (await new Union([fails, { authorize: () => ALLOWED }]).authorize(eve, what)).error,
    undefined,
  );
  const decision = await new Union([fails, refuses, fails]).authorize(eve, what);
  assert.deepEqual(decision, { allowed: false, reason: 'not yours', error: 'no route' });
  const { status } = notAllowed(eve, what, decision);
  assert.equal(status.code, 500);
  assert.equal(status.message, 'Internal error occurred: no route');
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
  assert.equal(selectedField(of('fieldSelector=spec.nodeName%3Dn1'), 'spec.nodeName'), 'n1');
  assert.equal(selectedField(of('fieldSelector=spec.nodeName!%3Dn1'), 'spec.nodeName'), undefined);
  assert.equal(of('fieldSelector=%3D%3D%3D').name, '');
});
