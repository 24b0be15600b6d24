import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock as clock } from '../../kit/clock.ts';
import { silentLogger as log } from '../../kit/log.ts';
import { systemRandom as random } from '../../kit/random.ts';
import { authenticationOf, issuerProblem } from './authentication.ts';
import { authorizationOf } from './authorization.ts';

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
