// No certificate of the API server's client signer makes its holder a member of system:masters, whom RBAC cannot restrict.
// Upstream: plugin/pkg/admission/certificates/subjectrestriction.
import { CertificateSigningRequest } from '../../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { readCertificateRequest } from '../../../kit/x509/certificate-request.ts';
import { MASTERS } from '../../authz/authorizer.ts';
import { type AdmissionAttributes, concerns } from '../../registry/admission.ts';
import { deny, type Plugin } from '../plugin.ts';

const SIGNER = 'kubernetes.io/kube-apiserver-client';

export const certificateSubjectRestriction: Plugin = {
  name: 'CertificateSubjectRestriction',
  validate(attributes) {
    if (attributes.operation !== 'CREATE' || !concerns(attributes, CertificateSigningRequest)) return;
    const { spec } = attributes.object!;
    if (spec.signerName === SIGNER && organizationsOf(attributes, spec.request).includes(MASTERS))
      throw deny(attributes, `use of ${SIGNER} signer with ${MASTERS} group is not allowed`);
  },
};

function organizationsOf(attributes: AdmissionAttributes, request: string): readonly string[] {
  try {
    return readCertificateRequest(Buffer.from(request, 'base64').toString()).organizations;
  } catch (error) {
    throw deny(attributes, `failed to parse CSR: ${error instanceof Error ? error.message : error}`);
  }
}
