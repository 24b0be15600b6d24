// Two API servers over an etcd of three members: what one writes the other shows, and what they give away is given once.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Connection } from '../robustness/traffic/connection.ts';
import { EtcdServers } from '../support/etcd-servers/etcd-servers.ts';
import { eventually } from '../support/eventually.ts';

const NAMESPACE = 'shared';
const V1 = `/api/v1/namespaces/${NAMESPACE}`;

const ENCRYPTION = `
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - aesgcm: {keys: [{name: k, secret: ${Buffer.alloc(32, 'k').toString('base64')}}]}
`;

const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

describe('two API servers over one etcd', () => {
  let directory: string;
  let servers: EtcdServers;
  let clients: readonly [Connection, Connection];

  const post = (client: Connection, path: string, body: object) =>
    client.call({ method: 'POST', path, body });
  const get = (client: Connection, path: string) => client.call({ method: 'GET', path });
  const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

  /** Of each pair one at either server, all at once. */
  async function createAtBoth(count: number, path: string, body: (i: number) => object) {
    const answers = Array.from({ length: count }, (_, i) => post(clients[i % 2]!, path, body(i)));
    return Promise.all(answers);
  }

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tph-e2e-etcd-servers-'));
    const file = join(directory, 'encryption.yaml');
    writeFileSync(file, ENCRYPTION);
    mkdirSync(join(directory, 'data'));
    servers = await EtcdServers.start({
      directory: join(directory, 'data'),
      flags: ['--encryption-provider-config', file],
    });
    clients = [servers.connect(() => servers.addressOf(0)), servers.connect(() => servers.addressOf(1))];
    const made = await post(clients[0], '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE },
    });
    assert.equal(made.status, 201);
  });

  after(async () => {
    for (const client of clients ?? []) client.close();
    await servers?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('give every Service an address and a node port of its own', async () => {
    const made = await createAtBoth(30, `${V1}/services`, (i) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `s${i}` },
      spec: { type: 'NodePort', ports: [{ port: 80 }] },
    }));
    assert.deepEqual([...new Set(made.map(({ status }) => status))], [201]);
    const of = (read: (spec: { clusterIP: string; ports: { nodePort: number }[] }) => unknown) =>
      new Set(made.map(({ body }) => read(body.spec)));
    assert.equal(of((spec) => spec.clusterIP).size, 30);
    assert.equal(of((spec) => spec.ports[0]!.nodePort).size, 30);
  });

  it('keep to a quota between them', async () => {
    const quota = { hard: { 'count/configmaps': '10' } };
    const object = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: quota };
    assert.equal((await post(clients[0], `${V1}/resourcequotas`, object)).status, 201);
    const status = { status: { ...quota, used: { 'count/configmaps': '0' } } };
    const patched = await clients[0].call({
      method: 'PATCH',
      path: `${V1}/resourcequotas/q/status`,
      body: status,
      contentType: 'application/merge-patch+json',
    });
    assert.equal(patched.status, 200);
    await eventually('the other server knows the quota', async () => {
      const { body } = await get(clients[1], `${V1}/resourcequotas/q?resourceVersion=0`);
      return body.status?.hard !== undefined;
    });
    const made = await createAtBoth(24, `${V1}/configmaps`, (i) => configMap(`c${i}`));
    const created = made.filter((answer) => answer.status === 201).length;
    assert.equal(created, 10, JSON.stringify(made.map((answer) => answer.body.message ?? 'made')));
    assert.equal((await get(clients[1], `${V1}/configmaps`)).body.items.length, 10);
    assert.equal((await clients[0].call({ method: 'DELETE', path: `${V1}/resourcequotas/q` })).status, 200);
  });

  it('serve a definition that either of them got', async () => {
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    assert.equal((await post(clients[0], path, DEFINITION)).status, 201);
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } };
    const at = `/apis/example.com/v1/namespaces/${NAMESPACE}/widgets`;
    await eventually('the other server serves it', async () => (await get(clients[1], at)).status === 200);
    assert.equal((await post(clients[1], at, widget)).status, 201);
    assert.equal((await get(clients[0], `${at}/w`)).body.metadata.name, 'w');
  });

  it('show in watches at once what the other one writes', async () => {
    const { body } = await get(clients[1], `/api/v1/namespaces/default/configmaps`);
    const seen: string[] = [];
    const over = new AbortController();
    const from = body.metadata.resourceVersion;
    const stream = clients[1].stream(
      `/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=${from}`,
      (line) => {
        const { type, object } = JSON.parse(line);
        seen.push(`${type} ${object.metadata.name}`);
      },
      over.signal,
    );
    const path = '/api/v1/namespaces/default/configmaps';
    assert.equal((await post(clients[0], path, configMap('a'))).status, 201);
    assert.equal((await clients[0].call({ method: 'DELETE', path: `${path}/a` })).status, 200);
    await eventually('both events', () => seen.length >= 2);
    over.abort();
    await stream;
    assert.deepEqual(seen, ['ADDED a', 'DELETED a']);
  });

  it('read what the other one has encrypted, and etcd has only ciphertext', async () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      stringData: { a: 'plain text' },
    };
    const made = await post(clients[0], `${V1}/secrets`, secret);
    assert.equal(made.status, 201);
    const read = await get(clients[1], `${V1}/secrets/s`);
    assert.deepEqual(read.body, made.body);
    const changed = await clients[1].call({
      method: 'PUT',
      path: `${V1}/secrets/s`,
      body: { ...read.body, data: { a: 'b2s=' } },
    });
    assert.equal(changed.status, 200);
    const again = await get(clients[0], `${V1}/secrets/s`);
    assert.deepEqual(again.body, changed.body);
    const stored = await servers.etcd.valueOf(`/registry/secrets/${NAMESPACE}/s`);
    assert.match(stored.toString('latin1'), /^k8s:enc:aesgcm:v1:k:/);
  });

  it('are found where upstream looks for them in etcd, and go on without one of them', async () => {
    const stored = await servers.etcd.valueOf(`/registry/services/specs/${NAMESPACE}/s0`);
    assert.equal(JSON.parse(stored.toString()).metadata.name, 's0');
    await servers.kill(0);
    await servers.etcd.kill(await servers.etcd.leader());
    const path = '/api/v1/namespaces/default/configmaps';
    await eventually('the other server writes', async () => {
      const { status } = await post(clients[1], path, configMap('after')).catch(() => ({ status: 0 }));
      return status === 201 || status === 409;
    });
    assert.equal((await get(clients[1], `${path}/after`)).body.metadata.name, 'after');
  });

  it('say so when etcd has no quorum, and read on from memory where the API lets them', async () => {
    for (const index of [0, 1, 2]) await servers.etcd.kill(index);
    const ready = () => get(clients[1], '/readyz?verbose').catch(() => ({ status: 0, body: '' }));
    await eventually('the server is not ready', async () => (await ready()).status === 500, 20_000);
    assert.match(String((await ready()).body), /\[-\]etcd failed/);
    const path = '/api/v1/namespaces/default/configmaps';
    const read = await get(clients[1], `${path}/after?resourceVersion=0`);
    assert.equal(read.body.metadata.name, 'after');
    for (const index of [0, 1, 2]) servers.etcd.run(index);
    await servers.answers(1);
    await eventually('it writes again', async () => {
      const { status } = await post(clients[1], path, configMap('again')).catch(() => ({ status: 0 }));
      return status === 201 || status === 409;
    });
  });
});
