import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { before, test } from 'node:test';
import { FeatureGates } from '../../../api/features/feature-gates.ts';
import { servedApis } from '../../../cluster/runtime-config.ts';
import { rfc3339 } from '../../../kit/clock.ts';
import { makeCertificate } from '../../../kit/x509/certificate.ts';
import { pemBlocks } from '../../../kit/x509/pem.ts';
import { aRequest } from '../../../kit/x509/requests.fake.ts';
import { create } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';

const GROUP = 'certificates.k8s.io';
const BUNDLES = `/apis/${GROUP}/v1beta1/clustertrustbundles`;
const REQUESTS = `/apis/${GROUP}/v1beta1/namespaces/default/podcertificaterequests`;
const RBAC = 'rbac.authorization.k8s.io';
const MERGE = { 'content-type': 'application/merge-patch+json' };
const HOUR = 3600_000;
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let server: SimCluster;
before(async () => {
  const features = new FeatureGates('PodCertificateRequest=true,ClusterTrustBundle=true');
  const apis = await servedApis(`${GROUP}/v1beta1=true,${GROUP}/v1alpha1=true`, features);
  server = await simCluster({ apiServer: { features, ...(apis && { apis }) } });
  await allow('plain');
  await allow('attester', 'attest', 'example.com/foo');
  await allow('domain', 'attest', 'example.com/*');
  await allow('signer', 'sign', 'example.com/foo');
});

/** Lets the user write bundles and requests, and use a verb on a signer. */
async function allow(name: string, verb?: string, signer = ''): Promise<void> {
  const resources = ['clustertrustbundles', 'podcertificaterequests', 'podcertificaterequests/status'];
  const rules = [
    { apiGroups: [GROUP], resources, verbs: ['*'] },
    ...(verb ? [{ apiGroups: [GROUP], resources: ['signers'], resourceNames: [signer], verbs: [verb] }] : []),
  ];
  const apiVersion = `${RBAC}/v1`;
  const metadata = { name };
  await create(server, `/apis/${apiVersion}/clusterroles`, {
    ...{ apiVersion, kind: 'ClusterRole', metadata, rules },
  });
  await create(server, `/apis/${apiVersion}/clusterrolebindings`, {
    ...{ apiVersion, kind: 'ClusterRoleBinding', metadata },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
    subjects: [{ kind: 'User', apiGroup: RBAC, name }],
  });
}

const certificate = (authority: boolean, now: number) =>
  makeCertificate(
    {
      ...{ subject: { commonName: 'x' }, usages: ['client auth'], authority, serial: Buffer.of(1) },
      ...{ notBefore: now, notAfter: now + 24 * HOUR, publicKey: keys.publicKey },
    },
    { subject: { commonName: 'ca' }, ...keys },
  );

const bundle = (name: string, signerName?: string, version = 'v1beta1') => ({
  apiVersion: `${GROUP}/${version}`,
  kind: 'ClusterTrustBundle',
  metadata: { name },
  spec: { trustBundle: certificate(true, 0), ...(signerName && { signerName }) },
});
const as = (name: string, method: string, path: string, body?: unknown) =>
  server.call(method, path, body, { user: { name }, headers: method === 'PATCH' ? MERGE : {} });

test('a ClusterTrustBundle of a signer is written only by those who may attest for it', async () => {
  const signer = 'example.com/foo';
  const denied = await as('plain', 'POST', BUNDLES, bundle('example.com:foo:a', signer));
  assert.deepEqual(
    [denied.status, denied.body.message],
    [
      403,
      `clustertrustbundles.${GROUP} "example.com:foo:a" is forbidden: user not permitted to attest for signerName "example.com/foo"`,
    ],
  );
  assert.equal((await as('plain', 'POST', BUNDLES, bundle('plain'))).status, 201);
  assert.equal((await as('attester', 'POST', BUNDLES, bundle('example.com:foo:a', signer))).status, 201);
  assert.equal((await as('domain', 'POST', BUNDLES, bundle('example.com:foo:b', signer))).status, 201);
  const path = `${BUNDLES}/example.com:foo:a`;
  const labels = { metadata: { labels: { a: 'b' } } };
  assert.equal((await as('plain', 'PATCH', path, labels)).status, 403);
  assert.equal((await as('attester', 'PATCH', path, labels)).status, 200);
  const finalizers = { metadata: { finalizers: ['example.com/f'] } };
  assert.equal((await as('plain', 'PATCH', path, finalizers)).status, 200);
});

