// What operators see of Services on two nodes with both families of addresses: health checks of load balancers, the service proxy's own
// ports, and a Deployment that is rolled out while clients use it.
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { speakerImage } from '../support/speaker-image.ts';

let cluster: TestCluster;
const NAME = 'tph-e2e-operation';
const [first, second] = [NAME, `${NAME}-2`];

const apply = (object: object) => cluster.kubectlWith(JSON.stringify(object), 'apply', '-f', '-');
const field = (path: string, ...words: string[]) =>
  cluster.kubectl('get', ...words, '-o', `jsonpath={${path}}`);
const pod = (name: string, nodeName: string, labels: object, spec: object = {}, container: object = {}) =>
  apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: {
      nodeName,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'main', image: 'speaker:1', ...container }],
      ...spec,
    },
  });

interface Page {
  readonly code: number | undefined;
  readonly body: string;
  readonly weight: string | undefined;
}

/** From this machine. */
const get = (host: string, port: number, path = '/') =>
  new Promise<Page>((resolve, reject) => {
    const request = http.get({ host, port, path, timeout: 2_000, agent: false }, (response) => {
      let body = '';
      response.on('data', (data) => {
        body += String(data);
      });
      const { 'x-load-balancing-endpoint-weight': weight } = response.headers;
      response.on('end', () => resolve({ code: response.statusCode, body, weight: weight?.toString() }));
    });
    request.on('timeout', () => request.destroy(new Error('time-out')));
    request.on('error', reject);
  });
const addressesOf = async (node: string): Promise<string[]> =>
  (await field('.status.addresses[?(@.type=="InternalIP")].address', 'node', node)).split(' ');
const becomes = (code: number, host: string, port: number, path?: string) =>
  eventually(`${host}:${port}${path ?? ''} says ${code}`, async () => {
    const page = await get(host, port, path).catch(() => undefined);
    return page?.code === code ? page : undefined;
  });

/** Makes 20,000 connections, sixteen at a time, and prints what went wrong. */
const LOAD = `const net = require('node:net');
let left = 20000, done = 0; const wrong = {};
const one = () => new Promise((next) => {
  let answered = false;
  const socket = net.connect({ host: process.env.HOST, port: 80 });
  socket.setTimeout(5000, () => socket.destroy(new Error('time-out')));
  socket.on('data', () => { answered = true; socket.end(); });
  socket.on('error', (error) => { wrong[error.code ?? error.message] = (wrong[error.code ?? error.message] ?? 0) + 1; });
  socket.on('close', () => { if (answered) done++; next(); });
});
const work = async () => { while (left-- > 0) await one(); };
Promise.all(Array.from({ length: 16 }, work)).then(() => console.log(JSON.stringify({ done, wrong })));`;

describe('Services in operation', () => {
  before(async () => {
    cluster = await startTestCluster({ name: NAME, nodes: 2, flags: ['--ip-families', 'IPv4,IPv6'] });
    const archive = join(cluster.directory, 'speaker.tar');
    await writeFile(archive, await writeArchive(speakerImage()));
    await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
    await rm(archive);
    await pod('client', first, { app: 'client' }, {}, { command: ['sleep', '10000'] });
    await pod('host', second, { app: 'host' }, { hostNetwork: true }, { command: ['sleep', '10000'] });
    await cluster.kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod/client', 'pod/host');
  });
  after(() => cluster?.down());

  test('healthCheckNodePort tells the nodes with ready endpoints from others', async () => {
    await pod('web', first, { app: 'web' });
    await cluster.kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod/web');
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        ipFamilyPolicy: 'PreferDualStack',
        selector: { app: 'web' },
        ports: [{ port: 8099, targetPort: 8080 }],
      },
    };
    await apply(service);
    const port = Number(await field('.spec.healthCheckNodePort', 'service', 'web'));
    assert.ok(port >= 30_000);
    for (const address of await addressesOf(first)) {
      const page = await becomes(200, address, port);
      assert.deepEqual(JSON.parse(page.body), {
        service: { namespace: 'default', name: 'web' },
        localEndpoints: 1,
        serviceProxyHealthy: true,
      });
      assert.equal(page.weight, '1');
    }
    for (const address of await addressesOf(second))
      assert.equal((await becomes(503, address, port)).weight, '0');
    await cluster.kubectl('delete', 'pod', 'web', '--now');
    const [address] = await addressesOf(first);
    await becomes(503, address!, port);
    await apply({ ...service, spec: { ...service.spec, externalTrafficPolicy: 'Cluster' } });
    assert.equal(await field('.spec.healthCheckNodePort', 'service', 'web'), '');
    await eventually('a closed port', () =>
      get(address!, port).then(
        () => false,
        () => true,
      ),
    );
  });

  test('the proxy’s own health is not that of a node that is about to go; its metrics are for the node', async () => {
    const [address] = await addressesOf(second);
    const page = await becomes(200, address!, 10_256, '/healthz');
    assert.equal(JSON.parse(page.body).nodeEligible, true);
    await cluster.kubectl('taint', 'node', second, 'ToBeDeletedByClusterAutoscaler=:NoSchedule');
    await becomes(503, address!, 10_256, '/healthz');
    await becomes(200, address!, 10_256, '/livez');
    await cluster.kubectl('taint', 'node', second, 'ToBeDeletedByClusterAutoscaler:NoSchedule-');
    await becomes(200, address!, 10_256, '/healthz');
    const inNode = (path: string) =>
      cluster.kubectl('exec', 'host', '--', 'wget', '-qO-', `http://127.0.0.1:${path}`);
    assert.match(await inNode('10256/healthz'), /nodeEligible/);
    assert.equal(await inNode('10249/proxyMode'), 'nftables');
    assert.match(await inNode('10249/metrics'), /kubeproxy_sync_proxy_rules_duration_seconds_count [1-9]/);
    await assert.rejects(get(address!, 10_249, '/metrics'), /ECONNREFUSED/);
  });

  test('no connection of 20,000 fails while a Deployment is rolled out', async () => {
    const labels = { app: 'rolled' };
    await apply({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'rolled' },
      spec: {
        replicas: 3,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'main',
                image: 'speaker:1',
                readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
                lifecycle: { preStop: { sleep: { seconds: 3 } } },
              },
            ],
          },
        },
      },
    });
    await apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'rolled' },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    });
    await cluster.kubectl('rollout', 'status', 'deployment/rolled', '--timeout=120s');
    const host = await field('.spec.clusterIP', 'service', 'rolled');
    let running = true;
    const load = cluster
      .kubectl('exec', 'client', '--', 'env', `HOST=${host}`, 'node', '-e', LOAD)
      .finally(() => {
        running = false;
      });
    let rollouts = 0;
    while (running) {
      await cluster.kubectl('rollout', 'restart', 'deployment/rolled');
      await cluster.kubectl('rollout', 'status', 'deployment/rolled', '--timeout=120s');
      if (running) rollouts++;
    }
    assert.deepEqual(JSON.parse(await load), { done: 20_000, wrong: {} });
    assert.ok(rollouts > 0);
  });
});
