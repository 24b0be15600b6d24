// Who approves or signs certificate requests must have been given that right for the signer; and nobody asks for a client
// certificate of system:masters.
import type { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { resourceAttributes } from '../authz/attributes.ts';
import type { Attributes } from '../registry/admission.ts';
import { deny, objectAs, type Plugin, type PluginOptions, resourceOf } from './plugin.ts';

const REQUESTS = 'certificatesigningrequests.certificates.k8s.io';
const VERBS: Readonly<Record<string, string>> = { approval: 'approve', status: 'sign' };

export function certificateApproval({ authorizer }: PluginOptions): Plugin {
  return {
    name: 'CertificateApproval',
    validate(attributes) {
      const verb = VERBS[attributes.context.subresource];
      if (!verb || resourceOf(attributes) !== `${REQUESTS}/${attributes.context.subresource}`) return;
      const { spec, status } = objectAs<CertificateSigningRequest>(attributes.object);
      const before = objectAs<CertificateSigningRequest>(attributes.old).status;
      if (verb === 'sign' && status?.certificate === before?.certificate) return;
      const signer = spec.signerName;
      const domain = signer.split('/')[0]!;
      const may = [signer, `${domain}/*`].some((name) => isAllowed(attributes, verb, name));
      if (!may)
        throw deny(
          attributes,
          `user not permitted to ${verb} requests with signerName ${JSON.stringify(signer)}`,
        );
    },
  };

  function isAllowed({ context }: Attributes, verb: string, name: string): boolean {
    const asked = resourceAttributes({ verb, group: 'certificates.k8s.io', resource: 'signers', name });
    return authorizer.authorize(context.user, asked).allowed;
  }
}