test('the other version of ClusterTrustBundles has the same rules and objects', async () => {
  const path = BUNDLES.replace('v1beta1', 'v1alpha1');
  const made = bundle('example.com:foo:c', 'example.com/foo', 'v1alpha1');
  assert.equal((await as('plain', 'POST', path, made)).status, 403);
  assert.equal((await as('attester', 'POST', path, made)).status, 201);
  assert.equal(
    (await as('plain', 'GET', `${BUNDLES}/example.com:foo:c`)).body.apiVersion,
    `${GROUP}/v1beta1`,
  );
  const wrong = { ...bundle('w', undefined, 'v1alpha1'), spec: { trustBundle: 'x' } };
  const { status, body } = await as('plain', 'POST', path, wrong);
  assert.deepEqual([status, body.details.causes[0].field], [422, 'spec.trustBundle']);
  for (const at of [path, BUNDLES]) {
    const selected = await server.call('GET', at, undefined, {
      query: { fieldSelector: 'spec.signerName=example.com/foo' },
    });
    assert.ok(selected.body.items.length > 0);
    assert.ok(selected.body.items.every(({ spec }: { spec: object }) => 'signerName' in spec));
  }
  const unknown = await server.call('GET', path, undefined, {
    query: { fieldSelector: 'metadata.namespace=x' },
  });
  assert.deepEqual(
    [unknown.status, unknown.body.message],
    [400, 'field label not supported: metadata.namespace'],
  );
});

test('a PodCertificateRequest gets its defaults, and only its status changes, by those who may sign', async () => {
  const made = await as('plain', 'POST', REQUESTS, {
    apiVersion: `${GROUP}/v1beta1`,
    kind: 'PodCertificateRequest',
    metadata: { name: 'r' },
    spec: {
      ...{ signerName: 'example.com/foo', podName: 'p', podUID: 'pu', nodeName: 'n1', nodeUID: 'nu' },
      ...{ serviceAccountName: 's', serviceAccountUID: 'su' },
      stubPKCS10Request: pemBlocks(aRequest([], keys)).next().value!.bytes.toString('base64'),
    },
    status: { certificateChain: 'x' },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { spec, status } = made.body;
  assert.deepEqual([spec.maxExpirationSeconds, spec.pkixPublicKey, status], [86400, null, {}]);
  const path = `${REQUESTS}/r`;
  assert.equal((await as('plain', 'PATCH', path, { spec: { podName: 'q' } })).status, 422);
  const now = Math.floor(server.clock.now() / 1000) * 1000;
  const issued = {
    metadata: { labels: { a: 'b' } },
    spec: { podName: 'q' },
    status: {
      conditions: [
        {
          ...{ type: 'Issued', status: 'True', reason: 'R', message: 'm' },
          lastTransitionTime: rfc3339(now),
        },
      ],
      certificateChain: certificate(false, now),
      notBefore: rfc3339(now),
      beginRefreshAt: rfc3339(now + 12 * HOUR),
      notAfter: rfc3339(now + 24 * HOUR),
    },
  };
  const denied = await as('plain', 'PATCH', `${path}/status`, issued);
  assert.deepEqual(
    [denied.status, denied.body.message],
    [
      422,
      `PodCertificateRequest.${GROUP} "r" is invalid: spec.signerName: Forbidden: User "plain" is not permitted to "sign" for signer "example.com/foo"`,
    ],
  );
  assert.equal((await as('plain', 'PATCH', `${path}/status`, {})).status, 200);
  const early = { status: { ...issued.status, beginRefreshAt: rfc3339(now) } };
  assert.equal((await as('signer', 'PATCH', `${path}/status`, early)).status, 422);
  const signed = await as('signer', 'PATCH', `${path}/status`, issued);
  assert.equal(signed.status, 200, JSON.stringify(signed.body));
  assert.deepEqual(
    [signed.body.metadata.labels, signed.body.spec.podName, signed.body.status.conditions[0].type],
    [undefined, 'p', 'Issued'],
  );
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const table = await server.call('GET', REQUESTS, undefined, {
    ...{ headers, query: { fieldSelector: 'spec.nodeName=n1' } },
  });
  assert.deepEqual(table.body.rows[0].cells.slice(0, 6), ['r', 'p', 's', 'n1', 'example.com/foo', 'Issued']);
});
