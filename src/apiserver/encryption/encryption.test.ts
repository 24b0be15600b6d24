import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { systemRandom } from '../../kit/random.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';
import type { Store } from '../../store/store.ts';
import { createApiServer } from '../api-server.ts';
import { type Encryption, openEncryption } from './encryption.ts';
import { FakePlugin } from './kms/plugin.fake.ts';

const directory = mkdtempSync(join(tmpdir(), 'encryption-'));
after(() => rmSync(directory, { recursive: true }));
let count = 0;

const KEY = (name: string, fill: number) =>
  `{name: ${name}, secret: ${Buffer.alloc(32, fill).toString('base64')}}`;
const config = (resources: string, ...providers: string[]) =>
  [
    'apiVersion: apiserver.config.k8s.io/v1',
    'kind: EncryptionConfiguration',
    'resources:',
    `- resources: [${resources}]`,
    '  providers:',
    ...providers.map((provider) => `  - ${provider}`),
  ].join('\n');
const gcm = (...keys: string[]) => `aesgcm: {keys: [${keys.join(', ')}]}`;
const IDENTITY = 'identity: {}';

interface Answered {
  readonly metadata: { readonly resourceVersion: string };
  readonly data: Readonly<Record<string, string>>;
  readonly items: readonly Answered[];
  readonly reason: string;
  readonly message: string;
}

interface Scene {
  readonly raw: Store;
  readonly clock: SteppedClock;
  readonly file: string;
  readonly encryption: Encryption;
  call(method: string, path: string, body?: object): Promise<{ status: number; body: Answered }>;
  /** The stored bytes of a secret in the namespace default. */
  stored(name: string): string;
}

/** A server over an encrypted store; another server over the same store when one is given. */
async function scene(text: string, given?: Scene): Promise<Scene> {
  const clock = given?.clock ?? new SteppedClock();
  const raw = given?.raw ?? openMemoryStore({ clock });
  const file = join(directory, `${count++}.yaml`);
  writeFileSync(file, text);
  const options = { file, reload: true, store: raw, clock, random: systemRandom, log: silentLogger };
  const encryption = await openEncryption(options);
  const api = createApiServer({
    store: encryption.store,
    clock,
    random: systemRandom,
    log: silentLogger,
    healthChecks: encryption.healthChecks,
    moreMetrics: () => encryption.metrics(),
  });
  await api.start();
  return {
    raw,
    clock,
    file,
    encryption,
    async call(method, path, body) {
      const bytes = body && Buffer.from(JSON.stringify(body));
      const user = { name: 'admin', groups: ['system:masters'] };
      const answer = await api.inProcess.request({ method, path, ...(bytes && { body: bytes }) }, user);
      const answered = answer.body.toString();
      return {
        status: answer.status,
        body: answered.startsWith('{') ? JSON.parse(answered) : { text: answered },
      };
    },
    stored: (name) => raw.get(`/registry/secrets/default/${name}`)!.value.toString('latin1'),
  };
}

const SECRETS = '/api/v1/namespaces/default/secrets';
const secret = (name: string, more = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  data: { password: Buffer.from('hunter2').toString('base64') },
  ...more,
});

