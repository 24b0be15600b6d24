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
      doc: 'Which keys become which files; all keys when absent.',
      listType: 'atomic',
    }),
    name: string(1, { doc: "The config map's name, in the pod's namespace.", inline: [1] }),
    optional: boolean(4, {
      doc: 'Start the pod even when the config map or a key is missing.',
      emit: 'if-set',
    }),
  },
  { doc: 'The keys of a config map as files of a projected volume.' },
);
export interface ConfigMapProjection extends Of<typeof ConfigMapProjection> {}

export const SecretProjection = struct(
  'io.k8s.api.core.v1.SecretProjection',
  {
    items: list(2, KeyToPath, {
      doc: 'Which keys become which files; all keys when absent.',
      listType: 'atomic',
    }),
    name: string(1, { doc: "The secret's name, in the pod's namespace.", inline: [1] }),
    optional: boolean(4, { doc: 'Start the pod even when the secret or a key is missing.', emit: 'if-set' }),
  },
  { doc: 'The keys of a secret as files of a projected volume.' },
);
export interface SecretProjection extends Of<typeof SecretProjection> {}

export const DownwardAPIProjection = struct(
  'io.k8s.api.core.v1.DownwardAPIProjection',
  {
    items: list(1, DownwardAPIVolumeFile, { doc: 'The files and what each one tells.', listType: 'atomic' }),
  },
  { doc: 'Facts about the pod as files of a projected volume.' },
);
export interface DownwardAPIProjection extends Of<typeof DownwardAPIProjection> {}

export const ServiceAccountTokenProjection = struct(
  'io.k8s.api.core.v1.ServiceAccountTokenProjection',
  {
    audience: string(1, { doc: 'For whom the token is meant; the API server when absent.' }),
    expirationSeconds: int64(2, {
      doc: 'How long the token is good, at least 600 seconds.',
      assumed: 3600,
      emit: 'if-set',
    }),
    path: required(string(3, { doc: 'Where the file lies, relative to the volume.', emit: 'always' })),
  },
  { doc: "A token of the pod's service account, renewed before it expires." },
);
export interface ServiceAccountTokenProjection extends Of<typeof ServiceAccountTokenProjection> {}

export const ClusterTrustBundleProjection = struct(
  'io.k8s.api.core.v1.ClusterTrustBundleProjection',
  {
    labelSelector: ref(3, LabelSelector, {
      doc: 'Which bundles of the signer to take; none when absent, all when empty.',
      emit: 'if-set',
    }),
    name: string(1, { doc: 'One bundle by name; excludes signerName and labelSelector.', emit: 'if-set' }),
    optional: boolean(5, { doc: 'Start the pod even when the bundle does not exist.', emit: 'if-set' }),
    path: required(string(4, { doc: 'Where the file lies, relative to the volume.', emit: 'always' })),
    signerName: string(2, { doc: 'Take the bundles of this signer; excludes name.', emit: 'if-set' }),
  },
  { doc: 'The certificates of cluster trust bundles as one file.' },
);
export interface ClusterTrustBundleProjection extends Of<typeof ClusterTrustBundleProjection> {}

export const PodCertificateProjection = struct(
  'io.k8s.api.core.v1.PodCertificateProjection',
  {
    certificateChainPath: string(6, { doc: 'The file for the certificate chain alone.' }),
    credentialBundlePath: string(4, { doc: 'The file for key and certificate chain together.' }),
    keyPath: string(5, { doc: 'The file for the private key alone.' }),
    keyType: required(string(2, { doc: 'What key to make, such as RSA3072, ECDSAP256 or ED25519.' })),
    maxExpirationSeconds: int32(3, {
      doc: 'The longest life wanted for the certificate; 86400 seconds when absent.',
      emit: 'if-set',
    }),
    signerName: required(string(1, { doc: 'Who shall sign the certificate.' })),
    userAnnotations: map(7, text, { doc: 'Words to the signer, handed on as they are.' }),
  },
  { doc: 'A key and certificates for the pod, renewed as they age.' },
);
export interface PodCertificateProjection extends Of<typeof PodCertificateProjection> {}

export const VolumeProjection = struct(
  'io.k8s.api.core.v1.VolumeProjection',
  {
    clusterTrustBundle: ref(5, ClusterTrustBundleProjection, {
      doc: 'Certificates from cluster trust bundles.',
      emit: 'if-set',
    }),
    configMap: ref(3, ConfigMapProjection, { doc: 'The keys of a config map.', emit: 'if-set' }),
    downwardAPI: ref(2, DownwardAPIProjection, { doc: 'Facts about the pod.', emit: 'if-set' }),
    podCertificate: ref(6, PodCertificateProjection, {
      doc: 'A key and certificates made for the pod.',
      emit: 'if-set',
    }),
    secret: ref(1, SecretProjection, { doc: 'The keys of a secret.', emit: 'if-set' }),
    serviceAccountToken: ref(4, ServiceAccountTokenProjection, {
      doc: "A token of the pod's service account.",
      emit: 'if-set',
    }),
  },
  { doc: 'One source of a projected volume; exactly one member is set.' },
);
export interface VolumeProjection extends Of<typeof VolumeProjection> {}

export const ProjectedVolumeSource = struct(
  'io.k8s.api.core.v1.ProjectedVolumeSource',
  {
    defaultMode: int32(2, { doc: 'The mode of the files.', assumed: 0o644, emit: 'if-set' }),
    sources: list(1, VolumeProjection, {
      doc: 'Where the files come from.',
      emit: 'always',
      listType: 'atomic',
    }),
  },
  { doc: 'Several sources in one directory.' },
);
export interface ProjectedVolumeSource extends Of<typeof ProjectedVolumeSource> {}
