import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { atOnce } from '../../../kit/clock.ts';
import { makeCertificate } from '../../../kit/x509/certificate.ts';
import { pemBlocks } from '../../../kit/x509/pem.ts';
import { aRequest } from '../../../kit/x509/requests.fake.ts';
import { ClusterTrustBundle } from '../../kinds/certificates/v1beta1/cluster-trust-bundle.ts';
import {
  PodCertificateRequest,
  type PodCertificateRequestSpec,
  type PodCertificateRequestStatus,
} from '../../kinds/certificates/v1beta1/pod-certificate-request.ts';
import '../../scheme/other-kinds.ts';
import { validateCreate, validateUpdate } from '../validate.ts';
import { trustBundleErrors } from './cluster-trust-bundle.ts';
import { issueErrors } from './pod-certificate-status.ts';

const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);

const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3600_000;
const iso = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

type Keys = { publicKey: KeyObject; privateKey: KeyObject };
const ec = (namedCurve: string): Keys => generateKeyPairSync('ec', { namedCurve });
const keys = ec('P-256');

const certificate = (more: Partial<Parameters<typeof makeCertificate>[0]> = {}) =>
  makeCertificate(
    {
      subject: { commonName: 'x' },
      usages: ['client auth'],
      notBefore: NOW,
      notAfter: NOW + 24 * HOUR,
      serial: Buffer.of(1),
      publicKey: keys.publicKey,
      ...more,
    },
    { subject: { commonName: 'ca' }, ...keys },
  );
const authority = (serial: number) => certificate({ authority: true, serial: Buffer.of(serial) });

const bundle = (name: string, trustBundle: string, signerName?: string): ClusterTrustBundle => ({
  apiVersion: 'certificates.k8s.io/v1beta1',
  kind: 'ClusterTrustBundle',
  metadata: { name, resourceVersion: '1' },
  spec: { trustBundle, ...(signerName !== undefined && { signerName }) },
});

test('the name of a ClusterTrustBundle starts with its signer', () => {
  const create = (name: string, signer?: string) =>
    texts(validateCreate(ClusterTrustBundle, bundle(name, '', signer)));
  assert.deepEqual(create('plain'), []);
  assert.deepEqual(create('example.com:foo:v1', 'example.com/foo'), []);
  assert.deepEqual(create('example.com:foo:v1'), [
    'metadata.name: Invalid value: "example.com:foo:v1": ClusterTrustBundle without signer name must not have ":" in its name',
  ]);
  assert.deepEqual(create('v1', 'example.com/foo'), [
    'metadata.name: Invalid value: "v1": ClusterTrustBundle for signerName example.com/foo must be named with prefix example.com:foo:',
  ]);
  assert.match(
    create('example.com:foo:V', 'example.com/foo')[0]!,
    /"example.com:foo:V": a lowercase RFC 1123/,
  );
  assert.deepEqual(create('foo:a', 'foo'), [
    'spec.signerName: Invalid value: "foo": must be a fully qualified domain and path of the form \'example.com/signer-name\'',
  ]);
  const named = bundle('example.com:foo:v1', '', 'example.com/foo');
  assert.deepEqual(texts(validateUpdate(ClusterTrustBundle, named, named)), []);
  const moved = bundle('example.com:foo:v1', '', 'example.com/bar');
  assert.deepEqual(texts(validateUpdate(ClusterTrustBundle, moved, named)), [
    'metadata.name: Invalid value: "example.com:foo:v1": ClusterTrustBundle for signerName example.com/bar must be named with prefix example.com:bar:',
    'spec.signerName: Invalid value: "example.com/bar": field is immutable',
  ]);
});

