// Changing the status of a PodCertificateRequest needs the verb `sign` on its signer. Upstream checks this in the strategy of the
// kind (pkg/registry/certificates/podcertificaterequest): it is always on, unlike plug-ins. Called by chain.ts.
import { PodCertificateRequest } from '../../../api/kinds/certificates/v1beta1/pod-certificate-request.ts';
import { invalid } from '../../../api/status/status-error.ts';
import { forbidden } from '../../../api/validation/field.ts';
import { semanticEqual } from '../../../api/validation/semantic.ts';
import { concerns } from '../../registry/admission.ts';
import type { Plugin, PluginOptions } from '../plugin.ts';
import { maySigner } from './signer-rights.ts';

export const podCertificateSigning = ({ authorizer }: PluginOptions): Plugin => ({
  name: 'PodCertificateSigning',
  validate(attributes) {
    if (!concerns(attributes, PodCertificateRequest, 'status')) return;
    const { object, old, user, name } = attributes;
    if (!object || !old || semanticEqual(object.status, old.status)) return;
    const { signerName } = old.spec;
    if (maySigner(authorizer, user, 'sign', signerName)) return;
    const why = `User ${JSON.stringify(user.name)} is not permitted to "sign" for signer ${JSON.stringify(signerName)}`;
    throw invalid(attributes.kind.resource, name, [forbidden('spec.signerName', why)]);
  },
});
