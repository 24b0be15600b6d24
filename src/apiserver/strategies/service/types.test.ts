import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { create } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { aService } from '../../../sim/objects/service.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };
const WEB = { name: 'http', port: 80 };

describe('a service that changes', () => {
  let server: SimCluster;
  beforeEach(async () => {
    server = await simCluster();
  });
  const made = async (spec: object, name = 'web') =>
    (await create(server, SERVICES, aService(name, spec))).spec;
  const put = async (spec: object) =>
    (await server.call('PUT', `${SERVICES}/web`, aService('web', spec))).body;
  const patch = async (spec: object) => (await server.call('PATCH', `${SERVICES}/web`, { spec }, MERGE)).body;
  /** Whether another service gets the node port. */
  const isFree = async (nodePort: number) => {
    const other = aService('other', { type: 'NodePort', ports: [{ port: 1, nodePort }] });
    const { status } = await server.call('POST', SERVICES, other);
    if (status === 201) await server.call('DELETE', `${SERVICES}/other`);
    return status === 201;
  };

  it('keeps node ports by the names of ports, whatever else of them changes', async () => {
    const before = await made({ type: 'NodePort', ports: [WEB, { name: 'dns', port: 53, protocol: 'UDP' }] });
    const [http, dns] = before.ports.map(({ nodePort }: { nodePort: number }) => nodePort);
    const changed = await put({
      type: 'NodePort',
      ports: [
        { name: 'dns', port: 53 },
        { ...WEB, port: 8080 },
      ],
    });
    assert.deepEqual(changed.spec.ports.map((port: { nodePort: number }) => port.nodePort), [dns, http]); // biome-ignore format: short
    const moved = await put({
      type: 'LoadBalancer',
      ports: [WEB, { name: 'new', port: 81, nodePort: http }],
    });
    assert.equal(moved.spec.ports[1].nodePort, http);
    assert.notEqual(moved.spec.ports[0].nodePort, http, 'another port has it now');
    assert.equal(await isFree(dns), true);
  });

  it('gives node ports up with the type, unless the update names one', async () => {
    const { ports } = await made({ type: 'NodePort', ports: [WEB] });
    const refused = await patch({ type: 'ClusterIP', ports: [{ ...WEB, nodePort: 30_999 }] });
    assert.match(refused.message, /nodePort: Forbidden: may not be used when `type` is 'ClusterIP'/);
    assert.equal(await isFree(30_999), true);
    const { spec } = await patch({ type: 'ClusterIP' });
    assert.equal(spec.ports[0].nodePort, undefined);
    assert.equal(spec.externalTrafficPolicy, undefined);
    assert.equal(await isFree(ports[0].nodePort), true);
  });

  it('has a health check port while a load balancer needs one, and the same all that time', async () => {
    const local = {
      type: 'LoadBalancer' as const,
      externalTrafficPolicy: 'Local' as const,
      ports: [WEB],
    };
    const { healthCheckNodePort: port } = await made(local);
    assert.ok(port >= 30_000);
    assert.equal(await isFree(port), false);
    assert.equal((await put(local)).spec.healthCheckNodePort, port);
    const refused = await patch({ healthCheckNodePort: 30_777 });
    assert.match(refused.message, /spec.healthCheckNodePort: Forbidden: field is immutable/);
    assert.equal((await patch({ externalTrafficPolicy: 'Cluster' })).spec.healthCheckNodePort, undefined);
    assert.equal(await isFree(port), true);
    assert.equal(
      (await patch({ externalTrafficPolicy: 'Local', healthCheckNodePort: 30_777 })).spec.healthCheckNodePort,
      30_777,
    );
    assert.equal((await patch({ type: 'NodePort' })).spec.healthCheckNodePort, undefined);
    assert.equal(await isFree(30_777), true);
    await server.call('DELETE', `${SERVICES}/web`);
    const taken = await made({ ...local, healthCheckNodePort: 30_778 });
    assert.equal(taken.healthCheckNodePort, 30_778);
    const again = await server.call(
      'POST',
      SERVICES,
      aService('second', { ...local, healthCheckNodePort: 30_778 }),
    );
    assert.match(again.body.message, /failed to allocate requested HealthCheck NodePort 30778/);
  });

  it('has node ports as a load balancer when it wants them', async () => {
    const without = {
      type: 'LoadBalancer',
      allocateLoadBalancerNodePorts: false,
      loadBalancerClass: 'example.com/x',
    };
    const { ports } = await made({ ...without, ports: [WEB, { name: 'asked', port: 81, nodePort: 30_888 }] });
    assert.deepEqual(ports.map((port: { nodePort?: number }) => port.nodePort), [undefined, 30_888]); // biome-ignore format: short
    const { spec } = await patch({ allocateLoadBalancerNodePorts: true });
    assert.ok(spec.ports[0].nodePort >= 30_000);
    const plain = (await patch({ type: 'ClusterIP' })).spec;
    assert.deepEqual([plain.allocateLoadBalancerNodePorts, plain.loadBalancerClass], [undefined, undefined]);
    assert.equal(await isFree(30_888), true);
  });

  it('gives its address up as an ExternalName, and gets one again', async () => {
    const { clusterIP } = await made({ ports: [WEB] });
    const name = (await patch({ type: 'ExternalName', externalName: 'example.com' })).spec;
    assert.deepEqual([name.clusterIP, name.clusterIPs, name.ipFamilies], [undefined, undefined, undefined]);
    await made({ clusterIP, ports: [WEB] }, 'heir');
    const back = (await patch({ type: 'ClusterIP', externalName: null })).spec;
    assert.match(back.clusterIP, /^10\.96\./);
    assert.notEqual(back.clusterIP, clusterIP);
  });
});
