// Approving or signing a CertificateSigningRequest needs the verb approve or sign on its signer, or on all signers of the
// domain. Upstream: plugin/pkg/admission/certificates/{approval,signing}, two plug-ins; here it is one.
import { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { resourceAttributes } from '../authz/attributes.ts';
import { type AdmissionAttributes, concerns } from '../registry/admission.ts';
import { deny, type Plugin, type PluginOptions } from './plugin.ts';

/** Verb on the signer, by subresource of the request. */
const VERBS: Readonly<Record<string, string>> = { approval: 'approve', status: 'sign' };

export function certificateApproval({ authorizer }: PluginOptions): Plugin {
  return {
    name: 'CertificateApproval',
    validate(attributes) {
      const verb = VERBS[attributes.subresource];
      if (!verb || !concerns(attributes, CertificateSigningRequest, attributes.subresource)) return;
      const { object, old } = attributes;
      if (!object || (verb === 'sign' && object.status?.certificate === old?.status?.certificate)) return;
      const signer = object.spec.signerName;
      const domain = signer.split('/')[0]!;
      const may = [signer, `${domain}/*`].some((name) => isAllowed(attributes, verb, name));
      if (!may)
        throw deny(
          attributes,
          `user not permitted to ${verb} requests with signerName ${JSON.stringify(signer)}`,
        );
    },
  };

  function isAllowed({ user }: AdmissionAttributes, verb: string, name: string): boolean {
    const requested = resourceAttributes({ verb, group: 'certificates.k8s.io', resource: 'signers', name });
    return authorizer.authorize(user, requested).allowed;
  }
}
