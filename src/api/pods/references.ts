// The other API objects that a pod refers to by name in its own namespace. The node authorizer gives a node access to the
// objects of its pods; mirror pods, which nodes create themselves, may therefore refer to none. Pure.
// Upstream: pkg/api/v1/pod/util.go and HasAPIObjectReference in pkg/api/pod/util.go.
import type { Container } from '../kinds/core/v1/container.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import type { Volume } from '../kinds/core/v1/volume.ts';

/** The annotation of a mirror pod: a static pod of a node, which its kubelet shows in the API. */
export const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

export const isMirrorPod = ({ metadata }: Pod): boolean =>
  metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;

type Referring = Pick<Container, 'env' | 'envFrom'>;

const containersOf = (spec: PodSpec): Referring[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...(spec.ephemeralContainers ?? []),
];

const named = (names: readonly (string | undefined)[]): string[] =>
  names.filter((name) => name !== undefined && name !== '') as string[];

export function secretNames(spec: PodSpec): string[] {
  const fromContainers = containersOf(spec).flatMap(({ env = [], envFrom = [] }) => [
    ...envFrom.map(({ secretRef }) => secretRef?.name),
    ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
  ]);
  const pull = (spec.imagePullSecrets ?? []).map(({ name }) => name);
  return named([...pull, ...fromContainers, ...(spec.volumes ?? []).flatMap(secretsOfVolume)]);
}

function secretsOfVolume(volume: Volume): (string | undefined)[] {
  const { flexVolume, cephfs, cinder, rbd, scaleIO, storageos, iscsi } = volume;
  const drivers = [flexVolume, cephfs, cinder, rbd, scaleIO, storageos, iscsi];
  return [
    volume.secret?.secretName,
    volume.azureFile?.secretName,
    volume.csi?.nodePublishSecretRef?.name,
    ...drivers.map((driver) => driver?.secretRef?.name),
    ...(volume.projected?.sources ?? []).map(({ secret }) => secret?.name),
  ];
}

export function configMapNames(spec: PodSpec): string[] {
  const fromContainers = containersOf(spec).flatMap(({ env = [], envFrom = [] }) => [
    ...envFrom.map(({ configMapRef }) => configMapRef?.name),
    ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
  ]);
  const fromVolumes = (spec.volumes ?? []).flatMap(({ configMap, projected }) => [
    configMap?.name,
    ...(projected?.sources ?? []).map((source) => source.configMap?.name),
  ]);
  return named([...fromContainers, ...fromVolumes]);
}

/** The names of the claims, also of those that are made for the pod's ephemeral volumes. */
export const claimNames = ({ metadata, spec }: Pod): string[] =>
  named(
    (spec?.volumes ?? []).map(
      (volume) =>
        volume.persistentVolumeClaim?.claimName ??
        (volume.ephemeral && ephemeralClaimName(metadata.name ?? '', volume.name)),
    ),
  );

export const ephemeralClaimName = (pod: string, volume: string): string => `${pod}-${volume}`;

/** What kind of API object the pod refers to first, in the words of upstream's message; undefined if it refers to none. */
export function firstReference(spec: PodSpec): string | undefined {
  if (spec.serviceAccountName || spec.serviceAccount) return 'serviceaccounts';
  if (secretNames(spec).length > 0) return 'secrets';
  if (configMapNames(spec).length > 0) return 'configmaps';
  if (spec.resourceClaims?.length) return 'resourceclaims';
  for (const volume of spec.volumes ?? []) {
    const found = referenceOfVolume(volume);
    if (found) return found;
  }
  return undefined;
}

const REFERRING: Readonly<Partial<Record<keyof Volume, string>>> = {
  configMap: 'configmaps (via configmap volumes)',
  secret: 'secrets (via secret volumes)',
  csi: 'csidrivers (via CSI volumes)',
  glusterfs: 'endpoints (via glusterFS volumes)',
  persistentVolumeClaim: 'persistentvolumeclaims',
  ephemeral: 'persistentvolumeclaims (via ephemeral volumes)',
  azureFile: 'secrets (via azureFile volumes)',
};

type Source = NonNullable<NonNullable<Volume['projected']>['sources']>[number];

const PROJECTED: Readonly<Partial<Record<keyof Source, string>>> = {
  configMap: 'configmaps (via projected volumes)',
  secret: 'secrets (via projected volumes)',
  serviceAccountToken: 'serviceaccounts (via projected volumes)',
  clusterTrustBundle: 'clustertrustbundles',
  podCertificate: 'podcertificates',
};

function referenceOfVolume(volume: Volume): string | undefined {
  for (const [field, text] of Object.entries(REFERRING)) if (volume[field as keyof Volume]) return text;
  for (const source of volume.projected?.sources ?? [])
    for (const [field, text] of Object.entries(PROJECTED)) if (source[field as keyof Source]) return text;
  return undefined;
}
