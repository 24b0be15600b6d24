// The servers' part of doors on a simulated API server. Nodes are objects; what they may read is asked with their own names.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { Gateway } from '../../api/kinds/gateway/v1/gateway.ts';
import { Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import { IngressClass } from '../../api/kinds/networking/v1/ingress-class.ts';
import { Role } from '../../api/kinds/rbac/v1/role.ts';
import { DOOR_LABEL, DOOR_SERVES, gatewayService } from '../../api/nodes/doors.ts';
import { isForbidden } from '../../api/status/status-error.ts';
import { CONTROLLER } from '../../gateway/ingress/classes.ts';
import { silentLogger } from '../../kit/log.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aNode } from '../../sim/objects/node.ts';
import { installGatewayApi } from '../control-plane/apis/gateway-api.ts';
import { awaitDoors } from './await-doors.ts';

const SYSTEM = 'kube-system';
const DOORS = { [DOOR_LABEL]: '' };
const gateway = (spec: Partial<Gateway['spec']> = {}): Gateway => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'gw', namespace: 'default' },
  spec: { gatewayClassName: 'tiphys', listeners: [{ name: 'http', port: 8080, protocol: 'HTTP' }], ...spec },
});

async function open(t: TestContext) {
  const cluster = await simCluster({}, t);
  const { client, clock, random } = cluster;
  await installGatewayApi(client, true);
  await client.create(IngressClass, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'tiphys' },
    spec: { controller: CONTROLLER },
  });
  const { informers } = cluster;
  informers.start();
  const own = cluster.clientOf('tiphys:ingress-controller');
  t.after(awaitDoors({ admin: client, client: own, informers, clock, random, log: silentLogger }));
  return cluster;
}

async function node(cluster: SimCluster, name: string, address: string, labels = {}): Promise<void> {
  const annotations = { [DOOR_SERVES]: 'true' };
  await cluster.client.create(Node, aNode(name, {}, {}, { labels, annotations }));
  const status = {
    addresses: [{ type: 'InternalIP', address }],
    conditions: [{ type: 'Ready', status: 'True' }],
  };
  await cluster.client.patch(Node, name, undefined, 'merge', { status }, { subresource: 'status' });
}

const secret = (name: string, namespace = 'default', type = 'kubernetes.io/tls'): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type,
  metadata: {
    ...{ name, namespace },
    ...(type.endsWith('token') && { annotations: { 'kubernetes.io/service-account.name': 'default' } }),
  },
  data: { 'tls.crt': 'eA==', 'tls.key': 'eA==' },
});

const ingress = (secretName: string, namespace = 'default'): Ingress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: secretName, namespace },
  spec: {
    ingressClassName: 'tiphys',
    tls: [{ hosts: [`${secretName}.test`], secretName }],
    defaultBackend: { service: { name: 'web', port: { number: 80 } } },
  },
});

/** Whether the node may watch the Secret as a door does. */
async function reads(cluster: SimCluster, name: string, wanted: string | undefined, namespace = 'default') {
  const client = cluster.clientOf(`system:node:${name}`, ['system:nodes']);
  const fieldSelector = wanted === undefined ? undefined : `metadata.name=${wanted}`;
  return client.list(Secret, { namespace, ...(fieldSelector && { fieldSelector }) }).then(
    () => true,
    (error: unknown) => {
      if (isForbidden(error)) return false;
      throw error;
    },
  );
}

const services = async ({ client }: SimCluster) =>
  (await client.list(Service, { namespace: SYSTEM })).items.map(({ metadata }) => metadata.name);
const endpoints = async ({ client }: SimCluster, name: string) => {
  const found = await client.list(EndpointSlice, { namespace: SYSTEM });
  const own = found.items.find(({ metadata }) => metadata.name === name);
  return own?.endpoints?.map(({ nodeName }) => nodeName);
};
const until = (cluster: SimCluster, what: string, check: () => Promise<boolean>) =>
  cluster.until(what, check, 50);

