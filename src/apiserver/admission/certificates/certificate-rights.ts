// Approving a CertificateSigningRequest needs the verb `approve` on its signer or on all signers of the domain; setting the
// certificate or conditions in its status needs `sign`. The stored signer counts, not one in the request.
// Upstream: plugin/pkg/admission/certificates/{approval,signing} and pkg/registry/certificates/authorization.
import { CertificateSigningRequest } from '../../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { semanticEqual } from '../../../api/validation/semantic.ts';
import type { LocalAuthorizer } from '../../authz/attributes.ts';
import { type AdmissionAttributes, concerns } from '../../registry/admission.ts';
import { deny, type Plugin, type PluginOptions } from '../plugin.ts';
import { maySigner } from './signer-rights.ts';

export const certificateApproval = ({ authorizer }: PluginOptions): Plugin => ({
  name: 'CertificateApproval',
  validate(attributes) {
    if (concerns(attributes, CertificateSigningRequest, 'approval'))
      requireRight(authorizer, attributes, 'approve');
  },
});

export const certificateSigning = ({ authorizer }: PluginOptions): Plugin => ({
  name: 'CertificateSigning',
  validate(attributes) {
    if (!concerns(attributes, CertificateSigningRequest, 'status')) return;
    const [before, after] = [attributes.old?.status, attributes.object?.status];
    const isSame =
      before?.certificate === after?.certificate && semanticEqual(before?.conditions, after?.conditions);
    if (!isSame) requireRight(authorizer, attributes, 'sign');
  },
});

function requireRight(
  authorizer: LocalAuthorizer,
  attributes: AdmissionAttributes<CertificateSigningRequest>,
  verb: 'approve' | 'sign',
): void {
  const { user, old } = attributes;
  const { signerName } = old!.spec;
  const may = maySigner(authorizer, user, verb, signerName);
  if (!may)
    throw deny(
      attributes,
      `user not permitted to ${verb} requests with signerName ${JSON.stringify(signerName)}`,
    );
}
