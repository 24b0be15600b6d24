import { resource } from '../../meta/v1/resource.ts';
import {
  bytes,
  int32,
  list,
  listOf,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
  time,
} from '../../schema/notation.ts';

export const CertificateSigningRequestCondition = struct(
  'io.k8s.api.certificates.v1.CertificateSigningRequestCondition',
  {
    lastTransitionTime: time(5, { emit: 'always' }),
    lastUpdateTime: time(4, { emit: 'always' }),
    message: string(3),
    reason: string(2),
    status: required(string(6, { emit: 'always' })),
    type: required(string(1, { emit: 'always' })),
  },
);
export interface CertificateSigningRequestCondition extends Of<typeof CertificateSigningRequestCondition> {}

export const CertificateSigningRequestSpec = struct(
  'io.k8s.api.certificates.v1.CertificateSigningRequestSpec',
  {
    expirationSeconds: int32(8, { emit: 'if-set' }),
    extra: map(6, listOf(text)),
    groups: list(4, text, { listType: 'atomic' }),
    request: required(bytes(1, { emit: 'always' })),
    signerName: required(string(7, { emit: 'always' })),
    uid: string(3),
    usages: list(5, text, { listType: 'atomic' }),
    username: string(2),
  },
);
export interface CertificateSigningRequestSpec extends Of<typeof CertificateSigningRequestSpec> {}

export const CertificateSigningRequestStatus = struct(
  'io.k8s.api.certificates.v1.CertificateSigningRequestStatus',
  {
    certificate: bytes(2),
    conditions: list(1, CertificateSigningRequestCondition, { listType: 'map', keys: ['type'] }),
  },
);
export interface CertificateSigningRequestStatus extends Of<typeof CertificateSigningRequestStatus> {}

export const CertificateSigningRequest = resource(
  'io.k8s.api.certificates.v1.CertificateSigningRequest',
  {
    group: 'certificates.k8s.io',
    version: 'v1',
    kind: 'CertificateSigningRequest',
    plural: 'certificatesigningrequests',
    singular: 'certificatesigningrequest',
    namespaced: false,
    shortNames: ['csr'],
    storageVersionHash: '95fRKMXA+00=',
    subresources: {
      approval: { kind: 'CertificateSigningRequest', verbs: ['get', 'patch', 'update'] },
      status: { kind: 'CertificateSigningRequest', verbs: ['get', 'patch', 'update'] },
    },
  },
  {
    spec: required(ref(2, CertificateSigningRequestSpec, { emit: 'always' })),
    status: ref(3, CertificateSigningRequestStatus, { emit: 'always' }),
  },
);
export interface CertificateSigningRequest extends Of<typeof CertificateSigningRequest> {}
