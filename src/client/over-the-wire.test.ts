import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ConfigMap } from '../api/kinds/core/v1/config-map.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { isConflict, isExpired, isForbidden, isNotFound } from '../api/status/status-error.ts';
import { systemClock } from '../kit/clock.ts';
import { silentLogger } from '../kit/log.ts';
import { systemRandom } from '../kit/random.ts';
import { type HttpsApiServer, startHttpsServer } from '../sim/https-server.ts';
import { openMemoryStore } from '../store/memory/memory-store.ts';
import { InformerFactory } from './informer/factory.ts';
import { discoverKinds } from './rest/discovery.ts';
import { RestClient } from './rest/rest-client.ts';
import { HttpsTransport } from './transport/https-transport.ts';

const clock = systemClock;

describe('a client over HTTPS', () => {
  const directory = mkdtempSync(join(tmpdir(), 'wire-'));
  const store = openMemoryStore({ clock });
  let server: HttpsApiServer;
  let transport: HttpsTransport;
  let client: RestClient;

  const serve = async (port: number) => {
    server = await startHttpsServer({ store, listen: [{ host: '127.0.0.1', port }] }, { directory });
  };
  const connect = ({ certificate: cert, key }: { certificate: string; key: string }) =>
    new HttpsTransport({ server: server.url, ca: server.anonymous.ca, cert, key, clock });

  before(async () => {
    await serve(0);
    transport = connect(server.certificates.superAdmin);
    client = new RestClient({ transport, clock });
  });
  after(async () => {
    transport.close();
    await server.stop();
    rmSync(directory, { recursive: true });
  });
  const map = (name: string, data: Record<string, string> = {}): ConfigMap => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default' },
    data,
  });

  it('creates, reads, patches in every way, and deletes', async () => {
    const made = await client.create(ConfigMap, map('a', { k: '1' }));
    const patched = (type: 'json' | 'merge' | 'strategic', patch: unknown) =>
      client.patch(ConfigMap, 'a', 'default', type, patch);
    assert.equal((await patched('merge', { data: { k: '2' } })).data?.k, '2');
    assert.equal((await patched('strategic', { data: { k: '3' } })).data?.k, '3');
    assert.equal((await patched('json', [{ op: 'replace', path: '/data/k', value: '4' }])).data?.k, '4');
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', data: { k: '5' } };
    const options = { fieldManager: 'me', force: true };
    assert.equal((await client.patch(ConfigMap, 'a', 'default', 'apply', applied, options)).data?.k, '5');
    await assert.rejects(client.update(ConfigMap, made), isConflict);
    await client.delete(ConfigMap, 'a', 'default');
    await assert.rejects(client.get(ConfigMap, 'a', 'default'), isNotFound);
  });

  it('reads a collection page by page', async () => {
    for (const name of ['p1', 'p2', 'p3']) await client.create(ConfigMap, map(name));
    const query = { namespace: 'default', limit: 2 };
    const first = await client.list(ConfigMap, query);
    const second = await client.list(ConfigMap, { ...query, continue: first.continue! });
    const names = [...first.items, ...second.items].map((one) => one.metadata.name);
    assert.deepEqual(names, ['p1', 'p2', 'p3']);
    assert.equal(first.items[0]?.kind, 'ConfigMap');
    await client.deleteCollection(ConfigMap, { namespace: 'default' });
    assert.deepEqual((await client.list(ConfigMap, { namespace: 'default' })).items, []);
  });

  it('gets a response to each of many concurrent requests', async () => {
    const names = Array.from({ length: 500 }, (_, i) => `many-${i}`);
    await Promise.all(names.map((name) => client.create(ConfigMap, map(name))));
    const got = await Promise.all(names.map((name) => client.get(ConfigMap, name, 'default')));
    assert.deepEqual(
      got.map((one) => one.metadata.name),
      names,
    );
    await client.deleteCollection(ConfigMap, { namespace: 'default' });
  });

  it('is refused what it is not authorized to do', async () => {
    const other = connect(server.certificates.scheduler);
    const scheduler = new RestClient({ transport: other });
    await scheduler.list(Pod);
    await assert.rejects(scheduler.create(ConfigMap, map('x')), isForbidden);
    other.close();
  });

  it('discovers which kinds are served', async () => {
    const { kinds } = await discoverKinds(transport);
    const found = kinds.find((kind) => kind.resource.plural === 'deployments');
    assert.equal(found?.resource.group, 'apps');
    assert.equal(found?.resource.namespaced, true);
  });

  it('is refused a watch from a version that the server no longer has', async () => {
    const opening = client.watch(ConfigMap, { resourceVersion: '1' }, AbortSignal.timeout(5_000));
    const outcome = opening.then(async (frames) => {
      for await (const frame of frames) return frame.type;
      return 'ended';
    });
    // Either way of saying it is right; a server that still has the version simply answers.
    const said = await outcome.catch((error: unknown) => (isExpired(error) ? 'expired' : String(error)));
    assert.ok(['expired', 'ERROR', 'ADDED', 'DELETED', 'MODIFIED'].includes(said), said);
  });

  it('keeps an informer up to date across a restart of the server', async () => {
    const informers = new InformerFactory({ client, clock, random: systemRandom, log: silentLogger });
    const informer = informers.informer(ConfigMap, { namespace: 'default' });
    const seen: string[] = [];
    let wake = () => {};
    informer.addHandler({
      onAdd: (one) => {
        seen.push(one.metadata.name!);
        wake();
      },
    });
    const until = async (name: string) => {
      while (!seen.includes(name))
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    };
    informers.start();
    await informers.synced();
    await client.create(ConfigMap, map('before'));
    await until('before');
    const { port } = server.anonymous;
    await server.stop();
    await serve(port);
    // A write that was under way when the connection broke may fail; whether it was done is unknown.
    await client.create(ConfigMap, map('after')).catch(() => client.create(ConfigMap, map('after')));
    await until('after');
    assert.deepEqual(
      seen.filter((name) => name !== 'kube-root-ca.crt'),
      ['before', 'after'],
    );
    informers.stop();
  });
});

describe('a client whose certificate can change', () => {
  it('shows the current one on a new connection after the old one was refused', async () => {
    let ahead = 0;
    const server = await startHttpsServer({ clock: { ...clock, now: () => clock.now() + ahead } });
    const { certificates } = server;
    let current = certificates.superAdmin;
    const transport = new HttpsTransport({
      server: server.url,
      ca: server.anonymous.ca,
      cert: () => current.certificate,
      key: () => current.key,
      clock,
    });
    const review = Buffer.from('{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}');
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const whoAmI = async () => {
      const headers = { 'content-type': 'application/json' };
      const answer = await transport.request({ method: 'POST', path, headers, body: review });
      return JSON.parse(answer.body.toString()).status.userInfo?.username;
    };
    assert.equal(await whoAmI(), 'kubernetes-super-admin');
    current = certificates.admin;
    assert.equal(await whoAmI(), 'kubernetes-super-admin', 'an open connection keeps its certificate');
    ahead = 400 * 86_400_000;
    assert.equal(await whoAmI(), undefined);
    ahead = 0;
    assert.equal(await whoAmI(), 'kubernetes-admin');
    transport.close();
    await server.stop();
  });
});