test('a ClusterTrustBundle has different certificates of authorities, and nothing else', () => {
  const wrong = (text: string) => {
    const path = 'spec.trustBundle: Invalid value: "<value omitted>": ';
    return texts(atOnce(trustBundleErrors(bundle('b', text)))).map((error) => error.replace(path, ''));
  };
  const one = authority(1);
  assert.deepEqual(wrong(`Comment\n${one}more text\n${authority(2)}`), []);
  assert.deepEqual(wrong(''), ['at least one trust anchor must be provided']);
  assert.deepEqual(wrong(certificate()), ['entry 0 does not have the CA bit set']);
  assert.deepEqual(wrong(`${one}-----BEGIN X-----\nAAAA\n-----END X-----\n`), [
    'entry 1 has bad block type: X',
  ]);
  assert.deepEqual(wrong(one.replace('-----\n', '-----\nA: b\n\n')), ['entry 0 has PEM block headers']);
  assert.deepEqual(wrong('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'), [
    'entry 0 does not parse as X.509',
  ]);
  assert.deepEqual(wrong(`${one}${authority(2)}${one}`), ['duplicate trust anchor (indices [0 2])']);
  assert.deepEqual(wrong('x'.repeat(1024 * 1024 + 1)), [
    'spec.trustBundle: Too long: may not be more than 1048576 bytes',
  ]);
});

const der = (pem: string) => pemBlocks(pem).next().value!.bytes;
const stub = (of: Keys) => der(aRequest([], of)).toString('base64');
const STUB = stub(keys);

const request = (spec: Partial<PodCertificateRequestSpec> = {}): PodCertificateRequest => ({
  apiVersion: 'certificates.k8s.io/v1beta1',
  kind: 'PodCertificateRequest',
  metadata: { name: 'r', namespace: 'n', resourceVersion: '1' },
  spec: {
    signerName: 'example.com/foo',
    podName: 'p',
    podUID: 'pu',
    serviceAccountName: 's',
    serviceAccountUID: 'su',
    nodeName: 'n1',
    nodeUID: 'nu',
    maxExpirationSeconds: 86400,
    stubPKCS10Request: STUB,
    ...spec,
  },
});
const create = (spec: Partial<PodCertificateRequestSpec> = {}) =>
  texts(validateCreate(PodCertificateRequest, request(spec)));

test('a PodCertificateRequest names a signer, a pod, its account and its node', () => {
  assert.deepEqual(create(), []);
  assert.deepEqual(create({ signerName: '' }), ['spec.signerName: Required value']);
  assert.match(create({ podName: '_' })[0]!, /^spec.podName: Invalid value: "_": a lowercase RFC 1123/);
  assert.match(create({ serviceAccountName: '' })[0]!, /^spec.serviceAccountName: Invalid value: "": a low/);
  assert.match(create({ nodeName: 'A' })[0]!, /^spec.nodeName: Invalid value: "A": a lowercase RFC 1123/);
  assert.deepEqual(create({ podUID: '', nodeUID: 'x'.repeat(129) }), [
    'spec.podUID: Invalid value: "": must not be empty',
    'spec.nodeUID: Too long: may not be more than 128 bytes',
  ]);
  assert.deepEqual(create({ unverifiedUserAnnotations: { 'acme.io/Foo': '!' } }), []);
  assert.deepEqual(create({ unverifiedUserAnnotations: { Foo: 'x' } }), [
    'spec.unverifiedUserAnnotations: Invalid value: "foo": must be a domain-prefixed key (such as "acme.io/foo")',
  ]);
});

test('a pod certificate lives an hour to 91 days, of signers of Kubernetes a day at most', () => {
  const path = 'spec.maxExpirationSeconds: Invalid value';
  assert.deepEqual(create({ maxExpirationSeconds: 91 * 86400 }), []);
  assert.deepEqual(create({ maxExpirationSeconds: 3599 }), [
    `${path}: 3599: must be in the range [3600, 7862400]`,
  ]);
  assert.deepEqual(create({ maxExpirationSeconds: 86401, signerName: 'kubernetes.io/x' }), [
    `${path}: 86401: must be in the range [3600, 86400]`,
  ]);
});

