import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { makeCertificate } from '../../kit/x509/certificate.ts';
import { EC_REQUEST, RSA_REQUEST } from '../../kit/x509/requests.fake.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { withCondition } from './conditions.ts';

const CONTROLLERS = [
  'certificatesigningrequest-approving-controller',
  'certificatesigningrequest-cleaner-controller',
  'certificatesigningrequest-signing-controller',
];
const HOUR = 3_600_000;
const base64 = (text: string) => Buffer.from(text).toString('base64');

function authority() {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = { commonName: 'kubernetes' };
  const certificate = makeCertificate(
    {
      subject,
      authority: true,
      usages: ['cert sign'],
      notBefore: Date.UTC(2025, 0, 1),
      notAfter: Date.UTC(2035, 0, 1),
      serial: Buffer.of(1),
      publicKey: keys.publicKey,
    },
    { subject, ...keys },
  );
  return { certificate, key: keys.privateKey.export({ type: 'sec1', format: 'pem' }).toString() };
}

describe('CertificateSigningRequests', () => {
  let cluster: SimCluster;
  const signing = authority();
  beforeEach(async () => {
    cluster = await simCluster({ controllers: CONTROLLERS, settings: { signing } });
  });
  afterEach(() => cluster.stop());

  const ask = (name: string, signerName: string, usages: string[], pem = EC_REQUEST) =>
    cluster.client.create(CertificateSigningRequest, {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name },
      spec: { signerName, usages, request: base64(pem), expirationSeconds: 3600 },
    });
  const approve = async (name: string, decision: 'Approved' | 'Denied' = 'Approved') => {
    const request = await cluster.client.get(CertificateSigningRequest, name);
    const decided = withCondition(request, decision, 'Because', 'of the test', '2026-01-01T00:00:00Z');
    await cluster.client.update(CertificateSigningRequest, decided, { subresource: 'approval' });
    await cluster.settle();
    return cluster.client.get(CertificateSigningRequest, name);
  };

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
