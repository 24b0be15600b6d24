import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  ClusterTrustBundleProjection,
  PodCertificateProjection,
} from '../../../kinds/core/v1/volumes/projected.ts';
import { podCertificateSourceErrors, trustBundleSourceErrors } from './certificate-sources.ts';
import { validateVolumes } from './volume.ts';

const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);

test('trust bundles are named, or selected by their signer', () => {
  const errors = (source: Partial<ClusterTrustBundleProjection>) =>
    texts(trustBundleSourceErrors({ path: 'ca.pem', ...source }, 's'));
  assert.deepEqual(errors({ name: 'plain' }), []);
  assert.deepEqual(errors({ name: 'example.com:foo:v1' }), []);
  assert.deepEqual(errors({ signerName: 'example.com/foo', labelSelector: {} }), []);
  assert.deepEqual(errors({}), ['s: Required value: either name or signerName must be specified']);
  assert.match(
    errors({ name: 'a', signerName: 'b.c/d' })[0]!,
    /^s: Invalid value: .*only one of name and signer/,
  );
  assert.match(
    errors({ name: 'A' })[0]!,
    /^s.name: Invalid value: "A": not a valid clustertrustbundlename: a low/,
  );
  assert.match(
    errors({ name: 'a', labelSelector: {} })[0]!,
    /labelSelector must be unset if name is specified$/,
  );
  assert.match(
    errors({ signerName: 'x' })[0]!,
    /^s.signerName: Invalid value: "x": must be a fully qualified/,
  );
  const labelSelector = { matchLabels: { a: '_' } };
  assert.match(errors({ signerName: 'b.c/d', labelSelector })[0]!, /^s.labelSelector.matchLabels: Invalid/);
  assert.deepEqual(errors({ name: 'a', path: '' }), ['s.path: Required value']);
  assert.match(errors({ name: 'a', path: '../x' })[0]!, /^s.path: Invalid value: "..\/x": must not contain/);
});

test('a certificate for a pod has a signer, a type of key, a lifetime and a file', () => {
  const errors = (source: Partial<PodCertificateProjection>) =>
    texts(
      podCertificateSourceErrors(
        { signerName: 'example.com/foo', keyType: 'ED25519', keyPath: 'key.pem', ...source },
        's',
      ),
    );
  assert.deepEqual(errors({ maxExpirationSeconds: 91 * 86400 }), []);
  assert.deepEqual(errors({ keyType: 'DSA' }), [
    's.keyType: Unsupported value: "DSA": supported values: "RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"',
  ]);
  assert.deepEqual(errors({ maxExpirationSeconds: 3599 }), [
    's.maxExpirationSeconds: Invalid value: 3599: if provided, maxExpirationSeconds must be >= 3600',
  ]);
  assert.deepEqual(errors({ signerName: 'kubernetes.io/x', maxExpirationSeconds: 86401 }), [
    's.maxExpirationSeconds: Invalid value: 86401: if provided, maxExpirationSeconds must be <= 86400',
  ]);
  assert.deepEqual(errors({ keyPath: '' }), [
    's: Required value: specify at least one of credentialBundlePath, keyPath, and certificateChainPath',
  ]);
  assert.match(
    errors({ userAnnotations: { foo: '' } })[0]!,
    /^s.userAnnotations: .*must be a domain-prefixed key/,
  );
});

test('no two files of a projected volume have the same path', () => {
  const podCertificate = { signerName: 'a.b/c', keyType: 'ED25519', keyPath: 'x', certificateChainPath: 'y' };
  const clusterTrustBundle = { name: 'a', path: 'x' };
  const volume = { name: 'v', projected: { sources: [{ podCertificate }, { clusterTrustBundle }] } };
  assert.deepEqual(texts(validateVolumes([volume], 'spec.volumes', { inPod: true }).errors), [
    'spec.volumes[0].projected: Invalid value: "x": conflicting duplicate paths',
  ]);
});