test('a PodCertificateRequest is signed with its key, which is of a known kind', () => {
  const path = 'spec.stubPKCS10Request: Invalid value';
  assert.deepEqual(create({ stubPKCS10Request: stub(ec('P-521')) }), []);
  assert.deepEqual(create({ stubPKCS10Request: 'AAAA' }), [`${path}: must be a valid PKCS#10 CSR`]);
  const forged = stub({ publicKey: ec('P-256').publicKey, privateKey: keys.privateKey });
  assert.deepEqual(create({ stubPKCS10Request: forged }), [`${path}: invalid signature`]);
  assert.deepEqual(create({ stubPKCS10Request: stub(ec('secp224r1')) }), [
    `${path}: "curve P-224": elliptic public keys must use curve P256, P384, or P521`,
  ]);
  assert.deepEqual(create({ stubPKCS10Request: stub(generateKeyPairSync('rsa', { modulusLength: 2048 })) }), [
    `${path}: "2048-bit modulus": RSA keys must have modulus size 3072 or 4096`,
  ]);
  assert.deepEqual(create({ stubPKCS10Request: Buffer.alloc(10241).toString('base64') }), [
    'spec.stubPKCS10Request: Too long: may not be more than 10240 bytes',
  ]);
});

test('a PodCertificateRequest may have a key and the signature of the UID in place of a request', () => {
  const pair = generateKeyPairSync('ed25519');
  const pkixPublicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const proof = (text: string) => sign(null, Buffer.from(text), pair.privateKey).toString('base64');
  assert.ok(verify(null, Buffer.from('pu'), pair.publicKey, Buffer.from(proof('pu'), 'base64')));
  const old = { stubPKCS10Request: '', pkixPublicKey };
  assert.deepEqual(create({ ...old, proofOfPossession: proof('pu') }), []);
  assert.deepEqual(create({ ...old, proofOfPossession: proof('other') }), [
    'spec.proofOfPossession: Invalid value: could not verify proof-of-possession signature',
  ]);
  const one =
    'spec: Invalid value: exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set';
  assert.deepEqual(create(old), [one]);
  assert.deepEqual(create({ pkixPublicKey }), [one]);
  const unreadable = { stubPKCS10Request: '', pkixPublicKey: 'AAAA', proofOfPossession: 'AAAA' };
  assert.deepEqual(create(unreadable), [
    'spec.pkixPublicKey: Invalid value: "AAAA": must be a valid PKIX-serialized public key',
  ]);
});

test('the spec of a PodCertificateRequest never changes', () => {
  const update = (spec: Partial<PodCertificateRequestSpec>) =>
    texts(validateUpdate(PodCertificateRequest, request(spec), request()));
  assert.deepEqual(update({}), []);
  assert.match(update({ podName: 'q' })[0]!, /^spec: Invalid value: .*: field is immutable$/);
});

const condition = (type: string, status = 'True') => ({
  ...{ type, status, reason: 'R', message: 'm', lastTransitionTime: iso(NOW) },
});
const issued = (more: Partial<PodCertificateRequestStatus> = {}): PodCertificateRequestStatus => ({
  conditions: [condition('Issued')],
  certificateChain: certificate(),
  notBefore: iso(NOW),
  beginRefreshAt: iso(NOW + 12 * HOUR),
  notAfter: iso(NOW + 24 * HOUR),
  ...more,
});
const issue = (status: PodCertificateRequestStatus, old: PodCertificateRequestStatus = {}, now = NOW) =>
  texts(issueErrors({ ...request(), status }, { ...request(), status: old }, now));
const details = (errors: readonly string[]) =>
  errors.map((text) => text.replace(/: Invalid value: .*: (?=[a-z])/, ': '));

test('a PodCertificateRequest has one outcome, which stays', () => {
  assert.deepEqual(issue({}), []);
  assert.deepEqual(issue({ conditions: [condition('Denied')] }), []);
  assert.deepEqual(issue({ conditions: [condition('Other')] }), [
    'status.conditions[0].type: Unsupported value: "Other": supported values: "Issued", "Denied", "Failed"',
  ]);
  assert.deepEqual(issue({ conditions: [condition('Failed', 'False')] }), [
    'status.conditions[0].status: Unsupported value: "False": supported values: "True"',
  ]);
  assert.deepEqual(issue({ conditions: [condition('Denied'), condition('Failed')] }), [
    'status.conditions[1].type: Invalid value: "Failed": There may be at most one condition with type "Issued", "Denied", or "Failed"',
  ]);
  assert.deepEqual(issue({ conditions: [condition('Denied')], certificateChain: 'x' }), [
    'status: Invalid value: non-condition status fields must be empty when denying or failing the PodCertificateRequest',
  ]);
  assert.deepEqual(issue({}, issued()), [
    'status: Invalid value: immutable after PodCertificateRequest is issued, denied, or failed',
  ]);
  assert.deepEqual(issue({ notAfter: iso(NOW) }), [
    'status: Invalid value: status is immutable unless transitioning to "Issued", "Denied", or "Failed"',
  ]);
});

