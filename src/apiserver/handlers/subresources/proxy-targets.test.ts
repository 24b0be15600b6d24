// Where the `proxy` subresource connects to: pods and nodes, never this machine or its neighbourhood, whoever wrote the address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../../../sim/api-calls.ts';
import { simCluster } from '../../../sim/cluster.ts';
import { aPod } from '../../../sim/objects/pod.ts';
import { isUpgradeReply, type Reply, wholeBody } from '../../request.ts';

const core = '/api/v1/namespaces/default';
const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const admin = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };

const slice = (name: string, addressType: string, endpoint: object) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name, labels: { 'kubernetes.io/service-name': 's' } },
  addressType,
  ports: [{ name: '', port: 8080 }],
  endpoints: [endpoint],
});

/** What a request of `path` says: `connects`, or the code and message of the refusal. */
async function proxying(
  server: Awaited<ReturnType<typeof simCluster>>,
  path: string,
  method = 'GET',
): Promise<string> {
  const request = {
    method,
    path,
    query: new URLSearchParams(),
    headers: {},
    body: async () => Buffer.alloc(0),
  };
  const reply: Reply = await server.api.handle(request, admin);
  if (isUpgradeReply(reply)) return 'connects';
  assert.ok('body' in reply);
  const { code, message } = JSON.parse(wholeBody(reply.body).toString()) as { code: number; message: string };
  return `${code} ${message}`;
}

const service = (spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec });

const inside = [
  '::ffff:127.0.0.1',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '::ffff:169.254.169.254',
  '0:0::1',
];

test('an endpoint slice may not lead to loopback or link-local addresses, however they are written', async () => {
  const server = await simCluster();
  for (const [i, address] of inside.entries()) {
    const answer = await server.call('POST', slices, slice(`s${i}`, 'IPv6', { addresses: [address] }));
    assert.equal(answer.status, 422, address);
    assert.match(
      answer.body.message,
      /endpoints\[0\]\.addresses\[0\]: Invalid value: ".*": (may not be in the l|must not be an IPv4-mapped|must be in canonical form)/,
    );
  }
});

test('the proxy of a service leads to pods of its namespace, and to no other address that an endpoint names', async () => {
  const server = await simCluster();
  await create(server, `${core}/services`, service({ ports: [{ port: 80 }] }));
  await create(server, `${core}/pods`, aPod('p'));
  await server.call(
    'PATCH',
    `${core}/pods/p/status`,
    { status: { podIP: '10.1.0.5', podIPs: [{ ip: '10.1.0.5' }] } },
    {
      headers: { 'content-type': 'application/merge-patch+json' },
    },
  );
  const none = '503 no endpoints available for service "s"';
  const targetRef = { kind: 'Pod', namespace: 'default', name: 'p' };
  for (const [addressType, endpoint, wanted] of [
    ['IPv4', { addresses: ['10.1.0.9'] }, none],
    ['IPv4', { addresses: ['10.1.0.9'], targetRef }, none],
    ['IPv4', { addresses: ['10.1.0.5'], targetRef: { ...targetRef, namespace: 'other' } }, none],
    ['FQDN', { addresses: ['localhost.example'], targetRef }, none],
    ['IPv4', { addresses: ['10.1.0.5'], targetRef }, 'connects'],
  ] as const) {
    await server.call('DELETE', `${slices}/one`);
    await create(server, slices, slice('one', addressType, endpoint));
    assert.equal(await proxying(server, `${core}/services/s/proxy/`), wanted, JSON.stringify(endpoint));
  }
});

test('the proxy of a service with an external name leads nowhere', async () => {
  const server = await simCluster();
  const spec = { type: 'ExternalName', externalName: 'localhost', ports: [{ port: 80 }] };
  await create(server, `${core}/services`, service(spec));
  assert.match(await proxying(server, `${core}/services/s/proxy/`), /^503 no endpoints available/);
});

test('the proxy of a node does not follow its status to this machine', async () => {
  const server = await simCluster();
  await create(server, '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } });
  const addressed = async (type: string, address: string) => {
    const status = { addresses: [{ type, address }], daemonEndpoints: { kubeletEndpoint: { Port: 6443 } } };
    const headers = { 'content-type': 'application/merge-patch+json' };
    await server.call('PATCH', '/api/v1/nodes/n/status', { status }, { headers });
  };
  for (const address of ['127.0.0.1', '169.254.169.254', ...inside]) {
    await addressed('InternalIP', address);
    for (const id of ['n', 'n:6443', 'https:n:2379'])
      assert.equal(
        await proxying(server, `/api/v1/nodes/${id}/proxy/`),
        '400 address not allowed',
        `${id} ${address}`,
      );
  }
  await addressed('Hostname', 'localhost');
  assert.equal(await proxying(server, '/api/v1/nodes/n/proxy/'), '400 address not allowed');
  await addressed('InternalIP', '10.7.0.1');
  assert.equal(await proxying(server, '/api/v1/nodes/n/proxy/metrics'), 'connects');
  assert.match(await proxying(server, '/api/v1/nodes/n:00000000080/proxy/'), /^503 .*unknown port$/);
});

test('the proxy of a pod does not follow its status to this machine', async () => {
  const server = await simCluster();
  await create(server, `${core}/pods`, aPod('p'));
  const headers = { 'content-type': 'application/merge-patch+json' };
  for (const ip of ['', 'localhost', '::1%lo', '255.255.255.255', ...inside]) {
    await server.call('PATCH', `${core}/pods/p/status`, { status: { podIP: ip } }, { headers });
    assert.equal(await proxying(server, `${core}/pods/p:80/proxy/`), '400 address not allowed', ip);
  }
});

test('the proxy of a pod passes OPTIONS on, which has no verb; other subresources and methods refuse', async () => {
  const server = await simCluster();
  await create(server, `${core}/pods`, aPod('p'));
  const headers = { 'content-type': 'application/merge-patch+json' };
  await server.call('PATCH', `${core}/pods/p/status`, { status: { podIP: '10.0.0.9' } }, { headers });
  assert.equal(await proxying(server, `${core}/pods/p:80/proxy/`, 'OPTIONS'), 'connects');
  assert.match(await proxying(server, `${core}/pods/p:80/proxy/`, 'TRACE'), /^405 /);
  for (const other of ['exec', 'log', 'status', 'binding'])
    assert.match(await proxying(server, `${core}/pods/p/${other}`, 'OPTIONS'), /^405 /, other);
});
