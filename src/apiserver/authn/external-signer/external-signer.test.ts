import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { systemClock } from '../../../kit/clock.ts';
import { silentLogger } from '../../../kit/log.ts';
import { systemRandom } from '../../../kit/random.ts';
import { openMemoryStore } from '../../../store/memory/memory-store.ts';
import { createApiServer } from '../../api-server.ts';
import type { FetchKeysResponse } from './api.ts';
import { ExternalSigner } from './external-signer.ts';
import { FakeSigner, fakeKey } from './signer.fake.ts';

/** Timers are on a clock that is stepped; the calls themselves are not waited for by it. */
async function scene(t: TestContext, socket?: string) {
  const directory = mkdtempSync(join(tmpdir(), 'external-signer-'));
  const endpoint = socket ?? join(directory, 'socket');
  const fake = await new FakeSigner(endpoint.replace(/^@/, '\0')).start();
  const clock = new SteppedClock(systemClock.now());
  const signer = new ExternalSigner({ endpoint, clock, log: silentLogger });
  t.after(async () => {
    signer.close();
    await fake.stop();
    rmSync(directory, { recursive: true });
  });
  return { fake, clock, signer, endpoint };
}

const ids = (keys: readonly { readonly id: string }[]) => keys.map(({ id }) => id);

async function until(check: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !check(); i++) await systemClock.sleep(10);
  assert.ok(check());
}

test('tokens are signed by the signer, and nobody knows what it does not publish', async (t) => {
  const { fake, signer } = await scene(t);
  fake.keys.push(fakeKey('legacy', true));
  assert.equal(await signer.open(), 86_400);
  assert.deepEqual(ids(signer.keys()), ['k1', 'legacy']);
  assert.deepEqual(ids(signer.published()), ['k1']);
  const [header = '', body = ''] = (await signer.sign({ sub: 'a' })).split('.');
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), {
    ...{ alg: 'ES256', kid: 'k1', typ: 'JWT' },
  });
  assert.deepEqual(JSON.parse(Buffer.from(body, 'base64url').toString()), { sub: 'a' });
});

test('a socket in the abstract namespace', async (t) => {
  const { signer } = await scene(t, `@signer-${process.pid}`);
  assert.equal(await signer.open(), 86_400);
});

test('answers to requests for a signature that cannot be used, in upstream’s words', async (t) => {
  const { fake, signer } = await scene(t);
  await signer.open();
  const failure = (header: object | undefined, more: object = {}) => {
    fake.header = header;
    fake.signAnswer = (response) => ({ ...response, ...more });
    return signer.sign({}).then(
      () => 'signed',
      (error: Error) => error.message,
    );
  };
  const good = { alg: 'ES256', kid: 'k1', typ: 'JWT' };
  assert.equal(await failure(good), 'signed');
  const validating = 'while validating header: ';
  assert.equal(await failure({ ...good, typ: 'at+jwt' }), `${validating}bad type`);
  assert.equal(await failure({ ...good, kid: '' }), `${validating}key id missing`);
  assert.equal(await failure({ ...good, kid: 'x'.repeat(1025) }), `${validating}key id longer than 1 kb`);
  for (const alg of ['HS256', 'none', 'PS256'])
    assert.equal(await failure({ ...good, alg }), `${validating}bad signing algorithm "${alg}"`);
  assert.equal(
    await failure({ ...good, jku: 'x' }),
    `${validating}while parsing header JSON: json: unknown field "jku"`,
  );
  for (const header of ['a.b', 'e30=', '', '{}'])
    assert.equal(
      await failure(good, { header }),
      `${validating}while unwrapping header: illegal base64 data`,
      header,
    );
  assert.match(await failure([]), /while parsing header JSON: it is not an object$/);
  assert.equal(await failure(good, { signature: '' }), 'empty signature returned');
  assert.equal(await failure(good, { signature: 'a.b' }), 'illegal base64 data in the signature');
  fake.keys.push(fakeKey('old', true));
  assert.equal(
    await failure({ ...good, kid: 'old' }),
    `${validating}key used for signing JWT (kid: old) is excluded from OIDC discovery docs`,
  );
  fake.failure = 7;
  assert.equal(await failure(good), 'while signing jwt: rpc error: code = PermissionDenied desc = no');
  const metrics = signer.metrics();
  assert.match(metrics, /apiserver_externaljwt_sign_request_total\{code="OK"\} 1\n/);
  assert.match(metrics, /apiserver_externaljwt_sign_request_total\{code="unknown-non-grpc"\} 15\n/);
  assert.match(metrics, /apiserver_externaljwt_sign_request_total\{code="PermissionDenied"\} 1\n/);
  assert.match(
    metrics,
    /request_duration_seconds_count\{method="\/v1\.ExternalJWTSigner\/Sign",code="PermissionDenied"\} 1\n/,
  );
});

