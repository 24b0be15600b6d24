// Texts in fields of objects that are parsed for validation: signers, field paths, times, addresses, percentages.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalMicroTime, canonicalTime, MomentError } from '../../../src/api/codec/moments.ts';
import { isCIDR, isIP, validateEndpointIP } from '../../../src/api/validation/addresses.ts';
import {
  certificateSigningRequestRules,
  signingErrors,
} from '../../../src/api/validation/certificates/certificate-signing-request.ts';
import {
  notMoreThan100Percent,
  validatePositiveIntOrPercent,
} from '../../../src/api/validation/int-or-percent.ts';
import {
  envFieldPaths,
  validateFieldRef,
  validateResourceFieldRef,
} from '../../../src/api/validation/pod/containers/env.ts';
import { policyOf } from '../../../src/apiserver/admission/pods/security/policy.ts';
import { fieldValue } from '../../../src/kubelet/env/field-ref.ts';
import { nearMisses, PROTOTYPE_NAMES, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const never = () => false;
const signers = [
  'kubernetes.io/kube-apiserver-client',
  'example.com/my.signer-1',
  'kubernetes.io/legacy-unknown',
];
const request = {
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name: 'a' },
  spec: { request: '', signerName: 'a.example.com/b', usages: ['client auth'] },
};
const PEM = `-----BEGIN CERTIFICATE-----\n${'MIIB'.repeat(20)}\n-----END CERTIFICATE-----\n`;
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'b', uid: 'c', labels: { 'a/b': "it's" }, annotations: {} },
  spec: { containers: [] },
};
const facts = { nodeName: 'n', hostIPs: ['10.0.0.1'], podIPs: ['10.1.0.1'], allocatable: { cpu: '2' } };
const time = '2026-01-02T03:04:05';

export const targets = [
  fuzzTarget({
    name: 'api/signer-name',
    input: fc.oneof(
      piecesOf(['/', '.', 'a', '-', 'A', 'example.com', 'é', '\0']),
      nearMisses(signers, ['/', '.']),
    ),
    run: (signerName) => {
      const errors = certificateSigningRequestRules.create!({
        ...request,
        spec: { ...request.spec, signerName },
      });
      for (const { message } of errors) assert.doesNotMatch(message, /TypeError|Cannot read/);
    },
    refuses: never,
  }),
  fuzzTarget({
    name: 'api/issued-certificate',
    input: nearMisses([PEM, PEM + PEM], ['-----BEGIN ', '-----END', '-----BEGIN CERTIFICATE-----\n']),
    run: (text) => {
      const certificate = Buffer.from(text).toString('base64');
      return signingErrors({ ...request, status: { certificate } }, request);
    },
    refuses: never,
  }),
  fuzzTarget({
    name: 'api/field-path',
    input: fc.oneof(
      piecesOf(["metadata.labels['", "metadata.annotations['", "']", '.', "'", 'a/b', ...PROTOTYPE_NAMES]),
      nearMisses(
        ["metadata.labels['a/b']", 'metadata.name', 'status.podIPs', 'spec.nodeName'],
        PROTOTYPE_NAMES,
      ),
    ),
    run: (fieldPath) => {
      const errors = validateFieldRef({ apiVersion: 'v1', fieldPath }, 'a', envFieldPaths);
      if (errors.length === 0) assert.equal(typeof fieldValue(pod, fieldPath, facts), 'string');
      validateResourceFieldRef({ resource: fieldPath, divisor: fieldPath }, 'a', false);
    },
    refuses: never,
  }),
  fuzzTarget({
    name: 'api/time',
    input: fc.oneof(
      piecesOf([...'0123456789-T:Z+., ', time, '.000001']),
      nearMisses([`${time}Z`, `${time}.000001Z`, `${time}+02:00`, '9999-12-31T23:59:59-23:59']),
    ),
    run: (text) => {
      const settled = canonicalTime(text);
      assert.equal(canonicalTime(settled), settled);
      canonicalMicroTime(text);
    },
    refuses: (error) => error instanceof MomentError,
  }),
  fuzzTarget({
    name: 'api/address',
    input: fc.oneof(
      piecesOf([...'0123456789abcf:./', '::', 'ffff:', '::ffff:', '%eth0']),
      nearMisses(['10.0.0.0/8', '2001:db8::1', '::ffff:10.0.0.1', 'fe80::1%eth0', '::/0']),
    ),
    run: (text) => {
      if (isIP(text)) validateEndpointIP('a', text);
      assert.ok(!(isIP(text) && isCIDR(text)));
    },
    refuses: never,
  }),
  fuzzTarget({
    name: 'api/percent',
    input: piecesOf([...'0123456789%-+.e', '100%', '1e9']),
    run: (text) => {
      validatePositiveIntOrPercent('a', text);
      notMoreThan100Percent('a', text);
    },
    refuses: never,
  }),
  fuzzTarget({
    name: 'api/pod-security-labels',
    input: fc.record({
      level: fc.oneof(fc.constantFrom('restricted', 'baseline', ...PROTOTYPE_NAMES), fc.string()),
      version: fc.oneof(nearMisses(['v1.30', 'latest']), piecesOf(['v1.', '0', '9', '-', 'latest'])),
    }),
    run: ({ level, version }) => {
      const labels = {
        'pod-security.kubernetes.io/enforce': level,
        'pod-security.kubernetes.io/enforce-version': version,
        'pod-security.kubernetes.io/warn-version': version,
      };
      const { policy, errors } = policyOf(labels);
      if (errors.length > 0) assert.equal(typeof policy.enforce.level, 'string');
    },
    refuses: never,
  }),
];
