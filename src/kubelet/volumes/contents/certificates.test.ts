import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { FeatureGates } from '../../../api/features/feature-gates.ts';
import { ClusterTrustBundle } from '../../../api/kinds/certificates/v1beta1/cluster-trust-bundle.ts';
import { PodCertificateRequest } from '../../../api/kinds/certificates/v1beta1/pod-certificate-request.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';
import type { VolumeProjection } from '../../../api/kinds/core/v1/volumes/projected.ts';
import { servedApis } from '../../../cluster/runtime-config.ts';
import { rfc3339 } from '../../../kit/clock.ts';
import { makeCertificate } from '../../../kit/x509/certificate.ts';
import { readCertificate } from '../../../kit/x509/certificate-content.ts';
import { parseCertificateRequest } from '../../../kit/x509/certificate-request.ts';
import { pemBlocks } from '../../../kit/x509/pem.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { aBoundPod } from '../../../sim/objects/pod.ts';
import { eventsAbout, findPod, podInPhase } from '../../../sim/observe.ts';
import { nodePath } from '../../files/node-files.ts';
import { newKey } from './key-pairs.ts';

const MINUTE = 60_000;
const authority = { subject: { commonName: 'ca' }, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
const certificateOf = (publicKey = authority.publicKey, notBefore = 0, serial = 1, isAuthority = false) =>
  makeCertificate(
    {
      ...{ subject: { commonName: 'x' }, usages: ['client auth'], authority: isAuthority, publicKey },
      ...{ notBefore, notAfter: notBefore + 60 * MINUTE, serial: Buffer.of(serial) },
    },
    authority,
  );
/** Each signature is another one. */
const ANCHORS = [1, 2, 3].map((serial) => certificateOf(authority.publicKey, 0, serial, true));
const anchor = (serial: number): string => ANCHORS[serial - 1]!;

async function started(t: TestContext): Promise<SimCluster> {
  const features = new FeatureGates(
    'ClusterTrustBundle=true,ClusterTrustBundleProjection=true,PodCertificateRequest=true',
  );
  const apis = await servedApis('certificates.k8s.io/v1beta1=true', features);
  const cluster = await simCluster(
    { nodes: [{ kubelet: { features } }], apiServer: { features, ...(apis && { apis }) } },
    t,
  );
  const metadata = { name: 'robot', namespace: 'default' };
  await cluster.client.create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  return cluster;
}

/** Makes the pod, and gives what reads a file of its volume. */
async function withVolume(cluster: SimCluster, source: VolumeProjection) {
  const volumes = [{ name: 'v', projected: { sources: [source] } }];
  await cluster.client.create(Pod, aBoundPod('p', { serviceAccountName: 'robot', volumes }));
  const uid = (await findPod(cluster, 'p'))!.metadata.uid!;
  const directory = `/secrets/${uid}/kubernetes.io~projected/v/..data`;
  return async (name: string) => String((await cluster.node().files.read(nodePath(directory, name))) ?? '');
}

/** The certificates in any order. */
const sorted = (text: string) => [...pemBlocks(text)].map(({ bytes }) => bytes.toString('base64')).sort();

async function putBundle(
  cluster: SimCluster,
  name: string,
  trustBundle: string,
  signerName?: string,
  labels = {},
) {
  await cluster.client.create(ClusterTrustBundle, {
    apiVersion: 'certificates.k8s.io/v1beta1',
    kind: 'ClusterTrustBundle',
    metadata: { name, labels },
    spec: { trustBundle, ...(signerName && { signerName }) },
  });
}

test('a trust bundle is mounted by its name, waited for, and followed', async (t) => {
  const cluster = await started(t);
  const read = await withVolume(cluster, { clusterTrustBundle: { name: 'b', path: 'ca.pem' } });
  await cluster.until(
    'the pod waits',
    async () =>
      (await eventsAbout(cluster, 'p')).some((text) =>
        /clustertrustbundle.certificates.k8s.io "b" not found$/.test(text),
      ),
    500,
  );
  const text = anchor(1) + anchor(2);
  await putBundle(cluster, 'b', `comment\n${text}`);
  await podInPhase(cluster, 'p', 'Running');
  assert.deepEqual(sorted(await read('ca.pem')), sorted(text));
  assert.doesNotMatch(await read('ca.pem'), /comment/);
  await cluster.client.patch(ClusterTrustBundle, 'b', undefined, 'merge', {
    spec: { trustBundle: anchor(3) },
  });
  await cluster.until('the new bundle', async () => (await read('ca.pem')) === anchor(3));
});

test('trust bundles of a signer are mounted together, each certificate once', async (t) => {
  const cluster = await started(t);
  const signerName = 'example.com/foo';
  await putBundle(cluster, 'example.com:foo:a', anchor(1) + anchor(2), signerName, { live: 'yes' });
  await putBundle(cluster, 'example.com:foo:b', anchor(2), signerName, { live: 'yes' });
  await putBundle(cluster, 'example.com:foo:c', anchor(3), signerName);
  const labelSelector = { matchLabels: { live: 'yes' } };
  const read = await withVolume(cluster, {
    clusterTrustBundle: { signerName, labelSelector, path: 'ca.pem' },
  });
  await podInPhase(cluster, 'p', 'Running');
  assert.equal([...pemBlocks(await read('ca.pem'))].length, 2);
});

test('an optional trust bundle that is missing is an empty file', async (t) => {
  const cluster = await started(t);
  const source = { signerName: 'example.com/foo', labelSelector: {}, path: 'ca.pem', optional: true };
  const read = await withVolume(cluster, { clusterTrustBundle: source });
  await podInPhase(cluster, 'p', 'Running');
  assert.equal(await read('ca.pem'), '');
});

const podCertificate = {
  ...{ signerName: 'example.com/foo', keyType: 'ECDSAP256', userAnnotations: { 'example.com/a': 'b' } },
  ...{ credentialBundlePath: 'all.pem', keyPath: 'key.pem', certificateChainPath: 'chain.pem' },
};

const requestsOf = (cluster: SimCluster) =>
  cluster.client.list(PodCertificateRequest, { namespace: 'default' });

/** The outcome of the newest request without one. */
async function settleRequest(cluster: SimCluster, type: string, stepMs = 500): Promise<string> {
  const request = await cluster.until(
    'a request is there',
    async () => (await requestsOf(cluster)).items.find(({ status }) => !status?.conditions?.length),
    stepMs,
  );
  const now = Math.floor(cluster.clock.now() / 1000) * 1000;
  const der = Buffer.from(request.spec.stubPKCS10Request, 'base64');
  const certificateChain = certificateOf(parseCertificateRequest(der).publicKey, now);
  const lastTransitionTime = rfc3339(now);
  const issued = {
    certificateChain: `junk\n${certificateChain}`,
    notBefore: rfc3339(now),
    beginRefreshAt: rfc3339(now + 10 * MINUTE),
    notAfter: rfc3339(now + 60 * MINUTE),
  };
  await cluster.client.update(
    PodCertificateRequest,
    {
      ...request,
      status: {
        conditions: [{ type, status: 'True', reason: 'Why', message: 'so', lastTransitionTime }],
        ...(type === 'Issued' && issued),
      },
    },
    { subresource: 'status' },
  );
  return certificateChain;
}

test('a pod gets a key of the node and a certificate of the signer, and both are renewed', async (t) => {
  const cluster = await started(t);
  const read = await withVolume(cluster, { podCertificate });
  const chain = await settleRequest(cluster, 'Issued');
  await podInPhase(cluster, 'p', 'Running');
  const [{ spec, metadata }] = (await requestsOf(cluster)).items as [PodCertificateRequest];
  const pod = (await findPod(cluster, 'p'))!;
  assert.deepEqual(
    [spec.podUID, spec.nodeName, spec.serviceAccountName, spec.unverifiedUserAnnotations],
    [pod.metadata.uid, 'node1', 'robot', podCertificate.userAnnotations],
  );
  assert.deepEqual(metadata.ownerReferences, [
    { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: pod.metadata.uid! },
  ]);
  const key = await read('key.pem');
  assert.match(key, /^-----BEGIN PRIVATE KEY-----/);
  assert.deepEqual([await read('chain.pem'), await read('all.pem')], [chain, key + chain]);
  await cluster.client.delete(PodCertificateRequest, metadata.name!, 'default');
  await cluster.clock.step(9 * MINUTE);
  assert.equal((await requestsOf(cluster)).items.length, 0);
  await cluster.clock.step(MINUTE);
  const renewed = await settleRequest(cluster, 'Issued', 5000);
  assert.equal(await read('key.pem'), key);
  await cluster.until('the new certificate', async () => (await read('chain.pem')) === renewed, 500);
  assert.notEqual(await read('key.pem'), key);
});

test('a refusal of the signer is final', async (t) => {
  const cluster = await started(t);
  await withVolume(cluster, { podCertificate });
  await settleRequest(cluster, 'Denied');
  const has = async (text: RegExp) => (await eventsAbout(cluster, 'p')).some((one) => text.test(one));
  await cluster.until(
    'the denial is told',
    () =>
      has(/^Warning Denied PodCertificateRequest default\/req-\w+ was denied, reason="Why", message="so"$/),
    500,
  );
  await cluster.until(
    'the mount fails',
    () =>
      has(/^Warning FailedMount .*PodCertificateRequest was permanently denied: reason="Why" message="so"$/),
    500,
  );
  await cluster.step(MINUTE);
  assert.equal((await requestsOf(cluster)).items.length, 1);
});

test('keys of every type sign their requests', async () => {
  for (const type of ['RSA3072', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519']) {
    const { key, request } = await newKey(type);
    assert.ok(parseCertificateRequest(request).isSigned, type);
    assert.match(key, /^-----BEGIN PRIVATE KEY-----/);
  }
  await assert.rejects(newKey('toString'), /unknown key type "toString"/);
  assert.equal(readCertificate([...pemBlocks(anchor(1))][0]!.bytes).isAuthority, true);
});
