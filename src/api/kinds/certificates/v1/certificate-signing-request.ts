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
    lastTransitionTime: time(5, { doc: 'When the status last changed.', emit: 'always' }),
    lastUpdateTime: time(4, { doc: 'When it was last written.', emit: 'always' }),
    message: string(3, { doc: 'Why, for people.' }),
    reason: string(2, { doc: 'Why, in one word.' }),
    status: required(string(6, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'What is known about one aspect of a request.' },
);
export interface CertificateSigningRequestCondition extends Of<typeof CertificateSigningRequestCondition> {}

export const CertificateSigningRequestSpec = struct(
  'io.k8s.api.certificates.v1.CertificateSigningRequestSpec',
  {
    expirationSeconds: int32(8, { doc: 'How long it should be valid.', emit: 'if-set' }),
    extra: map(6, listOf(text), { doc: 'What else is known about who asks. Set by the server.' }),
    groups: list(4, text, { doc: 'The groups of who asks. Set by the server.', listType: 'atomic' }),
    request: required(bytes(1, { doc: 'The request in PEM, in base64.', emit: 'always' })),
    signerName: required(string(7, { doc: 'Who shall sign it.', emit: 'always' })),
    uid: string(3, { doc: 'The UID of who asks. Set by the server.' }),
    usages: list(5, text, { doc: 'What it shall be good for.', listType: 'atomic' }),
    username: string(2, { doc: 'Who asks. Set by the server.' }),
  },
  { doc: 'Which certificate is wished for.' },
);
export interface CertificateSigningRequestSpec extends Of<typeof CertificateSigningRequestSpec> {}

export const CertificateSigningRequestStatus = struct(
  'io.k8s.api.certificates.v1.CertificateSigningRequestStatus',
  {
    certificate: bytes(2, { doc: 'The certificate in PEM, in base64.' }),
    conditions: list(1, CertificateSigningRequestCondition, {
      doc: 'Approved, denied, failed.',
      listType: 'map',
      keys: ['type'],
    }),
  },
  { doc: 'What became of the wish.' },
);
export interface CertificateSigningRequestStatus extends Of<typeof CertificateSigningRequestStatus> {}

export const CertificateSigningRequest = resource(
  'io.k8s.api.certificates.v1.CertificateSigningRequest',
  {
    doc: 'A wish for a certificate.',
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
