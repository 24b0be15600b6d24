// The secrets that a kubelet reads to mount a persistent volume. Pure. Called by node-authorizer.ts.
// Upstream: VisitPVSecretNames in pkg/api/v1/persistentvolume/util.go, those that are visible to kubelets.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';

export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/** A reference without a namespace is to the namespace of the bound claim. */
export function volumeSecrets({ spec = {} }: PersistentVolume): SecretName[] {
  const { csi, azureFile } = spec;
  const drivers = [
    spec.cephfs,
    spec.cinder,
    spec.flexVolume,
    spec.rbd,
    spec.scaleIO,
    spec.iscsi,
    spec.storageos,
  ];
  const refs: ({ name?: string; namespace?: string } | undefined)[] = [
    csi?.nodePublishSecretRef,
    csi?.nodeStageSecretRef,
    csi?.nodeExpandSecretRef,
    ...drivers.map((driver) => driver?.secretRef),
    azureFile && { name: azureFile.secretName, namespace: azureFile.secretNamespace },
  ];
  return refs.flatMap((ref) =>
    ref?.name ? [{ name: ref.name, namespace: ref.namespace || (spec.claimRef?.namespace ?? '') }] : [],
  );
}
