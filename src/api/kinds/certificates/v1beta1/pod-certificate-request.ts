import { Condition } from '../../../meta/v1/condition.ts';
import { resource } from '../../../meta/v1/resource.ts';
import {
  bytes,
  int32,
  list,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
  time,
} from '../../../schema/notation.ts';

const named = (number: number, doc: string) => required(string(number, { doc, emit: 'always' }));

export const PodCertificateRequestSpec = struct(
  'io.k8s.api.certificates.v1beta1.PodCertificateRequestSpec',
  {
    maxExpirationSeconds: int32(8, {
      doc: 'Maximum lifetime of the certificate in seconds, at least 3600. Defaults to 86400.',
      default: 86400,
      emit: 'if-set',
    }),
    nodeName: named(6, 'Name of the node that the pod is assigned to.'),
    nodeUID: named(7, 'UID of the node that the pod is assigned to.'),
    pkixPublicKey: bytes(9, {
      doc: 'Deprecated: use stubPKCS10Request. Public key in PKIX form, in base64.',
      emit: 'always',
    }),
    podName: named(2, 'Name of the pod that the certificate is for.'),
    podUID: named(3, 'UID of the pod that the certificate is for.'),
    proofOfPossession: bytes(10, {
      doc: "Deprecated: use stubPKCS10Request. Signature of the pod's UID by the private key, in base64.",
      emit: 'always',
    }),
    serviceAccountName: named(4, 'Name of the service account of the pod.'),
    serviceAccountUID: named(5, 'UID of the service account of the pod.'),
    signerName: named(1, 'Name of the signer that is asked for the certificate.'),
    stubPKCS10Request: required(
      bytes(12, {
        doc: 'PKCS#10 certificate signing request in DER, in base64. Signers take only the public key from it.',
        emit: 'always',
      }),
    ),
    unverifiedUserAnnotations: map(11, text, {
      doc: 'Annotations of the author of the pod for the signer. Their keys have a domain.',
    }),
  },
  { doc: 'Requested certificate. Nothing of it can be changed.' },
);
export interface PodCertificateRequestSpec extends Of<typeof PodCertificateRequestSpec> {}

export const PodCertificateRequestStatus = struct(
  'io.k8s.api.certificates.v1beta1.PodCertificateRequestStatus',
  {
    beginRefreshAt: time(5, {
      doc: 'Time at which the node should start to renew the certificate.',
      emit: 'if-set',
    }),
    certificateChain: string(2, {
      doc: 'Issued certificate, followed by intermediate certificates, as PEM. It is set once.',
    }),
    conditions: list(1, Condition, {
      doc: 'Outcome of the request: one of Issued, Denied and Failed, with status True.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    notAfter: time(6, { doc: 'Time at which the certificate expires.', emit: 'if-set' }),
    notBefore: time(4, { doc: 'Time at which the certificate becomes valid.', emit: 'if-set' }),
  },
  { doc: 'Issued certificate, or why there is none.' },
);
export interface PodCertificateRequestStatus extends Of<typeof PodCertificateRequestStatus> {}

export const PodCertificateRequest = resource(
  'io.k8s.api.certificates.v1beta1.PodCertificateRequest',
  {
    doc: 'Request of a node to a signer for a certificate for one of its pods.',
    group: 'certificates.k8s.io',
    version: 'v1beta1',
    kind: 'PodCertificateRequest',
    plural: 'podcertificaterequests',
    singular: 'podcertificaterequest',
    namespaced: true,
    storageVersionHash: 'wYA9yXQH8fg=',
    subresources: { status: { kind: 'PodCertificateRequest', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: required(ref(2, PodCertificateRequestSpec, { emit: 'always' })),
    status: ref(3, PodCertificateRequestStatus, { emit: 'always' }),
  },
);
export interface PodCertificateRequest extends Of<typeof PodCertificateRequest> {}
