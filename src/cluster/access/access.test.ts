import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock as clock } from '../../kit/clock.ts';
import { silentLogger as log } from '../../kit/log.ts';
import { systemRandom as random } from '../../kit/random.ts';
import { authenticationOf, issuerProblem } from './authentication.ts';
import { authorizationOf } from './authorization.ts';
import { signerProblem, tokensOf } from './service-account-tokens.ts';

const tools = { clock, random, log };

test('without flags for it, nothing is made; other flags are not heeded', async () => {
  const others = { dataDir: '/x', auditPolicyFile: '/y', serviceAccountIssuer: ['https://x'] };
  assert.equal(await authenticationOf(others, tools), undefined);
  assert.equal(await authorizationOf(others as object, tools), undefined);
});

test('what is wrong with a flag is told to the user', async () => {
  await assert.rejects(authenticationOf({ oidcClientId: 'x' }, tools), {
    message:
      'authentication: oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set',
  });
  await assert.rejects(authorizationOf({ authorizationMode: ['X'] }, tools), {
    message: 'authorization: authorization-mode "X" is not a valid mode',
  });
});

test('with AlwaysAllow nobody is anonymous', async () => {
  const made = await authenticationOf({ authorizationMode: ['AlwaysAllow'] }, tools);
  assert.deepEqual(made?.anonymous, { enabled: false, paths: [] });
});

test('issuers of service accounts and where their keys are', () => {
  const problem = (serviceAccountIssuer: string[], serviceAccountJwksUri?: string) =>
    issuerProblem({ serviceAccountIssuer, ...(serviceAccountJwksUri && { serviceAccountJwksUri }) });
  assert.equal(problem(['https://a', 'name'], 'https://keys'), undefined);
  assert.equal(problem(['']), 'service-account-issuer should not be an empty string');
  assert.equal(
    problem(['https://[']),
    `service-account-issuer "https://[" contained a ':' but was not a valid URL`,
  );
  assert.equal(problem(['a', 'a']), 'service-account-issuer "a" is already specified');
  assert.equal(problem(['a'], 'keys'), 'service-account-jwks-uri must be a valid URL');
  assert.equal(
    problem(['a'], 'http://keys'),
    'service-account-jwks-uri requires https scheme, parsed as: http://keys',
  );
});

test('a signer of tokens is in place of keys in files', async () => {
  const endpoint = { serviceAccountSigningEndpoint: '/run/signer.sock' };
  assert.equal(signerProblem(endpoint), undefined);
  assert.equal(signerProblem({ serviceAccountKeyFile: ['/k'] }), undefined);
  for (const files of [{ serviceAccountKeyFile: ['/k'] }, { serviceAccountSigningKeyFile: '/k' }])
    assert.equal(
      signerProblem({ ...endpoint, ...files }),
      "can't set `--service-account-signing-key-file` and/or `--service-account-key-file` with `--service-account-signing-endpoint` (They are mutually exclusive)",
    );
  assert.equal(signerProblem({ serviceAccountSigningEndpoint: '@my-signer.v1_a' }), undefined);
  for (const name of ['@', '@a/b', '@a..b', '@.a'])
    assert.equal(
      signerProblem({ serviceAccountSigningEndpoint: name }),
      `invalid value "${name}" passed for \`--service-account-signing-endpoint\`, when prefixed with @ must be a valid abstract socket name`,
    );
});

test('how long tokens of service accounts are valid', async () => {
  assert.deepEqual((await tokensOf({}, tools)).options, {});
  const { options } = await tokensOf({ serviceAccountExtendTokenExpiration: false }, tools);
  assert.deepEqual(options, { tokenLifetimes: {} });
  await assert.rejects(tokensOf({ serviceAccountMaxTokenExpiration: 60_000 }, tools), {
    message: 'the service-account-max-token-expiration must be between 1 hour and 2^32 seconds',
  });
});
