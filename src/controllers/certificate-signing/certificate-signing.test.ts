import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { ClusterRoleBinding } from '../../api/kinds/rbac/v1/cluster-role-binding.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { makeCertificate } from '../../kit/x509/certificate.ts';
import { aRequest, EC_REQUEST, RSA_REQUEST } from '../../kit/x509/requests.fake.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { endOf } from './cleaner.ts';
import { withCondition } from './conditions.ts';

const CONTROLLERS = [
  'certificatesigningrequest-approving-controller',
  'certificatesigningrequest-cleaner-controller',
  'certificatesigningrequest-signing-controller',
];
const HOUR = 3_600_000;
const base64 = (text: string) => Buffer.from(text).toString('base64');

function authority(notAfter = Date.UTC(2035, 0, 1)) {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = { commonName: 'kubernetes' };
  const certificate = makeCertificate(
    {
      subject,
      authority: true,
      usages: ['cert sign'],
      notBefore: Date.UTC(2025, 0, 1),
      notAfter,
      serial: Buffer.of(1),
      publicKey: keys.publicKey,
    },
    { subject, ...keys },
  );
  return { certificate, key: keys.privateKey.export({ type: 'sec1', format: 'pem' }).toString() };
}

const create = (cluster: SimCluster, name: string, signerName: string, usages: string[], pem = EC_REQUEST) =>
  cluster.client.create(CertificateSigningRequest, {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name },
    spec: { signerName, usages, request: base64(pem), expirationSeconds: 3600 },
  });

async function decide(cluster: SimCluster, name: string, decision: 'Approved' | 'Denied') {
  const request = await cluster.client.get(CertificateSigningRequest, name);
  const decided = withCondition(request, decision, 'Because', 'of the test', '2026-01-01T00:00:00Z');
  await cluster.client.update(CertificateSigningRequest, decided, { subresource: 'approval' });
  await cluster.settle();
  return cluster.client.get(CertificateSigningRequest, name);
}

describe('CertificateSigningRequests', () => {
  let cluster: SimCluster;
  const signing = authority();
  beforeEach(async () => {
    cluster = await simCluster({ controllers: CONTROLLERS, settings: { signing } });
  });
  afterEach(() => cluster.stop());

  const ask = (name: string, signerName: string, usages: string[], pem?: string) =>
    create(cluster, name, signerName, usages, pem);
  const approve = (name: string, decision: 'Approved' | 'Denied' = 'Approved') =>
    decide(cluster, name, decision);

  it('get a certificate once they are approved', async () => {
    await ask('jane', 'kubernetes.io/kube-apiserver-client', ['client auth']);
    await cluster.settle();
    assert.equal(
      (await cluster.client.get(CertificateSigningRequest, 'jane')).status?.certificate,
      undefined,
    );
    const { status } = await approve('jane');
    const x509 = new X509Certificate(Buffer.from(status!.certificate!, 'base64'));
    assert.equal(x509.subject, 'O=dev\nO=ops\nCN=jane');
    assert.ok(x509.checkIssued(new X509Certificate(signing.certificate)));
    assert.deepEqual(x509.keyUsage, ['1.3.6.1.5.5.7.3.2']);
    assert.equal(x509.validToDate.getTime(), cluster.clock.now() + HOUR);
  });

  it('fail when the signer does not permit the request', async () => {
    await ask('jane', 'kubernetes.io/kubelet-serving', ['digital signature', 'server auth']);
    const { status } = await approve('jane');
    const failed = status?.conditions?.find(({ type }) => type === 'Failed');
    assert.deepEqual(
      [failed?.reason, failed?.message],
      ['SignerValidationFailure', 'subject organization is not system:nodes'],
    );
  });

  it('for kubelet serving certificates are signed once approved', async () => {
    await ask('n1', 'kubernetes.io/kubelet-serving', ['digital signature', 'server auth'], RSA_REQUEST);
    const { status } = await approve('n1');
    const x509 = new X509Certificate(Buffer.from(status!.certificate!, 'base64'));
    assert.equal(x509.checkHost('n1'), 'n1');
  });

  it('for other signers are left alone', async () => {
    await ask('jane', 'example.com/signer', ['client auth']);
    assert.equal((await approve('jane')).status?.certificate, undefined);
  });

  it('of a kubelet are approved when it may have a client certificate, also if it is allowed later', async () => {
    const { client } = cluster;
    const bind = (name: string) =>
      client.create(ClusterRoleBinding, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'boot' }],
      });
    await bind('system:node-bootstrapper');
    const pem = aRequest([
      ['O', 'system:nodes'],
      ['CN', 'system:node:n1'],
    ]);
    await cluster.clientOf('boot').create(CertificateSigningRequest, {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name: 'n1' },
      spec: {
        signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
        usages: ['digital signature', 'client auth'],
        request: base64(pem),
      },
    });
    await cluster.step(10_000);
    const read = () => client.get(CertificateSigningRequest, 'n1');
    assert.equal((await read()).status?.conditions, undefined);
    await bind('system:certificates.k8s.io:certificatesigningrequests:nodeclient');
    await cluster.step(10_000);
    const { status } = await read();
    const approved = status?.conditions?.find(({ type }) => type === 'Approved');
    assert.deepEqual(
      [approved?.reason, approved?.message],
      ['AutoApproved', 'Auto approving kubelet client certificate after SubjectAccessReview.'],
    );
    assert.ok(status?.certificate);
  });

  it('are deleted 24 hours after their approval when nobody has issued a certificate', () => {
    const ended = (types: string[], certificate?: string) => {
      const lastUpdateTime = '2026-01-01T20:00:00Z';
      const conditions = types.map((type) => ({ type, status: 'True', lastUpdateTime }));
      const request: CertificateSigningRequest = {
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        metadata: { creationTimestamp: '2026-01-01T00:00:00Z' },
        spec: { signerName: 'example.com/signer', request: '', usages: [] },
        status: { conditions, ...(certificate && { certificate }) },
      };
      return endOf(request) - Date.UTC(2026, 0, 1);
    };
    assert.equal(ended([]), 24 * HOUR);
    assert.equal(ended(['Approved']), 44 * HOUR);
    assert.equal(ended(['Approved'], 'eA=='), 21 * HOUR);
    assert.equal(ended(['Approved', 'Failed']), 21 * HOUR);
    assert.equal(ended(['Other']), Number.POSITIVE_INFINITY);
  });

  it('are deleted one hour after a decision, 24 hours after creation if pending', async () => {
    await ask('denied', 'example.com/signer', ['client auth']);
    await ask('open', 'example.com/signer', ['client auth']);
    await approve('denied', 'Denied');
    await cluster.step(HOUR + 1000);
    await assert.rejects(cluster.client.get(CertificateSigningRequest, 'denied'), isNotFound);
    await cluster.client.get(CertificateSigningRequest, 'open');
    await cluster.step(23 * HOUR);
    await assert.rejects(cluster.client.get(CertificateSigningRequest, 'open'), isNotFound);
  });
});

it('an authority that has expired signs nothing', async (t) => {
  const signing = authority(Date.UTC(2026, 0, 1, 0, 1));
  const cluster = await simCluster({ controllers: CONTROLLERS, settings: { signing } }, t);
  const certificate = async (name: string) => {
    await create(cluster, name, 'kubernetes.io/kube-apiserver-client', ['client auth']);
    return (await decide(cluster, name, 'Approved')).status?.certificate;
  };
  assert.ok(await certificate('early'));
  await cluster.step(61_000);
  assert.equal(await certificate('late'), undefined);
});
