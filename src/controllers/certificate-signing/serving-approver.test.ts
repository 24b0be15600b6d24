// Which requests for serving certificates are approved without an administrator. A compromised node is one of the requesters.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import { inProcessTransport } from '../../client/transport/in-process-transport.ts';
import { makeCertificateRequest } from '../../kit/x509/make-request.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

const SERVER = '192.0.2.100';
const VIRTUAL = '192.0.2.101';
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const open = (t: Parameters<typeof simCluster>[1]) =>
  simCluster(
    {
      controllers: ['kubelet-serving-approving-controller'],
      settings: { serverNames: [SERVER, VIRTUAL, 'api.example', 'API2.example', '*.k8s.example'] },
    },
    t,
  );

async function node(
  cluster: SimCluster,
  name: string,
  addresses: readonly string[],
  labels = {},
): Promise<void> {
  await cluster.client.create(Node, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: { podCIDRs: [`10.244.${name.length}.0/24`], podCIDR: `10.244.${name.length}.0/24` },
  });
  await show(cluster, name, addresses);
}

const show = (cluster: SimCluster, name: string, addresses: readonly string[]) => {
  const status = { addresses: addresses.map((address) => ({ type: 'InternalIP', address })) };
  return cluster.client.patch(Node, name, undefined, 'merge', { status }, { subresource: 'status' });
};

interface Asked {
  readonly names: readonly string[];
  readonly subject?: string;
  readonly as?: string;
  readonly groups?: string[];
  /** Where the request comes from. */
  readonly from?: string;
}

/** The request's name. */
async function ask(
  cluster: SimCluster,
  { names, subject = 'system:node:n1', as = subject, groups = ['system:nodes'], from }: Asked,
) {
  const transport = inProcessTransport(cluster.api.inProcess, {
    ...{ name: as, groups },
    ...(from && { address: from }),
  });
  const client = new RestClient({ transport, clock: cluster.clock });
  const pem = makeCertificateRequest(
    { subject: { commonName: subject, organizations: ['system:nodes'] }, names },
    keys,
  );
  const { metadata } = await client.create(CertificateSigningRequest, {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { generateName: 'csr-' },
    spec: {
      signerName: 'kubernetes.io/kubelet-serving',
      usages: ['digital signature', 'server auth'],
      request: Buffer.from(pem).toString('base64'),
    },
  });
  await cluster.settle();
  return metadata.name!;
}

const approvalOf = async (cluster: SimCluster, name: string) =>
  conditionOf(await cluster.client.get(CertificateSigningRequest, name), 'Approved')?.reason;

test('a node’s request for its own name and addresses is approved', async (t) => {
  const cluster = await open(t);
  await node(cluster, 'n1', ['192.0.2.1', '2001:db8::1']);
  const name = await ask(cluster, { names: ['n1', '192.0.2.1', '2001:db8::1'] });
  assert.equal(await approvalOf(cluster, name), 'AutoApproved');
});

test('a request that comes before the Node shows the address is approved when it does', async (t) => {
  const cluster = await open(t);
  await node(cluster, 'n1', []);
  const name = await ask(cluster, { names: ['n1', '192.0.2.1'] });
  assert.equal(await approvalOf(cluster, name), undefined);
  await show(cluster, 'n1', ['192.0.2.1']);
  await cluster.settle();
  assert.equal(await approvalOf(cluster, name), 'AutoApproved');
});

