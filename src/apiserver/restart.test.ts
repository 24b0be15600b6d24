import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { SteppedClock } from '../kit/clock.fake.ts';
import { silentLogger } from '../kit/log.ts';
import { seededRandom } from '../kit/random.ts';
import { ADMIN, type Body } from '../sim/api-calls.ts';
import { openMemoryStore } from '../store/memory/memory-store.ts';
import type { Store } from '../store/store.ts';
import { createApiServer } from './api-server.ts';
import { missingGrants } from './authz/covers.ts';

const pem = (type: 'private') =>
  String(
    generateKeyPairSync('ec', { namedCurve: 'P-256' })[`${type}Key`].export({ type: 'pkcs8', format: 'pem' }),
  );
const none = { certificate: '', key: '' };
const certificates = {
  ca: none,
  apiserver: none,
  apiserverKubeletClient: none,
  frontProxyCa: none,
  frontProxyClient: none,
  serviceAccount: { privateKey: pem('private') },
};

/** The revision of every key but those by which a running server shows that it is there. */
const versions = (store: Store) =>
  store
    .range('')
    .entries.filter(({ key }) => !key.includes('/leases/kube-system/apiserver-'))
    .map(({ key, revision }) => `${key}@${revision}`);

function serversOfOneStore() {
  const clock = new SteppedClock();
  const store = openMemoryStore({ clock });
  const start = async () => {
    const api = createApiServer({ store, clock, random: seededRandom(1), log: silentLogger, certificates });
    await api.start();
    const call = async (method: string, path: string, body?: object): Promise<Body> => {
      const bytes = body && Buffer.from(JSON.stringify(body));
      const answer = await api.inProcess.request({ method, path, ...(bytes && { body: bytes }) }, ADMIN);
      return { status: answer.status, ...JSON.parse(answer.body.toString()) };
    };
    return { api, call };
  };
  return { clock, store, start };
}

test('a server restarted on the same store continues with its state', async () => {
  const { clock, store, start } = serversOfOneStore();
  const first = await start();
  const services = '/api/v1/namespaces/default/services';
  const service = (name: string, clusterIP?: string) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { ports: [{ port: 80 }], ...(clusterIP && { clusterIP }) },
  });
  const made = await first.call('POST', services, service('one'));
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  };
  const { status, message } = await first.call(
    'POST',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    definition,
  );
  assert.notEqual(status, 422, message);
  // The definition's APIService is registered after the answer.
  await clock.step(0);
  const before = versions(store);
  await first.api.stop();

  const second = await start();
  assert.deepEqual(versions(store), before, 'what is there is not written again');
  assert.equal((await second.call('GET', `${services}/one`)).metadata.uid, made.metadata.uid);
  const clash = await second.call('POST', services, service('two', made.spec.clusterIP));
  assert.match(clash.message, /provided IP is already allocated/);
  const things = await second.call('GET', '/apis/example.com/v1/namespaces/default/things');
  assert.equal(things.kind, 'ThingList');
  await second.api.stop();
});

test('a server that starts mends built-in roles and bindings, but for those that are excepted', async () => {
  const { start } = serversOfOneStore();
  const { api, call } = await start();
  const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
  const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
  const [basic, discovery, binding] = await Promise.all([
    call('GET', `${roles}/system:basic-user`),
    call('GET', `${roles}/system:discovery`),
    call('GET', `${bindings}/system:basic-user`),
  ]);
  const stored = ({ status, ...object }: Body, change: object) => ({ ...object, ...change });
  await call('PUT', `${roles}/system:basic-user`, stored(basic, { rules: [] }));
  const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' };
  const excepted = { metadata: { ...discovery.metadata, annotations }, rules: [] };
  await call('PUT', `${roles}/system:discovery`, stored(discovery, excepted));
  await call('DELETE', `${bindings}/system:basic-user`);
  const { metadata, roleRef } = binding;
  const other = {
    metadata: { name: metadata.name },
    roleRef: { ...roleRef, name: 'cluster-admin' },
    subjects: [],
  };
  assert.equal((await call('POST', bindings, stored(binding, other))).status, 201);
  await api.stop();

  const second = await start();
  const rulesOf = async (name: string) => (await second.call('GET', `${roles}/${name}`)).rules;
  assert.deepEqual(missingGrants(await rulesOf('system:basic-user'), basic.rules), []);
  assert.deepEqual(await rulesOf('system:discovery'), []);
  const mended = await second.call('GET', `${bindings}/system:basic-user`);
  assert.deepEqual([mended.roleRef, mended.subjects], [roleRef, binding.subjects]);
  await second.api.stop();
});
