import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lifetimesOf } from './lifetimes.ts';

const HOUR = 3_600_000;
const YEAR = 365 * 24 * 3600;

test('without a limit tokens of volumes are valid for a year, unless they are not extended', () => {
  assert.deepEqual(lifetimesOf({ extend: true }), { extended: YEAR, warnings: [] });
  assert.deepEqual(lifetimesOf({ extend: false }), { warnings: [] });
});

test('the limit of the flag, which does not bind extended tokens', () => {
  const { warnings, ...lifetimes } = lifetimesOf({ max: HOUR, extend: true });
  assert.deepEqual(lifetimes, { max: 3600, extended: YEAR });
  const head = 'service-account-extend-token-expiration is true,';
  assert.deepEqual(warnings, [
    `${head} in order to correctly trigger safe transition logic, service-account-max-token-expiration must be set longer than 3607 seconds (currently 1h0m0s)`,
    `${head} enabling tokens valid up to 31536000 seconds, which is longer than service-account-max-token-expiration set to 1h0m0s`,
  ]);
  for (const max of [HOUR - 1000, (2 ** 32 + 1) * 1000])
    assert.throws(() => lifetimesOf({ max, extend: true }), {
      message: 'the service-account-max-token-expiration must be between 1 hour and 2^32 seconds',
    });
});

test('the limit of an external signer binds all tokens', () => {
  const { warnings, ...lifetimes } = lifetimesOf({ extend: true, signer: 7200 });
  assert.deepEqual(lifetimes, { max: 7200, extended: 7200 });
  assert.deepEqual(warnings, [
    'service-account-extend-token-expiration is true, tokens validity will be caped at the smaller of 31536000 seconds and maximum token lifetime supported by external-jwt-signer (2h0m0s)',
  ]);
  assert.deepEqual(lifetimesOf({ max: HOUR, extend: false, signer: 7200 }), { max: 3600, warnings: [] });
  assert.throws(() => lifetimesOf({ extend: true, signer: 599 }), {
    message: 'max token life supported by external-jwt-signer (599s) is less than acceptable (min 600s)',
  });
  assert.throws(() => lifetimesOf({ max: 3 * HOUR, extend: true, signer: 7200 }), {
    message:
      'service-account-max-token-expiration cannot be set longer than the token expiration supported by service-account-signing-endpoint: 3h0m0s > 2h0m0s',
  });
});
