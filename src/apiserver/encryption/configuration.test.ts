import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfiguration } from './configuration.ts';

const file = (rules: object) =>
  JSON.stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: rules,
  });
const rule = (provider: object, resources = ['secrets']) => file([{ resources, providers: [provider] }]);
const SECRET = Buffer.alloc(32, 7).toString('base64');

test('providers and resources are read in order', () => {
  const kms = { apiVersion: 'v2', name: 'vault', endpoint: 'unix:///run/kms.sock', timeout: '5s' };
  const [found] = parseConfiguration(
    file([
      {
        resources: ['secrets', 'deployments.apps'],
        providers: [{ kms }, { aesgcm: { keys: [{ name: 'a', secret: SECRET }] } }, { identity: {} }],
      },
    ]),
  );
  assert.deepEqual(found!.resources, ['secrets', 'deployments.apps']);
  assert.deepEqual(found!.providers[0], {
    type: 'kms',
    name: 'vault',
    socket: '/run/kms.sock',
    timeoutMs: 5000,
  });
  assert.deepEqual(
    found!.providers.map(({ type }) => type),
    ['kms', 'aesgcm', 'identity'],
  );
});

test('what is wrong is named with its field, and a key never stands in the message', () => {
  const key = (secret: string) => rule({ aesgcm: { keys: [{ name: 'a', secret }] } });
  const kms = (timeout: string) =>
    rule({ kms: { apiVersion: 'v2', name: 'a', endpoint: 'unix:///x', timeout } });
  const cases: [string, RegExp][] = [
    ['kind: {', /not valid YAML/],
    ['kind: Other', /EncryptionConfiguration are required/],
    [file([]), /resources: Required value: at least one resources is required/],
    [rule({}), /providers\[0\]: provider does not contain any/],
    [rule({ identity: {}, aescbc: {} }), /more than one provider specified/],
    [rule({ secretbox: { keys: [] } }), /secretbox: not supported/],
    [rule({ kms: { apiVersion: 'v1', name: 'x', endpoint: 'unix:///x' } }), /only v2 is supported/],
    [rule({ kms: { apiVersion: 'v2', name: 'a:b', endpoint: 'unix:///x' } }), /must not contain ':'/],
    [rule({ kms: { apiVersion: 'v2', name: 'a', endpoint: 'http://x' } }), /only unix is supported/],
    [kms('0s'), /timeout: timeout should be a positive value/],
    [kms('-1m'), /timeout: timeout should be a positive value/],
    [kms('soon'), /timeout: invalid duration/],
    [key('c2hvcnQ='), /"REDACTED": secret is not of the expected length, got 5/],
    [key('%%%top%%%'), /"REDACTED": secrets must be base64 encoded/],
    [rule({ identity: {} }, ['*']), /use '\*\.' to encrypt/],
    [rule({ identity: {} }, ['Secrets']), /capital letters/],
    [rule({ identity: {} }, ['*.', 'secrets']), /"secrets" is masked by earlier rule "\*\."/],
    [rule({ identity: {} }, ['pods.*']), /across groups/],
    [rule({ wrong: {} }), /unknown field "wrong"/],
    [
      rule({ aesgcm: { keys: [{ name: 'a', 'se c2hvcnQ=': 1 }] } }),
      /keys\[0\]: unknown field with a name that/,
    ],
  ];
  for (const [text, expected] of cases)
    assert.throws(
      () => parseConfiguration(text),
      (error: Error) => expected.test(error.message) && !/c2hvcnQ|top/.test(error.message),
      text,
    );
});
