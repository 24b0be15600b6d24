// Writing a ClusterTrustBundle of a signer needs the verb `attest` on the signer. What only the garbage collector and storage
// migration change needs none. Upstream: plugin/pkg/admission/certificates/ctbattest.
import { isDeepStrictEqual } from 'node:util';
import { ClusterTrustBundle } from '../../../api/kinds/certificates/v1beta1/cluster-trust-bundle.ts';
import { concerns } from '../../registry/admission.ts';
import { deny, type Plugin, type PluginOptions } from '../plugin.ts';
import { withoutCollectorFields } from '../without-collector-fields.ts';
import { maySigner } from './signer-rights.ts';

export const clusterTrustBundleAttest = ({ authorizer }: PluginOptions): Plugin => ({
  name: 'ClusterTrustBundleAttest',
  validate(attributes) {
    if (!concerns(attributes, ClusterTrustBundle) || !attributes.object) return;
    const { object, old, user } = attributes;
    // An update cannot change the signer.
    const { signerName = '' } = object.spec;
    if (signerName === '') return;
    if (old && isDeepStrictEqual(withoutCollectorFields(object), withoutCollectorFields(old))) return;
    if (!maySigner(authorizer, user, 'attest', signerName))
      throw deny(attributes, `user not permitted to attest for signerName ${JSON.stringify(signerName)}`);
  },
});