test('an encrypted resource is stored with upstream’s prefix and without its content, and others are not', async () => {
  const { call, stored, raw } = await scene(config('secrets', gcm(KEY('key1', 1)), IDENTITY));
  assert.equal((await call('POST', SECRETS, secret('a'))).status, 201);
  assert.match(stored('a'), /^k8s:enc:aesgcm:v1:key1:/);
  assert.doesNotMatch(stored('a'), /password|hunter2|aHVudGVyMg/);
  const read = (await call('GET', `${SECRETS}/a`)).body;
  assert.equal(read.data.password, 'aHVudGVyMg==');
  const namespace = raw.get('/registry/namespaces/default')!.value.toString();
  assert.match(namespace, /^\{/);
});

test('what was stored is read after a restart, listed, watched, updated and deleted', async () => {
  const before = await scene(config('secrets', gcm(KEY('key1', 1))));
  await before.call('POST', SECRETS, secret('a'));
  const { call, stored } = await scene(config('secrets', gcm(KEY('key1', 1))), before);
  const { body } = await call('GET', SECRETS);
  assert.deepEqual(
    body.items.map((item) => item.data.password),
    ['aHVudGVyMg=='],
  );
  assert.equal((await call('PUT', `${SECRETS}/a`, secret('a', { data: { password: 'bmV3' } }))).status, 200);
  assert.match(stored('a'), /^k8s:enc:aesgcm:v1:key1:/);
  assert.equal((await call('DELETE', `${SECRETS}/a`)).status, 200);
  assert.equal((await call('GET', `${SECRETS}/a`)).status, 404);
});

test('with a new first key, older objects are read, and an update that changes nothing writes them again', async () => {
  const before = await scene(config('secrets', IDENTITY));
  await before.call('POST', SECRETS, secret('plain'));
  assert.match(before.stored('plain'), /^\{/);
  const one = await scene(config('secrets', gcm(KEY('key1', 1)), IDENTITY), before);
  const { body } = await one.call('GET', `${SECRETS}/plain`);
  await one.call('PUT', `${SECRETS}/plain`, body);
  assert.match(one.stored('plain'), /^k8s:enc:aesgcm:v1:key1:/);
  const version = (await one.call('GET', `${SECRETS}/plain`)).body.metadata.resourceVersion;
  const again = await one.call('PUT', `${SECRETS}/plain`, (await one.call('GET', `${SECRETS}/plain`)).body);
  assert.equal(
    again.body.metadata.resourceVersion,
    version,
    'an object with the current key is not written again',
  );
  const two = await scene(config('secrets', gcm(KEY('key2', 2), KEY('key1', 1))), one);
  await two.call('PUT', `${SECRETS}/plain`, (await two.call('GET', `${SECRETS}/plain`)).body);
  assert.match(two.stored('plain'), /^k8s:enc:aesgcm:v1:key2:/);
  const off = await scene(config('secrets', IDENTITY, gcm(KEY('key2', 2))), two);
  await off.call('PUT', `${SECRETS}/plain`, (await off.call('GET', `${SECRETS}/plain`)).body);
  assert.match(off.stored('plain'), /^\{/);
});

test('a changed file is taken up while the server runs, and a wrong one is not', async () => {
  const { call, stored, file, clock, encryption } = await scene(config('secrets', gcm(KEY('key1', 1))));
  writeFileSync(file, config('secrets', gcm(KEY('key2', 2), KEY('key1', 1))));
  await clock.step(1_000);
  await call('POST', SECRETS, secret('a'));
  assert.match(stored('a'), /^k8s:enc:aesgcm:v1:key2:/);
  writeFileSync(file, 'kind: nonsense');
  await clock.step(1_000);
  await call('POST', SECRETS, secret('b'));
  assert.match(stored('b'), /^k8s:enc:aesgcm:v1:key2:/);
  assert.match(encryption.metrics(), /automatic_reloads_total\{status="failure"\} 1/);
  assert.match(
    encryption.metrics(),
    /transformation_operations_total\{resource="secrets",status="OK",transformation_type="to_storage"\} 2/,
  );
});

async function rewrite({ raw }: Scene, name: string, change: (value: Buffer) => Buffer, from = name) {
  const at = (one: string) => `/registry/secrets/default/${one}`;
  const value = Buffer.from(raw.get(at(from))!.value);
  await raw.update(at(name), raw.get(at(name))!.revision, () => change(value));
}

test('a tampered object, one that was moved and one without its key fail with upstream’s errors, the list names them', async () => {
  const before = await scene(config('secrets', gcm(KEY('key1', 1))));
  for (const name of ['moved', 'other', 'tampered']) await before.call('POST', SECRETS, secret(name));
  await rewrite(before, 'moved', (value) => value, 'other');
  await rewrite(before, 'tampered', (value) => {
    value[value.length - 1]! ^= 1;
    return value;
  });
  const { call } = await scene(config('secrets', gcm(KEY('key1', 1))), before);
  for (const name of ['tampered', 'moved']) {
    const { status, body } = await call('GET', `${SECRETS}/${name}`);
    assert.deepEqual(
      [status, body.reason, body.message],
      [500, 'InternalError', 'Internal error occurred: cipher: message authentication failed'],
    );
  }
  assert.equal((await call('GET', `${SECRETS}/other`)).status, 200);
  assert.equal(
    (await call('GET', SECRETS)).body.message,
    'Internal error occurred: unable to transform key "/registry/secrets/default/moved": cipher: message authentication failed',
  );
  const lost = await scene(config('secrets', gcm(KEY('key2', 2))), before);
  assert.equal(
    (await lost.call('GET', `${SECRETS}/other`)).body.message,
    'Internal error occurred: no matching key was found for the provided AES transformer',
  );
  const plain = await scene(config('secrets', IDENTITY), before);
  assert.equal(
    (await plain.call('GET', `${SECRETS}/other`)).body.message,
    'Internal error occurred: no matching prefix found',
  );
});

test('AES-CBC is written and read', async () => {
  const before = await scene(config('secrets', `aescbc: {keys: [${KEY('old', 3)}]}`));
  await before.call('POST', SECRETS, secret('a'));
  assert.match(before.stored('a'), /^k8s:enc:aescbc:v1:old:/);
  const { call } = await scene(
    config('secrets', gcm(KEY('key1', 1)), `aescbc: {keys: [${KEY('old', 3)}]}`),
    before,
  );
  assert.equal((await call('GET', `${SECRETS}/a`)).body.data.password, 'aHVudGVyMg==');
});

test('wildcards encrypt a group or everything, a resource’s own rule comes first', async () => {
  const both = `${config('configmaps', IDENTITY)}\n- resources: ["*."]\n  providers: [{${gcm(KEY('core', 1))}}]\n- resources: ["*.*"]\n  providers: [{${gcm(KEY('all', 2))}}]`;
  const { call, raw } = await scene(both);
  await call('POST', SECRETS, secret('a'));
  await call('POST', '/api/v1/namespaces/default/configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c' },
  });
  const value = (key: string) => raw.get(`/registry/${key}`)!.value.toString('latin1');
  assert.match(value('secrets/default/a'), /^k8s:enc:aesgcm:v1:core:/);
  assert.match(value('configmaps/default/c'), /^\{/);
  assert.match(value('rbac.authorization.k8s.io/clusterroles/admin'), /^k8s:enc:aesgcm:v1:all:/);
});

test('with KMS v2 a server reads what another one stored, after one call of the plug-in, and reports one that fails', async () => {
  const socket = join(directory, 'kms.sock');
  const plugin = new FakePlugin(socket);
  await plugin.start();
  const text = config('secrets', `kms: {apiVersion: v2, name: vault, endpoint: "unix://${socket}"}`);
  const before = await scene(text);
  for (const name of ['a', 'b', 'c']) await before.call('POST', SECRETS, secret(name));
  assert.match(before.stored('a'), /^k8s:enc:kms:v2:vault:/);
  assert.equal(plugin.calls.Encrypt, 1);
  const { call, encryption } = await scene(text, before);
  assert.equal((await call('GET', SECRETS)).body.items.length, 3);
  assert.equal(plugin.calls.Decrypt, 1);
  assert.equal((await call('GET', '/readyz/kms-providers')).status, 200);
  before.encryption.close();
  encryption.close();
  await plugin.stop();
  const without = await scene(text, before);
  assert.equal((await without.call('GET', '/readyz/kms-providers')).status, 500);
  const { status, body } = await without.call('GET', `${SECRETS}/a`);
  assert.equal(status, 500);
  assert.match(body.message, /^Internal error occurred: failed to decrypt DEK/);
  assert.equal((await without.call('POST', SECRETS, secret('d'))).status, 500);
  without.encryption.close();
});