test('keys that cannot be used', async (t) => {
  const { fake, signer } = await scene(t);
  const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
  const first = (change: object) => (response: FetchKeysResponse) => ({
    ...response,
    keys: [{ ...response.keys[0]!, ...change }],
  });
  const head =
    'while setting up external-jwt-signer: while initially filling key cache: while performing initial cache fill: while fetching token verification keys: ';
  for (const [change, why] of [
    [(r: FetchKeysResponse) => ({ ...r, refreshHintSeconds: 0 }), 'found invalid refresh hint (0s)'],
    [(r: FetchKeysResponse) => ({ ...r, refreshHintSeconds: -5 }), 'found invalid refresh hint (-5s)'],
    [(r: FetchKeysResponse) => ({ ...r, keys: [] }), 'found no keys'],
    [(r: FetchKeysResponse) => ({ ...r, keys: Array(201).fill(r.keys[0]) }), 'found more than 200 keys'],
    [
      (r: FetchKeysResponse) => ({ ...r, dataTimestamp: undefined }),
      'invalid data timestamp: proto: invalid nil Timestamp',
    ],
    [
      (r: FetchKeysResponse) => ({ ...r, dataTimestamp: { seconds: 1, nanos: -1 } }),
      'invalid data timestamp: proto: timestamp (seconds:1 nanos:-1) has out-of-range nanos',
    ],
    [first({ keyId: '' }), 'found invalid public key id ""'],
    [first({ keyId: 'x'.repeat(1025) }), `found invalid public key id "${'x'.repeat(1025)}"`],
    [first({ key: Buffer.alloc(0) }), 'found empty public key'],
    ...[Buffer.from('no key'), ed25519].map((key) => [
      first({ key }),
      'while parsing external public keys: the key is not an RSA key, or of no known curve',
    ]),
  ] as [FakeSigner['fetchAnswer'], string][]) {
    fake.fetchAnswer = change;
    await assert.rejects(signer.open(), { message: head + why });
  }
  fake.failure = 13;
  await assert.rejects(signer.open(), {
    message: `${head}while getting externally supported jwt signing keys: rpc error: code = Internal desc = no`,
  });
  assert.match(signer.metrics(), /fetch_keys_request_total\{code="unknown-non-grpc"\} 11\n/);
  assert.match(signer.metrics(), /fetch_keys_request_total\{code="Internal"\} 1\n/);
});

test('keys are fetched again when the signer said so; while that fails those of before stay', async (t) => {
  const { fake, clock, signer } = await scene(t);
  await signer.open();
  assert.equal(signer.maxAge(), 60);
  assert.match(signer.metrics(), /fetch_keys_data_timestamp 1700000000\.5\n/);
  fake.keys = [fakeKey('k2')];
  await clock.step(59_000);
  assert.deepEqual(ids(signer.keys()), ['k1']);
  await clock.step(1_000);
  await until(() => ids(signer.keys())[0] === 'k2');
  fake.failure = 14;
  await clock.step(60_000);
  await until(() => /code="Unavailable"\} 1\n/.test(signer.metrics()));
  assert.deepEqual(ids(signer.keys()), ['k2']);
  assert.equal(signer.maxAge(), 0);
  fake.failure = 0;
  fake.keys = [fakeKey('k3')];
  await clock.step(10_000);
  await until(() => ids(signer.keys())[0] === 'k3');
  fake.refreshHintSeconds = 2 ** 52;
  await clock.step(60_000);
  await until(() => fake.calls.FetchKeys === 5);
  assert.ok(signer.maxAge() > 2 ** 51);
  await clock.step(1_000);
  assert.equal(fake.calls.FetchKeys, 5);
});

