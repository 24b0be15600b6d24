import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadPatterns } from '../../../api/cel/access/expressions.ts';
import { parseAuthorization } from './configuration.ts';

const directory = mkdtempSync(join(tmpdir(), 'authz-'));
const kubeConfigFile = join(directory, 'kubeconfig');
before(() => {
  writeFileSync(kubeConfigFile, '');
  return loadPatterns();
});
after(() => rmSync(directory, { recursive: true }));

const HOOK = {
  timeout: '3s',
  subjectAccessReviewVersion: 'v1',
  failurePolicy: 'Deny',
  connectionInfo: { type: 'KubeConfigFile', kubeConfigFile },
};
const file = (authorizers: unknown, more: object = {}): string =>
  JSON.stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthorizationConfiguration',
    authorizers,
    ...more,
  });
const hook = (changes: object = {}) => ({ type: 'Webhook', name: 'h', webhook: { ...HOOK, ...changes } });
const parse = (authorizers: unknown, needed: string[] = []) => parseAuthorization(file(authorizers), needed);
function error(authorizers: unknown, needed: string[] = []): string {
  try {
    parse(authorizers, needed);
  } catch (thrown) {
    return (thrown as Error).message;
  }
  return '';
}

test('authorizers keep their order, with the defaults of their webhooks', () => {
  const [first, second] = parse([hook(), { type: 'RBAC', name: 'rbac' }]);
  assert.deepEqual(second, { type: 'RBAC', name: 'rbac' });
  assert.deepEqual(first, {
    type: 'Webhook',
    name: 'h',
    webhook: {
      authorizedTtl: 300_000,
      unauthorizedTtl: 30_000,
      timeout: 3_000,
      version: 'v1',
      failurePolicy: 'Deny',
      kubeConfigFile,
      conditions: [],
    },
  });
  const [uncached] = parse([
    hook({ cacheAuthorizedRequests: false, unauthorizedTTL: '1m30s', cacheUnauthorizedRequests: true }),
  ]);
  assert.ok(uncached?.type === 'Webhook');
  assert.deepEqual([uncached.webhook.authorizedTtl, uncached.webhook.unauthorizedTtl], [0, 90_000]);
});

test('a file of another kind, with unknown fields or values of the wrong type is refused', () => {
  const wrong = 'failed to load AuthorizationConfiguration from file: ';
  const refused = (text: string) =>
    assert.throws(
      () => parseAuthorization(text, []),
      (e: Error) => e.message.startsWith(wrong),
    );
  refused('');
  refused('[');
  refused(file([], { kind: 'Other' }));
  refused(file([], { apiVersion: 'v1' }));
  assert.equal(
    error([hook({ tmeout: '1s' })]),
    `${wrong}strict decoding error: unknown field "authorizers[0].webhook.tmeout"`,
  );
  assert.match(error([{ type: 5 }]), /json: cannot unmarshal number into Go struct field .* of type string/);
  refused('x'.repeat((1 << 20) + 1));
});