test('a node that asks for what is not its own waits for an administrator, and an event says why', async (t) => {
  const cluster = await open(t);
  const claims = [
    '192.0.2.1',
    SERVER,
    VIRTUAL,
    '192.0.2.2',
    '127.0.0.1',
    '10.96.0.1',
    '10.244.5.9',
    '::ffff:192.0.2.100',
  ];
  await node(cluster, 'n1', claims);
  await node(cluster, 'other', ['192.0.2.2']);
  const cases: [string, Asked, RegExp][] = [
    ['another node’s name', { names: ['other', '192.0.2.1'] }, /"other" is not the name of the Node/],
    [
      'an address that its Node does not show',
      { names: ['n1', '192.0.2.77'] },
      /not among those of the Node/,
    ],
    ['the API server’s address', { names: ['n1', SERVER] }, /is an address of the API server/],
    ['a virtual address', { names: ['n1', VIRTUAL] }, /is an address of the API server/],
    ['it, written otherwise', { names: ['n1', `::ffff:${SERVER}`] }, /not among those of the Node/],
    [
      'another node’s address',
      { names: ['n1', '192.0.2.2'] },
      /Node other has the address 192\.0\.2\.2, too/,
    ],
    ['loopback', { names: ['n1', '127.0.0.1'] }, /no address that other machines reach/],
    ['a Service’s address', { names: ['n1', '10.96.0.1'] }, /in the range of Services/],
    [
      'an address of another node’s pods',
      { names: ['n1', '10.244.5.9'] },
      /in the range of pods of Node other/,
    ],
    ['a name of the API server', { names: ['n1', 'kubernetes.default.svc'] }, /is not the name of the Node/],
  ];
  for (const [what, asked, why] of cases) {
    const name = await ask(cluster, asked);
    assert.equal(await approvalOf(cluster, name), undefined, what);
    const { items } = await cluster.client.list(Event);
    const said = items
      .filter(({ reason }) => reason === 'ServingCertificateNotApproved')
      .map(({ message }) => message);
    assert.ok(
      said.some((message) => message?.includes(name) && why.test(message)),
      `${what}: ${said.at(-1)}`,
    );
  }
});

test('nobody else’s request for a node is approved', async (t) => {
  const cluster = await open(t);
  await node(cluster, 'n1', ['192.0.2.1']);
  const names = ['n1', '192.0.2.1'];
  for (const asked of [
    { names, as: 'jane', groups: ['system:masters'] },
    { names, as: 'system:node:n1', groups: ['system:masters'] },
    { names, as: 'system:bootstrap:abcdef', groups: ['system:bootstrappers', 'system:masters'] },
  ])
    assert.equal(await approvalOf(cluster, await ask(cluster, asked)), undefined, asked.as);
});

test('a node that is called as the API server is gets no certificate by itself', async (t) => {
  const cluster = await open(t);
  const names = ['kubernetes', 'kubernetes.default.svc', 'api.example', 'api2.example', 'api.k8s.example'];
  for (const name of names) {
    await node(cluster, name, []);
    const request = await ask(cluster, { names: [name], subject: `system:node:${name}` });
    assert.equal(await approvalOf(cluster, request), undefined, name);
  }
});

test('a node beside an API server gets one for their address when an administrator has said that it may', async (t) => {
  const cluster = await open(t);
  await node(cluster, 'n1', [SERVER], { 'node-role.kubernetes.io/control-plane': '' });
  assert.equal(await approvalOf(cluster, await ask(cluster, { names: ['n1', SERVER] })), 'AutoApproved');
});

test('a name or an address of another server is no node’s', async (t) => {
  const cluster = await open(t);
  const claimed = '192.0.2.102';
  await node(cluster, 'server-2', ['192.0.2.1', claimed]);
  const lease = (namespace: string, names: string) =>
    cluster.client.create(Lease, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: 'another',
        namespace,
        labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver' },
        annotations: { 'tiphys.io/server-names': names },
      },
    });
  await lease('default', 'server-2');
  const subject = 'system:node:server-2';
  const first = await ask(cluster, { names: ['server-2', '192.0.2.1'], subject });
  assert.equal(await approvalOf(cluster, first), 'AutoApproved', 'a Lease elsewhere says nothing');
  await lease('kube-system', `server-2,${claimed}`);
  for (const names of [['server-2'], [claimed]]) {
    const request = await ask(cluster, { names, subject });
    assert.equal(await approvalOf(cluster, request), undefined, names.join());
  }
});

