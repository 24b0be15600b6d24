// Projected volumes: several sources of files in one directory.
import { LabelSelector } from '../../../../meta/v1/label-selector.ts';
import {
  boolean,
  int32,
  int64,
  list,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../../../schema/notation.ts';
import { DownwardAPIVolumeFile, KeyToPath } from './api-content.ts';

export const ConfigMapProjection = struct(
  'io.k8s.api.core.v1.ConfigMapProjection',
  {
    items: list(2, KeyToPath, {
      doc: 'Keys to project, and the paths of their files. By default, all keys are projected.',
      listType: 'atomic',
    }),
    name: string(1, { doc: 'Name of the ConfigMap in the namespace of the pod.', inline: [1] }),
    optional: boolean(4, {
      doc: 'Whether the pod may start if the ConfigMap or a key does not exist.',
      emit: 'if-set',
    }),
  },
  { doc: 'Projects the keys of a ConfigMap into files.' },
);
export interface ConfigMapProjection extends Of<typeof ConfigMapProjection> {}

export const SecretProjection = struct(
  'io.k8s.api.core.v1.SecretProjection',
  {
    items: list(2, KeyToPath, {
      doc: 'Keys to project, and the paths of their files. By default, all keys are projected.',
      listType: 'atomic',
    }),
    name: string(1, { doc: 'Name of the Secret in the namespace of the pod.', inline: [1] }),
    optional: boolean(4, {
      doc: 'Whether the pod may start if the Secret or a key does not exist.',
      emit: 'if-set',
    }),
  },
  { doc: 'Projects the keys of a Secret into files.' },
);
export interface SecretProjection extends Of<typeof SecretProjection> {}

export const DownwardAPIProjection = struct(
  'io.k8s.api.core.v1.DownwardAPIProjection',
  {
    items: list(1, DownwardAPIVolumeFile, { doc: 'Files to create.', listType: 'atomic' }),
  },
  { doc: 'Projects fields of the pod into files.' },
);
export interface DownwardAPIProjection extends Of<typeof DownwardAPIProjection> {}

export const ServiceAccountTokenProjection = struct(
  'io.k8s.api.core.v1.ServiceAccountTokenProjection',
  {
    audience: string(1, {
      doc: 'Intended audience of the token. Defaults to the identifier of the API server.',
    }),
    expirationSeconds: int64(2, {
      doc: 'Requested lifetime of the token in seconds, at least 600. Defaults to 3600.',
      assumed: 3600,
      emit: 'if-set',
    }),
    path: required(
      string(3, { doc: 'Path of the file relative to the root of the volume.', emit: 'always' }),
    ),
  },
  { doc: "Projects a token of the pod's service account into a file. It is renewed before it expires." },
);
export interface ServiceAccountTokenProjection extends Of<typeof ServiceAccountTokenProjection> {}

export const ClusterTrustBundleProjection = struct(
  'io.k8s.api.core.v1.ClusterTrustBundleProjection',
  {
    labelSelector: ref(3, LabelSelector, {
      doc: 'Selects bundles of the signer by label. Unset matches nothing; an empty selector matches all.',
      emit: 'if-set',
    }),
    name: string(1, {
      doc: 'Name of a single bundle. Mutually exclusive with signerName and labelSelector.',
      emit: 'if-set',
    }),
    optional: boolean(5, { doc: 'Whether the pod may start if no matching bundle exists.', emit: 'if-set' }),
    path: required(
      string(4, { doc: 'Path of the file relative to the root of the volume.', emit: 'always' }),
    ),
    signerName: string(2, {
      doc: 'Name of the signer whose bundles are used. Mutually exclusive with name.',
      emit: 'if-set',
    }),
  },
  { doc: 'Projects the certificates of ClusterTrustBundles into a file.' },
);
export interface ClusterTrustBundleProjection extends Of<typeof ClusterTrustBundleProjection> {}

export const PodCertificateProjection = struct(
  'io.k8s.api.core.v1.PodCertificateProjection',
  {
    certificateChainPath: string(6, { doc: 'Path of the file for the certificate chain.' }),
    credentialBundlePath: string(4, {
      doc: 'Path of the file for the private key and the certificate chain.',
    }),
    keyPath: string(5, { doc: 'Path of the file for the private key.' }),
    keyType: required(
      string(2, { doc: 'Type of the key to generate, such as RSA3072, ECDSAP256 or ED25519.' }),
    ),
    maxExpirationSeconds: int32(3, {
      doc: 'Maximum lifetime of the certificate in seconds. Defaults to 86400.',
      emit: 'if-set',
    }),
    signerName: required(string(1, { doc: 'Name of the signer that should issue the certificate.' })),
    userAnnotations: map(7, text, { doc: 'Annotations that are passed to the signer.' }),
  },
  { doc: 'Private key and certificate chain for the pod, renewed before they expire.' },
);
export interface PodCertificateProjection extends Of<typeof PodCertificateProjection> {}

export const VolumeProjection = struct(
  'io.k8s.api.core.v1.VolumeProjection',
  {
    clusterTrustBundle: ref(5, ClusterTrustBundleProjection, {
      doc: 'Certificates of ClusterTrustBundles.',
      emit: 'if-set',
    }),
    configMap: ref(3, ConfigMapProjection, { doc: 'Keys of a ConfigMap.', emit: 'if-set' }),
    downwardAPI: ref(2, DownwardAPIProjection, { doc: 'Fields of the pod.', emit: 'if-set' }),
    podCertificate: ref(6, PodCertificateProjection, {
      doc: 'Private key and certificate chain for the pod.',
      emit: 'if-set',
    }),
    secret: ref(1, SecretProjection, { doc: 'Keys of a Secret.', emit: 'if-set' }),
    serviceAccountToken: ref(4, ServiceAccountTokenProjection, {
      doc: "Token of the pod's service account.",
      emit: 'if-set',
    }),
  },
  { doc: 'Source of a projected volume. Exactly one member must be set.' },
);
export interface VolumeProjection extends Of<typeof VolumeProjection> {}

export const ProjectedVolumeSource = struct(
  'io.k8s.api.core.v1.ProjectedVolumeSource',
  {
    defaultMode: int32(2, {
      doc: 'Permission bits of files that specify no mode of their own. Defaults to 0644.',
      assumed: 0o644,
      emit: 'if-set',
    }),
    sources: list(1, VolumeProjection, {
      doc: 'Sources of the files.',
      emit: 'always',
      listType: 'atomic',
    }),
  },
  { doc: 'Volume with files from several sources.' },
);
export interface ProjectedVolumeSource extends Of<typeof ProjectedVolumeSource> {}