describe('doors of joined nodes', () => {
  it('have nothing made for them while no node is one, whatever nodes say of themselves', async (t) => {
    const cluster = await open(t);
    await node(cluster, 'n1', '10.0.0.1');
    await cluster.client.create(Secret, secret('cert'));
    await cluster.client.create(Ingress, ingress('cert'));
    await cluster.clock.step(1_000);
    assert.deepEqual(await services(cluster), []);
    assert.equal(await reads(cluster, 'n1', 'cert'), false);
  });

  it('may read the Secrets that Ingresses name and no others, and other nodes none', async (t) => {
    const cluster = await open(t);
    for (const name of ['cert', 'other']) await cluster.client.create(Secret, secret(name));
    await cluster.client.create(Ingress, ingress('cert'));
    await node(cluster, 'n1', '10.0.0.1', DOORS);
    await node(cluster, 'n2', '10.0.0.2');
    await until(cluster, 'the grant', () => reads(cluster, 'n1', 'cert'));
    assert.equal(await reads(cluster, 'n1', 'other'), false);
    assert.equal(await reads(cluster, 'n1', undefined), false);
    assert.equal(await reads(cluster, 'n2', 'cert'), false);
    await cluster.client.delete(Ingress, 'cert', 'default');
    await until(cluster, 'the end of the grant', async () => !(await reads(cluster, 'n1', 'cert')));
  });

  it('lose what they may read with their label', async (t) => {
    const cluster = await open(t);
    await cluster.client.create(Secret, secret('cert'));
    await cluster.client.create(Ingress, ingress('cert'));
    await node(cluster, 'n1', '10.0.0.1', DOORS);
    await until(cluster, 'the grant', () => reads(cluster, 'n1', 'cert'));
    const patch = { metadata: { labels: { [DOOR_LABEL]: null } } };
    await cluster.client.patch(Node, 'n1', undefined, 'merge', patch);
    await until(cluster, 'the end of the grant', async () => !(await reads(cluster, 'n1', 'cert')));
    await until(cluster, 'the end of the Service', async () => (await services(cluster)).length === 0);
  });

  it('never read tokens, whoever names them in an Ingress', async (t) => {
    const cluster = await open(t);
    await cluster.client.create(Secret, secret('token', 'default', 'kubernetes.io/service-account-token'));
    await cluster.client.create(Secret, secret('cert'));
    await cluster.client.create(Ingress, ingress('token'));
    await cluster.client.create(Ingress, ingress('cert'));
    await node(cluster, 'n1', '10.0.0.1', DOORS);
    await until(cluster, 'the grant', () => reads(cluster, 'n1', 'cert'));
    assert.equal(await reads(cluster, 'n1', 'token'), false);
  });

  it('read Secrets of other namespaces also where one has a Role of this name already', async (t) => {
    const cluster = await open(t);
    for (const name of ['aaa', 'bbb']) {
      await cluster.client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      await cluster.client.create(Secret, secret('cert', name));
      await cluster.client.create(Ingress, ingress('cert', name));
    }
    const metadata = { name: 'tiphys:door', namespace: 'aaa' };
    await cluster.client.create(Role, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [],
    });
    await node(cluster, 'n1', '10.0.0.1', DOORS);
    await until(cluster, 'the grant', () => reads(cluster, 'n1', 'cert', 'bbb'));
  });

  it('are made by administrators only: a node can neither give itself the label nor keep it', async (t) => {
    const cluster = await open(t);
    await node(cluster, 'n1', '10.0.0.1');
    const user = { name: 'system:node:n1', groups: ['system:nodes'] };
    const headers = { 'content-type': 'application/merge-patch+json' };
    const patch = { metadata: { labels: DOORS } };
    const { status, body } = await cluster.call('PATCH', '/api/v1/nodes/n1', patch, { user, headers });
    assert.equal(status, 403);
    assert.match(body.message, new RegExp(`is not allowed to modify labels: ${DOOR_LABEL}$`));
  });

  it('are reached where they serve and are Ready', async (t) => {
    const cluster = await open(t);
    await cluster.client.create(Ingress, ingress('cert'));
    for (const [name, address] of [
      ['n1', '10.0.0.1'],
      ['n2', '10.0.0.2'],
    ] as const)
      await node(cluster, name, address, DOORS);
    await node(cluster, 'n3', '10.0.0.3');
    const slice = 'tiphys-ingress-ipv4';
    await until(cluster, 'endpoints', async () => (await endpoints(cluster, slice))?.join() === 'n1,n2');
    const shown = async () => {
      const { status } = await cluster.client.get(Ingress, 'cert', 'default');
      return (status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip).join();
    };
    await until(cluster, 'the doors in the status', async () => (await shown()) === '10.0.0.1,10.0.0.2');
    const annotations = { [DOOR_SERVES]: 'false' };
    await cluster.client.patch(Node, 'n1', undefined, 'merge', { metadata: { annotations } });
    await until(cluster, 'one endpoint', async () => (await endpoints(cluster, slice))?.join() === 'n2');
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.9' }] } };
    const subresource = { subresource: 'status' };
    await cluster.client.patch(Service, 'tiphys-ingress', SYSTEM, 'merge', { status }, subresource);
    await until(cluster, 'the balancer in the status', async () => (await shown()) === '192.0.2.9');
  });

  it('are shown by addresses that others may have in their lists, whatever a door says of itself', async (t) => {
    const cluster = await open(t);
    await cluster.client.create(Ingress, ingress('cert'));
    await node(cluster, 'n1', '10.0.0.1', DOORS);
    await node(cluster, 'evil', '::ffff:10.0.0.9', DOORS);
    const shown = async () => {
      const { status } = await cluster.client.get(Ingress, 'cert', 'default');
      return (status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip).join();
    };
    await until(cluster, 'the other door', async () => (await shown()) === '10.0.0.1');
  });

  it('have a Service for each Gateway, which shows its address, and listen at its nodePorts', async (t) => {
    const cluster = await open(t);
    const { client } = cluster;
    await node(cluster, 'n1', '10.0.0.1', DOORS);
    const made = await client.create(Gateway, gateway());
    const name = gatewayService(made);
    await until(cluster, 'the Service', async () => (await services(cluster)).includes(name));
    const [port] = (await client.get(Service, name, SYSTEM)).spec!.ports!;
    assert.equal(port!.port, 8080);
    const slice = await client.get(EndpointSlice, `${name}-ipv4`, SYSTEM);
    assert.deepEqual(
      slice.ports?.map((one) => one.port),
      [port!.nodePort],
    );
    const condition = async () => {
      const { status } = await client.get(Gateway, 'gw', 'default');
      const found = status?.conditions?.find(({ type }) => type === 'Programmed');
      return `${found?.status} ${found?.reason} ${status?.addresses?.map(({ value }) => value).join()}`;
    };
    await until(cluster, 'no address', async () => (await condition()) === 'False AddressNotAssigned ');
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.9' }] } };
    await client.patch(Service, name, SYSTEM, 'merge', { status }, { subresource: 'status' });
    await until(cluster, 'an address', async () => (await condition()) === 'True Programmed 192.0.2.9');
    await client.patch(Gateway, 'gw', 'default', 'merge', {
      spec: { listeners: [{ name: 'http', port: 9090, protocol: 'HTTP' }] },
    });
    await until(cluster, 'another port', async () => {
      const [changed] = (await client.get(Service, name, SYSTEM)).spec!.ports!;
      return changed!.port === 9090 && changed!.nodePort !== undefined;
    });
    await client.delete(Gateway, 'gw', 'default');
    await until(cluster, 'the end of the Service', async () => !(await services(cluster)).includes(name));
  });
});