test('an issued certificate is for the requested key, and its times are those in the status', () => {
  const wrong = (more: Partial<PodCertificateRequestStatus>, ...why: string[]) =>
    assert.deepEqual(details(issue(issued(more))), why);
  const chain = 'status.certificateChain:';
  wrong({});
  wrong({ certificateChain: `${certificate()}${authority(1)}` });
  wrong({ certificateChain: '' }, `${chain} issued certificate chain must contain at least one certificate`);
  const other = '-----BEGIN X-----\nAAAA\n-----END X-----\n';
  wrong(
    { certificateChain: other },
    `${chain} issued certificate chain must consist entirely of CERTIFICATE PEM blocks`,
  );
  wrong(
    { certificateChain: certificate() + other },
    `${chain} issued certificate chain must consist entirely of CERTFICATE PEM blocks`,
  );
  wrong(
    { certificateChain: other.replaceAll('X', 'CERTIFICATE') },
    `${chain} leaf certificate does not parse as valid X.509`,
  );
  wrong(
    { certificateChain: certificate() + other.replaceAll('X', 'CERTIFICATE') },
    `${chain} intermediate certificate does not parse as valid X.509`,
  );
  wrong(
    { certificateChain: certificate({ publicKey: ec('P-256').publicKey }) },
    `${chain} leaf certificate was not issued to the requested public key`,
  );
  wrong(
    { certificateChain: certificate({ names: ['a..b'] }) },
    `${chain} leaf certificate's DNSName should not contain '..'`,
  );
  wrong(
    { certificateChain: certificate({ notAfter: NOW + HOUR - 1000 }), notAfter: iso(NOW + HOUR - 1000) },
    `${chain} leaf certificate lifetime must be >= 1 hour`,
  );
  wrong(
    { certificateChain: certificate({ notAfter: NOW + 25 * HOUR }), notAfter: iso(NOW + 25 * HOUR) },
    `${chain} leaf certificate lifetime must be <= spec.maxExpirationSeconds (86400)`,
  );
});

test('the times of an issued certificate are all there, and leave time to renew it', () => {
  const wrong = (more: object, ...why: string[]) => assert.deepEqual(details(issue(issued(more))), why);
  wrong(
    { notBefore: undefined, beginRefreshAt: undefined },
    'status.notBefore: Required value: must be present and consistent with the issued certificate',
    'status.beginRefreshAt: Required value: must be present and in the range [notbefore+10min, notafter-10min]',
  );
  wrong(
    { notBefore: iso(NOW + 1000) },
    'status.notBefore: must be set to the NotBefore time encoded in the leaf certificate',
  );
  wrong(
    { notAfter: iso(NOW + 1000) },
    'status.notAfter: must be set to the NotAfter time encoded in the leaf certificate',
  );
  wrong(
    { beginRefreshAt: iso(NOW + 599_000) },
    'status.beginRefreshAt: must be at least 10 minutes after status.notBefore',
  );
  wrong(
    { beginRefreshAt: iso(NOW + 24 * HOUR - 599_000) },
    'status.beginRefreshAt: must be at least 10 minutes before status.notAfter',
  );
  assert.deepEqual(details(issue(issued(), {}, NOW + 300_000)), [
    "status.notBefore: must be set to within 5 minutes of kube-apiserver's current time",
  ]);
  assert.deepEqual(issue(issued(), {}, NOW + 299_000), []);
});
