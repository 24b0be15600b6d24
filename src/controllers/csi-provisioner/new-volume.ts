// The object of a volume that a driver has made, bound to its claim. Pure. Upstream: Provision of external-provisioner.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { SecretReference } from '../../api/kinds/core/v1/references.ts';
import { apiVersionOf } from '../../api/meta/v1/resource.ts';
import { formatQuantity, quantityOf } from '../../api/quantity/quantity.ts';
import { PROVISIONED_BY } from '../../api/volumes/annotations.ts';
import { classOfClaim } from '../../api/volumes/classes.ts';
import { referenceTo } from '../../client/events/events.ts';
import type { CsiVolume } from '../../csi/messages/volume.ts';
import { FINALIZER } from './plan.ts';
import type { Prepared } from './prepared.ts';
import { nodeAffinityOf } from './topology.ts';

/** With which secret the driver deletes the volume; '' for none. */
export const DELETION_SECRET_NAME = 'volume.kubernetes.io/provisioner-deletion-secret-name';
export const DELETION_SECRET_NAMESPACE = 'volume.kubernetes.io/provisioner-deletion-secret-namespace';
/** With which secret the driver modifies it. Read by csi-resizer, which has its own names for them. */
const MODIFY_SECRET_NAME = 'volume.kubernetes.io/controller-modify-secret-name';
const MODIFY_SECRET_NAMESPACE = 'volume.kubernetes.io/controller-modify-secret-namespace';
/** Among the volume's attributes: who made it. */
const IDENTITY = 'storage.kubernetes.io/csiProvisionerIdentity';

export function newVolume(prepared: Prepared, made: CsiVolume, identity: string): PersistentVolume {
  const { claim, request, secrets, fsType } = prepared;
  const { reclaimPolicy = 'Delete', mountOptions } = prepared.class;
  const { accessModes, volumeMode, volumeAttributesClassName } = claim.spec ?? {};
  const bytes = made.capacityBytes || (request.capacityRange?.requiredBytes ?? 0);
  const nodeAffinity = prepared.hasTopology ? nodeAffinityOf(made.accessibleTopology) : undefined;
  const { provisioner, 'controller-modify': modify } = secrets;
  return {
    apiVersion: apiVersionOf(PersistentVolume.resource) as 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: request.name,
      annotations: {
        [PROVISIONED_BY]: prepared.class.provisioner,
        [DELETION_SECRET_NAME]: provisioner?.name ?? '',
        [DELETION_SECRET_NAMESPACE]: provisioner?.namespace ?? '',
        ...(modify && {
          [MODIFY_SECRET_NAME]: modify.name ?? '',
          [MODIFY_SECRET_NAMESPACE]: modify.namespace ?? '',
        }),
      },
      ...(reclaimPolicy === 'Delete' && { finalizers: [FINALIZER] }),
    },
    spec: {
      ...(accessModes && { accessModes }),
      capacity: { storage: formatQuantity(quantityOf(bytes, 'BinarySI')) },
      claimRef: referenceTo(PersistentVolumeClaim, claim),
      csi: {
        driver: prepared.driver,
        volumeHandle: made.volumeId,
        volumeAttributes: { [IDENTITY]: identity, ...made.volumeContext },
        ...(volumeMode !== 'Block' && fsType && { fsType }),
        ...refs({
          controllerPublishSecretRef: secrets['controller-publish'],
          nodeStageSecretRef: secrets['node-stage'],
          nodePublishSecretRef: secrets['node-publish'],
          controllerExpandSecretRef: secrets['controller-expand'],
          nodeExpandSecretRef: secrets['node-expand'],
        }),
      },
      ...(mountOptions && { mountOptions }),
      ...(nodeAffinity && { nodeAffinity }),
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName: classOfClaim(claim),
      ...(volumeMode && { volumeMode }),
      ...(volumeAttributesClassName && { volumeAttributesClassName }),
    },
  };
}

const refs = <K extends string>(
  all: Record<K, SecretReference | undefined>,
): Partial<Record<K, SecretReference>> =>
  Object.fromEntries(Object.entries(all).filter(([, ref]) => ref)) as Partial<Record<K, SecretReference>>;
