// /healthz, /livez, /readyz, the single checks below them, and what /metrics/slis tells of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { seededRandom } from '../../kit/random.ts';
import { ADMIN } from '../../sim/api-calls.ts';
import { simCluster } from '../../sim/cluster.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';
import { createApiServer } from '../api-server.ts';

const lines = (body: unknown) => String(body).trimEnd().split('\n');

test('every step of the start is a check with upstream’s name', async () => {
  const { call } = await simCluster();
  for (const endpoint of ['healthz', 'livez', 'readyz']) {
    const { body } = await call('GET', `/${endpoint}`, undefined, { query: { verbose: '1' } });
    const shown = lines(body);
    for (const name of [
      'ping',
      'log',
      'etcd',
      'poststarthook/start-apiserver-admission-initializer',
      'poststarthook/generic-apiserver-start-informers',
      'poststarthook/start-apiextensions-informers',
      'poststarthook/start-apiextensions-controllers',
      'poststarthook/crd-informer-synced',
      'poststarthook/bootstrap-controller',
      'poststarthook/start-system-namespaces-controller',
      'poststarthook/start-service-ip-repair-controllers',
      'poststarthook/scheduling/bootstrap-system-priority-classes',
      'poststarthook/start-cluster-authentication-info-controller',
      'poststarthook/storage-readiness',
      'poststarthook/kube-apiserver-autoregistration',
      'poststarthook/apiservice-discovery-controller',
      'autoregister-completion',
    ]) {
      assert.ok(shown.includes(`[+]${name} ok`), `${endpoint}: ${name}`);
      assert.equal((await call('GET', `/${endpoint}/${name}`)).body, 'ok');
    }
    assert.equal(shown.at(-1), `${endpoint} check passed`);
  }
  assert.equal((await call('GET', '/livez/poststarthook/other')).status, 404);
});

test('a server that has not started fails the checks of what is not done yet', async () => {
  const clock = new SteppedClock();
  const store = openMemoryStore({ clock });
  const api = createApiServer({ store, clock, random: seededRandom(1), log: silentLogger });
  const { status, body } = await api.inProcess.request({ method: 'GET', path: '/readyz' }, ADMIN);
  assert.equal(status, 500);
  const shown = lines(body);
  assert.ok(shown.includes('[+]poststarthook/start-apiserver-admission-initializer ok'));
  assert.ok(shown.includes('[-]poststarthook/bootstrap-controller failed: reason withheld'));
  assert.ok(shown.includes('[-]poststarthook/crd-informer-synced failed: reason withheld'));
  assert.equal(shown.at(-1), 'readyz check failed');
});

test('excluded checks are named, and those that do not exist', async () => {
  const { call } = await simCluster();
  const { body } = await call('GET', '/livez', undefined, { query: { verbose: '', exclude: 'etcd' } });
  assert.ok(lines(body).includes('[+]etcd excluded: ok'));
  const none = await call('GET', '/livez', undefined, { query: { verbose: '', exclude: 'b"' } });
  const warning = 'warn: some health checks cannot be excluded: no matches for "b\\""';
  assert.equal(lines(none.body).at(-2), warning);
});

test('/metrics/slis has the results of the checks that were asked for', async () => {
  const { call } = await simCluster();
  const slis = async () => String((await call('GET', '/metrics/slis')).body);
  assert.doesNotMatch(await slis(), /\{/);
  assert.match(await slis(), /^process_start_time_seconds \d/m);
  for (let i = 0; i < 2; i++) await call('GET', '/livez');
  assert.match(await slis(), /^kubernetes_healthcheck\{name="etcd",type="livez"\} 1$/m);
  assert.match(
    await slis(),
    /^kubernetes_healthchecks_total\{name="ping",type="livez",status="success"\} 2$/m,
  );
});
