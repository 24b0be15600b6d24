import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceAttributes } from '../attributes.ts';
import { person } from '../stored.fake.ts';
import { Abac } from './abac.ts';

const policy = (spec: object): string =>
  JSON.stringify({ apiVersion: 'abac.authorization.kubernetes.io/v1beta1', kind: 'Policy', spec });
const abac = (...lines: string[]) => new Abac(lines.join('\n'), 'f');
const pods = (verb: string, namespace = 'ns') => resourceAttributes({ verb, resource: 'pods', namespace });
const path = (where: string) => resourceAttributes({ isResource: false, verb: 'get', path: where });
const bob = person('bob', 'system:authenticated');

test('a policy allows its subject its resources in its namespace, read-only if it says so', () => {
  const one = abac(
    '# comment',
    '',
    policy({ user: 'bob', namespace: 'ns', resource: 'pods', readonly: true }),
  );
  assert.equal(one.authorize(bob, pods('get')).allowed, true);
  assert.deepEqual(one.authorize(bob, pods('delete')), { allowed: false, reason: 'No policy matched.' });
  assert.equal(one.authorize(bob, pods('get', 'other')).allowed, false);
  assert.equal(one.authorize(person('eve'), pods('get')).allowed, false);
  assert.equal(one.authorize(bob, path('/version')).allowed, false);
});

test('user and group must both match; a policy without either matches nobody', () => {
  const all = { namespace: '*', resource: '*', apiGroup: '*' };
  const both = abac(policy({ ...all, user: 'bob', group: 'ops' }));
  assert.equal(both.authorize(bob, pods('get')).allowed, false);
  assert.equal(both.authorize(person('bob', 'ops'), pods('get')).allowed, true);
  assert.equal(abac(policy(all)).authorize(bob, pods('get')).allowed, false);
});

test('* means those who are authenticated, and * at the end of a path everything below', () => {
  const one = abac(policy({ user: '*', nonResourcePath: '/logs/*' }));
  assert.equal(one.authorize(bob, path('/logs/a')).allowed, true);
  assert.equal(
    one.authorize({ name: 'x', groups: ['system:unauthenticated'] }, path('/logs/a')).allowed,
    false,
  );
  assert.equal(one.authorize(bob, path('/metrics')).allowed, false);
});

test('in lines without version, what is left out means everything', () => {
  assert.equal(abac('{"user":"bob"}').authorize(bob, path('/x')).allowed, true);
  assert.equal(abac('{"user":"bob","resource":"pods"}').authorize(bob, path('/x')).allowed, false);
  assert.equal(abac('{"resource":"pods"}').authorize(bob, pods('delete')).allowed, true);
});

test('a wrong line is named', () => {
  assert.throws(() => abac('{}', '{'), /^Error: error reading policy file f, line 2: {: /);
  assert.throws(() => abac('{"kind":"X","apiVersion":"y"}'), /no kind "X" is registered for version "y"/);
});

test('rules of a user are listed', () => {
  const one = abac(policy({ user: 'bob', namespace: 'ns', resource: 'pods', readonly: true }));
  assert.deepEqual(one.userRules(bob, 'ns').rules, [
    { verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['pods'] },
  ]);
  assert.deepEqual(one.userRules(bob, 'other').rules, []);
});
