// 20,000 requests through a Gateway on a real cluster while a Deployment behind an HTTPRoute is rolled out again and again and other
// routes come: over http and https, kept connections and new ones, with bodies, which are never sent twice. None fails.
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { testAuthority } from '../support/door/certificates.ts';
import { ask } from '../support/door/door.ts';
import { startLoad } from '../support/door/load.ts';
import { eventually } from '../support/eventually.ts';
import { route, to } from '../support/gateway/objects.ts';
import { speakerImage } from '../support/speaker-image.ts';

const REQUESTS = 20_000;
/** Keeps connections open between requests, as most servers do, and ends at once when it is told to. */
const SERVER = `require('node:http')
  .createServer((request, response) => request.resume().on('end', () => response.end(process.env.HOSTNAME)))
  .listen(8080);
process.on('SIGTERM', () => process.exit(0));`;

let cluster: TestCluster;
let address: string;

const apply = (...objects: object[]) =>
  cluster.kubectlWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }), 'apply', '-f', '-');
const httpRoute = (name: string) =>
  route('HTTPRoute', name, { hostnames: [`${name}.test`], rules: [{ backendRefs: [to('rolled')] }] });
const answers = (name: string) =>
  eventually(`${name}.test to answer`, async () => {
    const answer = await ask({ address, host: `${name}.test` }).catch(() => undefined);
    return answer?.status === 200;
  });
const rolledOut = () => cluster.kubectl('rollout', 'status', 'deployment/rolled', '--timeout=120s');

const labels = { app: 'rolled' };
const container = {
  name: 'main',
  image: 'speaker:1',
  command: ['node', '-e', SERVER],
  readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
  lifecycle: { preStop: { sleep: { seconds: 3 } } },
};
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'rolled' },
  spec: {
    replicas: 3,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container] } },
  },
};
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'rolled' },
  spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
};

before(async () => {
  cluster = await startTestCluster({ name: 'tph-e2e-gwrollout' });
  const archive = join(cluster.directory, 'speaker.tar');
  await writeFile(archive, await writeArchive(speakerImage()));
  await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
  await rm(archive);
  const { cert, key } = testAuthority('rollout').issue('rolled.test');
  const https = { name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'tls' }] } };
  await apply(
    deployment,
    service,
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name: 'tls' },
      stringData: { 'tls.crt': cert, 'tls.key': key },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'gw' },
      spec: { gatewayClassName: 'tiphys', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }, https] },
    },
    httpRoute('rolled'),
  );
  await rolledOut();
  await cluster.kubectl('wait', '--for=condition=Programmed', 'gateway/gw', '--timeout=60s');
  address = await cluster.kubectl('get', 'gateway', 'gw', '-o', 'jsonpath={.status.addresses[0].value}');
});
after(() => cluster?.down());

test('no request of 20,000 fails while a Deployment is rolled out behind a Gateway', async () => {
  await answers('rolled');
  const [http, body] = [
    { address, host: 'rolled.test' },
    { method: 'POST', body: 'x'.repeat(100) },
  ];
  const https = { ...http, tls: 'rolled.test' };
  const load = startLoad([
    http,
    { ...http, ...body },
    https,
    ...[http, https].flatMap((kept) => [
      { ...kept, kept: true },
      { ...kept, ...body, kept: true },
    ]),
  ]);
  let rollouts = 0;
  while (load.asked < REQUESTS || rollouts === 0) {
    await cluster.kubectl('rollout', 'restart', 'deployment/rolled');
    await apply(httpRoute(`other-${rollouts}`));
    await answers(`other-${rollouts}`);
    await rolledOut();
    rollouts++;
  }
  await load.stop();
  assert.deepEqual(load.failures, [], `of ${load.asked} in ${rollouts} rollouts`);
});
