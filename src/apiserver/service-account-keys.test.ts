import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type ClusterCertificates, ensureCertificates } from '../cluster/pki/ensure-certificates.ts';
import { rotateServiceAccountKey } from '../cluster/pki/service-account-keys.ts';
import { SteppedClock } from '../kit/clock.fake.ts';
import { silentLogger } from '../kit/log.ts';
import { systemRandom } from '../kit/random.ts';
import { openMemoryStore } from '../store/memory/memory-store.ts';
import { createApiServer } from './api-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'service-account-keys-'));
after(() => rmSync(directory, { recursive: true }));
const ADMIN = { name: 'admin', groups: ['system:masters'] };

async function scene() {
  const clock = new SteppedClock();
  const read = () => ensureCertificates({ directory, clock, nodes: [] });
  const api = createApiServer({
    store: openMemoryStore({ clock }),
    clock,
    random: systemRandom,
    log: silentLogger,
    certificates: read(),
  });
  await api.start();
  const call = async (method: string, path: string, body?: object) => {
    const bytes = body && Buffer.from(JSON.stringify(body));
    const answer = await api.inProcess.request({ method, path, ...(bytes && { body: bytes }) }, ADMIN);
    return JSON.parse(answer.body.toString());
  };
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  await call('POST', accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } });
  return {
    clock,
    use: (certificates: ClusterCertificates = read()) => api.setCertificates(certificates),
    token: async (): Promise<string> => {
      const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
      return (await call('POST', `${accounts}/robot/token`, request)).status.token;
    },
    isGood: async (token: string): Promise<boolean> => {
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
      const { status } = await call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', review);
      return status.authenticated === true;
    },
    published: async (): Promise<string[]> =>
      (await call('GET', '/openid/v1/jwks')).keys.map((key: { kid: string }) => key.kid),
  };
}

const kid = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid;

test('a new key is published, then signs while the old one is accepted, and the old one is retired in the end', async () => {
  const { clock, use, token, isGood, published } = await scene();
  const first = await token();
  assert.deepEqual(await published(), [kid(first)]);
  rotateServiceAccountKey(directory, 'publish', clock);
  use();
  assert.equal(kid(await token()), kid(first), 'a key that was just published does not sign');
  const both = await published();
  assert.equal(both.length, 2);
  rotateServiceAccountKey(directory, 'sign', clock);
  use();
  const second = await token();
  assert.notEqual(kid(second), kid(first));
  assert.deepEqual((await published()).sort(), both.sort());
  assert.ok((await isGood(first)) && (await isGood(second)));
  assert.throws(() => rotateServiceAccountKey(directory, 'retire', clock), /may still be in use until/);
  rotateServiceAccountKey(directory, 'retire', clock, true);
  use();
  assert.deepEqual(await published(), [kid(second)]);
  assert.equal(await isGood(second), true);
  assert.equal(await isGood(first), false, 'a token that was verified before counts no longer');
});

test('the steps of a rotation follow one another', () => {
  const clock = new SteppedClock();
  const own = join(directory, 'own');
  ensureCertificates({ directory: own, clock, nodes: [] });
  assert.throws(() => rotateServiceAccountKey(own, 'sign', clock), /publish a new key first/);
  assert.throws(() => rotateServiceAccountKey(own, 'retire', clock), /there is no key to retire/);
  rotateServiceAccountKey(own, 'publish', clock);
  assert.throws(() => rotateServiceAccountKey(own, 'publish', clock), /published already/);
});
