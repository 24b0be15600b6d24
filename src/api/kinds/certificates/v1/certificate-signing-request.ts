import { resource } from '../../../meta/v1/resource.ts';
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
} from '../../../schema/notation.ts';

export const CertificateSigningRequestCondition = struct(
  'io.k8s.api.certificates.v1.CertificateSigningRequestCondition',
  {
    lastTransitionTime: time(5, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    lastUpdateTime: time(4, { doc: 'Last time the condition was updated.', emit: 'always' }),
    message: string(3, { doc: 'Human-readable message with details.' }),
    reason: string(2, { doc: 'Brief machine-readable reason in CamelCase.' }),
    status: required(string(6, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of a CertificateSigningRequest.' },
);
export interface CertificateSigningRequestCondition extends Of<typeof CertificateSigningRequestCondition> {}

export const CertificateSigningRequestSpec = struct(
  'io.k8s.api.certificates.v1.CertificateSigningRequestSpec',
  {
    expirationSeconds: int32(8, { doc: 'Requested lifetime of the certificate in seconds.', emit: 'if-set' }),
    extra: map(6, listOf(text), {
      doc: 'Additional information about the requesting user. Set by the server.',
    }),
    groups: list(4, text, { doc: 'Groups of the requesting user. Set by the server.', listType: 'atomic' }),
    request: required(
      bytes(1, { doc: 'PEM-encoded certificate signing request, in base64.', emit: 'always' }),
    ),
    signerName: required(
      string(7, { doc: 'Name of the signer that should process this request.', emit: 'always' }),
    ),
    uid: string(3, { doc: 'UID of the requesting user. Set by the server.' }),
    usages: list(5, text, { doc: 'Key usages requested for the certificate.', listType: 'atomic' }),
    username: string(2, { doc: 'Name of the requesting user. Set by the server.' }),
  },
  { doc: 'Requested certificate, and the user who requested it.' },
);
export interface CertificateSigningRequestSpec extends Of<typeof CertificateSigningRequestSpec> {}

export const CertificateSigningRequestStatus = struct(
  'io.k8s.api.certificates.v1.CertificateSigningRequestStatus',
  {
    certificate: bytes(2, { doc: 'Issued PEM-encoded certificate chain, in base64.' }),
    conditions: list(1, CertificateSigningRequestCondition, {
      doc: 'Conditions of the request: Approved, Denied or Failed.',
      listType: 'map',
      keys: ['type'],
    }),
  },
  { doc: 'Decision about the request, and the issued certificate.' },
);
export interface CertificateSigningRequestStatus extends Of<typeof CertificateSigningRequestStatus> {}

export const CertificateSigningRequest = resource(
  'io.k8s.api.certificates.v1.CertificateSigningRequest',
  {
    doc: 'Requests that a signer issues a certificate.',
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