test('every rule of upstream', () => {
  const cases: [unknown, string][] = [
    [[], 'authorizers: Required value: at least one authorization mode must be defined'],
    [[{ name: 'x' }], 'authorizers[0].type: Required value'],
    [
      [{ type: 'X', name: 'x' }],
      'authorizers[0].type: Unsupported value: "X": supported values: "ABAC", "AlwaysAllow", "AlwaysDeny", "Node", "RBAC", "Webhook"',
    ],
    [
      [
        { type: 'RBAC', name: 'rbac' },
        { type: 'RBAC', name: 'rbac' },
      ],
      'authorizers[1].type: Duplicate value: "RBAC"',
    ],
    [[{ type: 'RBAC' }], 'authorizers[0].name: Required value'],
    [[hook(), hook()], 'authorizers[1].name: Duplicate value: "h"'],
    [[{ type: 'Webhook', name: 'w' }], 'authorizers[0].webhook: Required value: required when type=Webhook'],
    [
      [{ type: 'RBAC', name: 'rbac', webhook: HOOK }],
      'authorizers[0].webhook: Invalid value: "non-null": may only be specified when type=Webhook',
    ],
    [[{ type: 'RBAC', name: 'other' }], 'expected name rbac for authorizer RBAC instead of other'],
    [[hook({ timeout: '' })], 'authorizers[0].timeout: Required value'],
    [[hook({ timeout: '31s' })], 'authorizers[0].timeout: Invalid value: "31s": must be > 0s and <= 30s'],
    [[hook({ timeout: '-1s' })], 'authorizers[0].timeout: Invalid value: "-1s": must be > 0s and <= 30s'],
    [[hook({ timeout: 'x' })], 'authorizers[0].timeout: Invalid value: "x": time: invalid duration "x"'],
    [
      [hook({ authorizedTTL: '-90s' })],
      'authorizers[0].authorizedTTL: Invalid value: "-1m30s": must be > 0s',
    ],
    [
      [hook({ unauthorizedTTL: '-5ms' })],
      'authorizers[0].unauthorizedTTL: Invalid value: "-5ms": must be > 0s',
    ],
    [
      [hook({ subjectAccessReviewVersion: 'v2' })],
      'authorizers[0].subjectAccessReviewVersion: Unsupported value: "v2": supported values: "v1", "v1beta1"',
    ],
    [
      [hook({ matchConditions: [{ expression: 'true' }] })],
      'authorizers[0].matchConditionSubjectAccessReviewVersion: Required value: required if match conditions are specified',
    ],
    [
      [hook({ matchConditionSubjectAccessReviewVersion: 'v1beta1' })],
      'authorizers[0].matchConditionSubjectAccessReviewVersion: Unsupported value: "v1beta1": supported values: "v1"',
    ],
    [[hook({ failurePolicy: undefined })], 'authorizers[0].failurePolicy: Required value'],
    [
      [hook({ failurePolicy: 'Ignore' })],
      'authorizers[0].failurePolicy: Unsupported value: "Ignore": supported values: "NoOpinion", "Deny"',
    ],
    [[hook({ connectionInfo: undefined })], 'authorizers[0].connectionInfo.type: Required value'],
    [
      [hook({ connectionInfo: { type: 'KubeConfigFile' } })],
      'authorizers[0].connectionInfo.kubeConfigFile: Required value',
    ],
    [
      [hook({ connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: 'a' } })],
      'authorizers[0].connectionInfo.kubeConfigFile: Invalid value: "a": must be an absolute path',
    ],
    [
      [hook({ connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: '/no/file' } })],
      'authorizers[0].connectionInfo.kubeConfigFile: Invalid value: "/no/file": error loading file: stat /no/file: no such file or directory',
    ],
    [
      [hook({ connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: '/tmp' } })],
      'authorizers[0].connectionInfo.kubeConfigFile: Invalid value: "/tmp": must be a regular file',
    ],
    [
      [hook({ connectionInfo: { type: 'InClusterConfig' } })],
      'authorizers[0].connectionInfo.type: Invalid value: "InClusterConfig": not allowed for kube-apiserver',
    ],
    [
      [hook({ connectionInfo: { type: 'InClusterConfig', kubeConfigFile: '/a' } })],
      'authorizers[0].connectionInfo.kubeConfigFile: Invalid value: "/a": can only be set when type=KubeConfigFile',
    ],
  ];
  for (const [authorizers, message] of cases) assert.equal(error(authorizers), message);
  assert.match(
    error([{ type: 'Webhook', name: 'A b', webhook: HOOK }]),
    /^authorizers\[0\].name: Invalid value: "A b": authorizer name is invalid: a lowercase RFC 1123 subdomain/,
  );
});

test('match conditions must compile to booleans, and there are limits', () => {
  const condition = (...texts: string[]) =>
    error([
      hook({
        matchConditionSubjectAccessReviewVersion: 'v1',
        matchConditions: texts.map((expression) => ({ expression })),
      }),
    ]);
  assert.equal(condition(' '), 'authorizers[0].matchConditions[0].expression: Required value');
  assert.equal(
    condition('true', 'true'),
    'authorizers[0].matchConditions[1].expression: Duplicate value: "true"',
  );
  assert.equal(
    condition('request.user'),
    'authorizers[0].matchConditions[0].expression: Invalid value: "request.user": must evaluate to bool but got string',
  );
  assert.match(
    condition('object.x'),
    /compilation failed: ERROR: <input>:1:1: undeclared reference to 'object'/,
  );
  assert.equal(
    condition(...Array.from({ length: 65 }, (_, i) => `${i} == 0`)),
    'authorizers[0].matchConditions: Too many: 65: must have at most 64 items',
  );
});

test('the types with which the server has started must stay', () => {
  assert.equal(error([hook()], ['RBAC', 'Node']), 'missing required types: [Node RBAC]');
});
