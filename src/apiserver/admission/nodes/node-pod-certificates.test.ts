import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { FeatureGates } from '../../../api/features/feature-gates.ts';
import { servedApis } from '../../../cluster/runtime-config.ts';
import { pemBlocks } from '../../../kit/x509/pem.ts';
import { EC_REQUEST } from '../../../kit/x509/requests.fake.ts';
import { type Body, create } from '../../../sim/api-calls.ts';
import { aPod } from '../../../sim/objects/pod.ts';
import { CORE, NODES, PODS, TwoNodes } from './two-nodes.fake.ts';

const REQUESTS = '/apis/certificates.k8s.io/v1beta1/namespaces/default/podcertificaterequests';
let nodes: TwoNodes;
let pod: Body;
let account: Body;

before(async () => {
  const features = new FeatureGates('PodCertificateRequest=true');
  const apis = await servedApis('certificates.k8s.io/v1beta1=true', features);
  nodes = await TwoNodes.start({ apiServer: { features, ...(apis && { apis }) } });
  account = await create(nodes.server, `${CORE}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot' },
  });
  const spec = { serviceAccountName: 'robot' };
  pod = await create(nodes.server, PODS, aPod('p', { nodeName: 'n1', ...spec }));
  await create(nodes.server, PODS, aPod('q', { nodeName: 'n2', ...spec }));
});

const request = (name: string, spec: object = {}) => ({
  apiVersion: 'certificates.k8s.io/v1beta1',
  kind: 'PodCertificateRequest',
  metadata: { name },
  spec: {
    signerName: 'example.com/foo',
    podName: 'p',
    podUID: pod.metadata.uid,
    serviceAccountName: 'robot',
    serviceAccountUID: account.metadata.uid,
    nodeName: 'n1',
    nodeUID: nodes.node.metadata.uid,
    stubPKCS10Request: pemBlocks(EC_REQUEST).next().value!.bytes.toString('base64'),
    ...spec,
  },
});
const ask = (spec: object) => nodes.asNode('POST', REQUESTS, request('a', spec));
const uidOf = async (path: string) => (await nodes.server.call('GET', path)).body.metadata.uid;

test('a node requests certificates only for pods bound to it, as they are', async () => {
  const forbidden = async (spec: object, why: string) => {
    const [code, message] = await ask(spec);
    assert.deepEqual([code, message.replace(/^.* is forbidden: /, '')], [403, why]);
  };
  await forbidden(
    { nodeName: 'n2', nodeUID: await uidOf(`${NODES}/n2`) },
    'PodCertificateRequest.Spec.NodeName="n2", which is not the requesting node "n1"',
  );
  await forbidden(
    { podName: 'q', podUID: await uidOf(`${PODS}/q`) },
    'pod "default/q" is not running on node "n1" named in the PodCertificateRequest',
  );
  await forbidden(
    { serviceAccountName: 'default' },
    'PodCertificateRequest for pod "default/p" contains serviceAccountName ("default") that differs from running pod ("robot")',
  );
});

test('what the caches may not know yet is not forbidden', async () => {
  const codeOf = async (spec: object) => {
    const [code, message] = await ask(spec);
    return [code, message.replaceAll(/"[0-9a-f-]{36}"/g, 'UID')];
  };
  const start = 'PodCertificateRequest for pod "default/p"';
  assert.deepEqual(await codeOf({ nodeUID: 'x' }), [
    500,
    `${start} names node UID "x", inconsistent with the running node (UID)`,
  ]);
  assert.deepEqual(await codeOf({ podUID: 'x' }), [
    500,
    `${start} contains pod UID ("x") which differs from running pod UID`,
  ]);
  assert.deepEqual(await codeOf({ serviceAccountUID: 'x' }), [
    500,
    `${start} names service account UID "x", which differs from the running service account (UID)`,
  ]);
  assert.deepEqual(await codeOf({ podName: 'z' }), [
    404,
    'while retrieving pod "default/z" named in the PodCertificateRequest: pods "z" not found',
  ]);
});

test('a node creates its requests and reads them, and changes none', async () => {
  assert.deepEqual(await nodes.asNode('POST', REQUESTS, request('mine')), [201, '']);
  assert.equal((await nodes.asNode('GET', `${REQUESTS}/mine`))[0], 200);
  for (const [method, path] of [
    ['DELETE', 'mine'],
    ['PATCH', 'mine'],
    ['PATCH', 'mine/status'],
  ] as const)
    assert.equal((await nodes.asNode(method, `${REQUESTS}/${path}`, {}))[0], 403, `${method} ${path}`);
  const other = { name: 'system:node:n2', groups: ['system:nodes', 'system:authenticated'] };
  assert.equal((await nodes.server.call('GET', `${REQUESTS}/mine`, undefined, { user: other })).status, 403);
});
