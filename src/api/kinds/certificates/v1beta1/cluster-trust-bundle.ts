import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, required, string, struct } from '../../../schema/notation.ts';

export const ClusterTrustBundleSpec = struct(
  'io.k8s.api.certificates.v1beta1.ClusterTrustBundleSpec',
  {
    signerName: string(1, {
      doc: 'Signer that the trust anchors belong to. The name of the bundle then starts with it, a colon in place of the slash.',
    }),
    trustBundle: required(
      string(2, {
        doc: 'Trust anchors as PEM-encoded X.509 certificates of authorities, without duplicates and PEM headers.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Trust anchors, and the signer that they belong to.' },
);

export const ClusterTrustBundle = resource(
  'io.k8s.api.certificates.v1beta1.ClusterTrustBundle',
  {
    doc: 'Set of X.509 trust anchors (root certificates) that pods can mount.',
    group: 'certificates.k8s.io',
    version: 'v1beta1',
    kind: 'ClusterTrustBundle',
    plural: 'clustertrustbundles',
    singular: 'clustertrustbundle',
    namespaced: false,
    storageVersionHash: 'v5yhuVertL4=',
  },
  {
    spec: required(ref(2, ClusterTrustBundleSpec, { emit: 'always' })),
  },
);
export interface ClusterTrustBundle extends Of<typeof ClusterTrustBundle> {}
