import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestInfo } from '../request-info.ts';
import { evaluate, parsePolicy } from './policy.ts';

const policy = (...rules: object[]) =>
  parsePolicy(JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules }));
const USER = { name: 'ann', groups: ['dev', 'system:authenticated'] };

function levelOf(rules: object[], path: string, method = 'GET') {
  return evaluate(
    policy(...rules, { level: 'Metadata', users: ['nobody'] }),
    USER,
    requestInfo(method, path, new URLSearchParams()),
  ).level;
}

test('a rule matches by user, group, verb, resource, name, namespace or path', () => {
  const pods = '/api/v1/namespaces/ns/pods';
  const level = 'Request';
  const cases: [object, string, boolean][] = [
    [{ level, users: ['ann'] }, pods, true],
    [{ level, users: ['bob'] }, pods, false],
    [{ level, userGroups: ['dev'] }, pods, true],
    [{ level, userGroups: ['ops'] }, pods, false],
    [{ level, verbs: ['list'] }, pods, true],
    [{ level, verbs: ['watch'] }, pods, false],
    [{ level, namespaces: ['ns'] }, pods, true],
    [{ level, namespaces: [''] }, pods, false],
    [{ level, namespaces: [''] }, '/api/v1/nodes', true],
    [{ level, resources: [{ group: '', resources: ['pods'] }] }, pods, true],
    [{ level, resources: [{ group: '', resources: ['pods'] }] }, `${pods}/p/log`, false],
    [{ level, resources: [{ group: '', resources: ['pods/*'] }] }, `${pods}/p/log`, true],
    [{ level, resources: [{ group: '', resources: ['*/log'] }] }, `${pods}/p/log`, true],
    [{ level, resources: [{ group: '*', resources: ['*'] }] }, `${pods}/p/log`, true],
    [{ level, resources: [{ group: 'apps' }] }, pods, false],
    [{ level, resources: [{ group: '', resources: ['pods'], resourceNames: ['p'] }] }, `${pods}/p`, true],
    [{ level, resources: [{ group: '', resources: ['pods'], resourceNames: ['p'] }] }, `${pods}/q`, false],
    [{ level, nonResourceURLs: ['/health*'] }, '/healthz', true],
    [{ level, nonResourceURLs: ['/health*'] }, '/version', false],
    [{ level, nonResourceURLs: ['*'] }, pods, false],
  ];
  for (const [rule, path, expected] of cases)
    assert.equal(levelOf([rule], path), expected ? 'Request' : 'None', `${JSON.stringify(rule)} ${path}`);
});

test('the first matching rule decides; without one nothing is recorded', () => {
  assert.equal(levelOf([{ level: 'None', verbs: ['get'] }, { level: 'Metadata' }], '/version'), 'None');
  assert.equal(levelOf([{ level: 'Metadata', verbs: ['post'] }], '/version'), 'None');
});

test('stages and managed fields are set for the policy and by rules', () => {
  const text = JSON.stringify({
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    omitManagedFields: true,
    rules: [{ level: 'Metadata', omitStages: ['Panic'], omitManagedFields: false }],
  });
  const verdict = evaluate(parsePolicy(text), USER, requestInfo('GET', '/version', new URLSearchParams()));
  assert.deepEqual([...verdict.omitStages], ['RequestReceived', 'Panic']);
  assert.equal(verdict.omitManagedFields, false);
});

test('what is wrong with a policy is named with its field', () => {
  const cases: [object, RegExp][] = [
    [{}, /rules\[0\]\.level: Required value/],
    [{ level: 'All' }, /Unsupported value: "All"/],
    [{ level: 'None', omitStages: ['Never'] }, /omitStages\[0\]: Invalid value: "Never": allowed stages/],
    [{ level: 'None', nonResourceURLs: ['version'] }, /must begin with a '\/'/],
    [{ level: 'None', nonResourceURLs: ['/*/x'] }, /must be the final character/],
    [{ level: 'None', nonResourceURLs: ['/x'], namespaces: ['a'] }, /cannot apply to both/],
    [{ level: 'None', resources: [{ resourceNames: ['a'] }] }, /requires at least one resource/],
    [{ level: 'None', wrong: 1 }, /unknown field "wrong"/],
  ];
  for (const [rule, expected] of cases) assert.throws(() => policy(rule), expected);
  assert.throws(() => parsePolicy('kind: Policy'), /audit\.k8s\.io\/v1/);
  assert.throws(() => policy(), /0 rules/);
});