/** Two Nodes, of which the second claims the first's address. */
async function twoClaimants(t: Parameters<typeof simCluster>[1]) {
  const cluster = await open(t);
  const [address, evil] = ['192.0.2.1', '192.0.2.66'];
  const own = (more: Partial<Asked> = {}) => ask(cluster, { names: ['n1', address], ...more });
  const claimed = (more: Partial<Asked> = {}) =>
    ask(cluster, { names: ['thief', address], subject: 'system:node:thief', from: evil, ...more });
  await node(cluster, 'n1', [address]);
  const claim = () => node(cluster, 'thief', [evil, address]);
  return { cluster, address, own, claimed, claim };
}

test('a node that claims another’s address stops neither its first certificate nor the next one', async (t) => {
  const { cluster, address, own, claimed, claim } = await twoClaimants(t);
  await claim();
  assert.equal(await approvalOf(cluster, await claimed()), undefined);
  assert.equal(await approvalOf(cluster, await own({ from: address })), 'AutoApproved');
  assert.equal(await approvalOf(cluster, await own()), 'AutoApproved', 'known from before');
  assert.equal(await approvalOf(cluster, await claimed({ from: address })), undefined, 'through a pod there');
});

test('an address that was approved for a node stays its own, however it was known', async (t) => {
  const { cluster, own, claimed, claim } = await twoClaimants(t);
  assert.equal(await approvalOf(cluster, await own()), 'AutoApproved');
  await claim();
  assert.equal(await approvalOf(cluster, await claimed()), undefined);
  assert.equal(await approvalOf(cluster, await own()), 'AutoApproved');
});

test('who took an address that nobody had loses it to the machine that has it', async (t) => {
  const { cluster, address, own, claimed, claim } = await twoClaimants(t);
  await show(cluster, 'n1', []);
  await claim();
  assert.equal(await approvalOf(cluster, await claimed()), 'AutoApproved');
  await show(cluster, 'n1', [address]);
  assert.equal(await approvalOf(cluster, await own()), undefined, 'nothing says that it is its own');
  assert.equal(await approvalOf(cluster, await own({ from: address })), 'AutoApproved');
  assert.equal(await approvalOf(cluster, await claimed()), undefined);
});

test('an address that a node shows no longer is anybody’s again', async (t) => {
  const { cluster, address, own, claimed, claim } = await twoClaimants(t);
  assert.equal(await approvalOf(cluster, await own({ from: address })), 'AutoApproved');
  const labels = async () => Object.values((await cluster.client.get(Node, 'n1')).metadata.labels ?? {});
  assert.deepEqual(await labels(), ['seen']);
  await show(cluster, 'n1', ['192.0.2.5']);
  await cluster.settle();
  assert.deepEqual(await labels(), []);
  await claim();
  assert.equal(await approvalOf(cluster, await claimed({ from: address })), 'AutoApproved');
});

test('nobody can say where a request comes from but the API server, and a node cannot write whose an address is', async (t) => {
  const { cluster, address } = await twoClaimants(t);
  const user = { name: 'system:node:n1', groups: ['system:nodes'] };
  const pem = makeCertificateRequest(
    { subject: { commonName: 'system:node:n1', organizations: ['system:nodes'] }, names: ['n1'] },
    keys,
  );
  const request = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { generateName: 'csr-' },
    spec: {
      signerName: 'kubernetes.io/kubelet-serving',
      usages: ['digital signature', 'server auth'],
      request: Buffer.from(pem).toString('base64'),
      extra: { 'tiphys.io/peer-address': [address] },
    },
  };
  const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
  const { body } = await cluster.call('POST', path, request, { user });
  assert.equal(body.spec.extra, undefined);
  const labels = { 'serving.tiphys.io.node-restriction.kubernetes.io/192.0.2.1': 'seen' };
  const headers = { 'content-type': 'application/merge-patch+json' };
  const patch = { metadata: { labels } };
  assert.equal((await cluster.call('PATCH', '/api/v1/nodes/n1', patch, { user, headers })).status, 403);
});