test('unknown keys are asked for at once, but not more than once a second', async (t) => {
  const { fake, clock, signer } = await scene(t);
  await signer.open();
  fake.keys.push(fakeKey('k2'));
  await signer.find('k1');
  assert.equal(fake.calls.FetchKeys, 1);
  await Promise.all(Array.from({ length: 5 }, () => signer.find('k2')));
  assert.deepEqual(ids(signer.keys()), ['k1', 'k2']);
  for (let i = 0; i < 20; i++) await signer.find(`hostile-${i}`);
  assert.equal(fake.calls.FetchKeys, 2);
  fake.failure = 14;
  await clock.step(1_000);
  await signer.find('hostile');
  assert.equal(fake.calls.FetchKeys, 3);
});

test('a signer that is not there ends the start after a minute', async (t) => {
  const { fake, clock, signer } = await scene(t);
  await fake.stop();
  const opened = signer.open();
  opened.catch(() => {});
  for (let i = 0; i < 62; i++) await clock.step(1_000);
  await assert.rejects(opened, /rpc error: code = DeadlineExceeded desc = /);
});

test('an API server whose tokens are signed elsewhere', async (t) => {
  const { fake, clock, signer, endpoint } = await scene(t);
  await signer.open();
  const api = createApiServer({
    ...{ store: openMemoryStore({ clock }), clock, random: systemRandom, log: silentLogger },
    tokenSource: signer,
    tokenLifetimes: { max: 86_400, extended: 86_400 },
  });
  await api.start();
  const call = async (method: string, path: string, body?: object) => {
    const bytes = body && Buffer.from(JSON.stringify(body));
    const user = { name: 'admin', groups: ['system:masters'] };
    const response = await api.inProcess.request({ method, path, ...(bytes && { body: bytes }) }, user);
    return { ...response, body: JSON.parse(response.body.toString()) };
  };
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  await call('POST', accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } });
  const issue = (expirationSeconds = 3600) =>
    call('POST', `${accounts}/robot/token`, {
      ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds } },
    });
  const isGood = async (token: string): Promise<boolean> => {
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
    const { body } = await call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', review);
    return body.status.authenticated === true;
  };
  const first = (await issue()).body.status.token;
  assert.ok(await isGood(first));
  const limited = await issue(100_000);
  assert.equal(limited.body.spec.expirationSeconds, 86_400);
  assert.match(
    String(limited.headers.warning),
    /requested expiration of 100000 seconds shortened to 86400 seconds/,
  );

  // Another server with the same signer has had a token signed with a new key: this one asks for it.
  fake.keys = [fakeKey('k2'), fakeKey('legacy', true), ...fake.keys];
  const other = new ExternalSigner({ endpoint, clock, log: silentLogger });
  await other.open();
  const claims = JSON.parse(Buffer.from(first.split('.')[1], 'base64url').toString());
  const theirs = await other.sign(claims);
  const foreign = await other.sign({ ...claims, iss: 'https://other' });
  other.close();
  assert.equal(await isGood(foreign), false);
  assert.deepEqual(ids(signer.keys()), ['k1']);
  assert.equal(await isGood(theirs), true);
  const second = (await issue()).body.status.token;
  assert.ok(await isGood(second));
  const published = await call('GET', '/openid/v1/jwks');
  assert.deepEqual(
    published.body.keys.map(({ kid }: { kid: string }) => kid),
    ['k2', 'k1'],
  );
  assert.equal(published.headers['cache-control'], 'public, max-age=60');

  // Another key of the same id is not the key that has signed.
  fake.keys = [fakeKey('k2'), fakeKey('k3', true)];
  await clock.step(60_000);
  await until(() => signer.published().length === 1);
  assert.deepEqual([await isGood(first), await isGood(second)], [false, false]);

  fake.failure = 14;
  const { status, body } = await issue();
  assert.deepEqual(
    [status, body.message],
    [
      500,
      'Internal error occurred: failed to generate token: while signing jwt: rpc error: code = Unavailable desc = no',
    ],
  );
  await api.stop();
});
