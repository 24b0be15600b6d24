import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { systemClock } from '../../../kit/clock.ts';
import { silentLogger } from '../../../kit/log.ts';
import { aNode } from '../../../sim/objects/node.ts';
import { ProxyMetrics } from '../metrics.ts';
import { service } from '../objects.fake.ts';
import { HealthChecks } from './health-checks.ts';
import { ProxyHealth } from './proxy-health.ts';

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
const get = (port: number) =>
  new Promise<{ code: number | undefined; body: string; weight: unknown }>((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, agent: false }, (response) => {
        let body = '';
        response.on('data', (data) => {
          body += String(data);
        });
        const weight = response.headers['x-load-balancing-endpoint-weight'];
        response.on('end', () => resolve({ code: response.statusCode, body, weight }));
      })
      .on('error', reject);
  });
/** Until it answers, or no longer does. */
const answers = async (port: number) => {
  for (;;) {
    const page = await get(port).catch(() => undefined);
    if (page) return page;
  }
};
const silent = async (port: number) => {
  while (await get(port).catch(() => undefined));
};

describe('health checks', () => {
  const clock = new SteppedClock();
  const health = new ProxyHealth(clock);
  const metrics = new ProxyMetrics(clock);
  const failures: number[] = [];
  const checks = new HealthChecks({
    nodePrefix: [],
    addresses: () => ['127.0.0.1'],
    onFailure: (_, port) => failures.push(port),
    ...{ health, metrics, log: silentLogger },
  });
  afterEach(() => checks.stop());
  const balanced = (port: number) =>
    service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: port });

  it('serve what kube-proxy serves', async () => {
    const port = await freePort();
    checks.setService('default/web', balanced(port), () => 2);
    const { code, body, weight } = await answers(port);
    assert.deepEqual([code, weight], [200, '2']);
    const lines = ['{', '\t"service": {', '\t\t"namespace": "default",', '\t\t"name": "web"', '\t},'];
    assert.equal(body, [...lines, '\t"localEndpoints": 2,', '\t"serviceProxyHealthy": true', '}'].join('\n'));
    checks.setService('default/web', balanced(port), () => 0);
    assert.equal((await get(port)).code, 503);
    health.queued();
    await clock.step(60_000);
    checks.setService('default/web', balanced(port), () => 2);
    assert.equal((await get(port)).code, 503, 'the proxy is late');
    health.written();
    assert.equal((await get(port)).code, 200);
  });

  it('end with the need for them, and follow the port', async () => {
    const [one, other] = [await freePort(), await freePort()];
    checks.setService('default/web', balanced(one), () => 1);
    await answers(one);
    checks.setService('default/web', balanced(other), () => 1);
    await answers(other);
    await silent(one);
    checks.setService('default/web', service({ type: 'LoadBalancer', healthCheckNodePort: other }), () => 1);
    await silent(other);
  });

  it('try again with the next change when the port is taken', async () => {
    const port = await freePort();
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
    checks.setService('default/web', balanced(port), () => 1);
    while (failures.length === 0) await systemClock.turn();
    assert.deepEqual(failures, [port]);
    await new Promise((resolve) => taken.close(resolve));
    while (!(await get(port).catch(() => undefined)))
      checks.setService('default/web', balanced(port), () => 1);
  });
});

describe('the proxy’s own health', () => {
  it('is that of the node, too, but for livez', () => {
    const clock = new SteppedClock();
    const health = new ProxyHealth(clock);
    const codes = () => [health.page('healthz').code, health.page('livez').code];
    assert.deepEqual(codes(), [200, 200]);
    const node = aNode('n1');
    health.setNode({
      ...node,
      spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] },
    });
    assert.deepEqual(codes(), [503, 200]);
    assert.match(
      health.page('healthz').body,
      /^\{"lastUpdated": "2026-.*","currentTime": ".* \+0000 UTC", "nodeEligible": false\}$/,
    );
    health.setNode(node);
    assert.deepEqual(codes(), [200, 200]);
    health.setNode({ ...node, metadata: { ...node.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    assert.deepEqual(codes(), [503, 200]);
  });
});
