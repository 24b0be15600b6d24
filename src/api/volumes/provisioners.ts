// Who makes and removes the volumes of a class. There are no in-tree plug-ins here: what begins with kubernetes.io/ is known as migrated
// to a CSI driver, or refused. Pure. Upstream: findProvisionablePlugin, findDeletablePlugin and updateMigrationAnnotations of
// pv_controller.go, and pkg/volume/csimigration.
import type { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import { nameOf } from '../meta/v1/object.ts';
import { BETA_STORAGE_PROVISIONER, MIGRATED_TO, PROVISIONED_BY, STORAGE_PROVISIONER } from './annotations.ts';
import { driverInsteadOf } from './migration.ts';

const isInTree = (provisioner: string): boolean => provisioner.startsWith('kubernetes.io/');

/** The external provisioner of a class; `problem` if there can be none. */
export function externalProvisioner(
  provisioner: string,
): { readonly name: string } | { readonly problem: string } {
  const name = driverInsteadOf(provisioner) ?? provisioner;
  return isInTree(name) ? { problem: `no volume plugin matched name: ${name}` } : { name };
}

/** Why nobody removes the volume, whose reclaim policy is Delete; undefined if an external provisioner does. */
export function deletionProblem(volume: Readonly<PersistentVolume>): string | undefined {
  const annotations = volume.metadata.annotations ?? {};
  const provisioner = annotations[PROVISIONED_BY];
  if (provisioner) {
    const found = externalProvisioner(provisioner);
    return 'problem' in found ? found.problem : undefined;
  }
  if (annotations[MIGRATED_TO] !== undefined || volume.spec?.csi) return undefined;
  return `error getting deleter volume plugin for volume ${JSON.stringify(nameOf(volume))}: no deletable volume plugin matched`;
}

type Annotations = Readonly<Record<string, string>>;

/** The annotations with the CSI driver that acts for the provisioner they name; undefined if they are right. */
export function migrated(
  annotations: Annotations | undefined,
  kind: 'claim' | 'volume',
): Annotations | undefined {
  const provisioner =
    kind === 'claim'
      ? (annotations?.[STORAGE_PROVISIONER] ?? annotations?.[BETA_STORAGE_PROVISIONER])
      : annotations?.[PROVISIONED_BY];
  if (!annotations || provisioner === undefined) return undefined;
  const driver = driverInsteadOf(provisioner);
  if (annotations[MIGRATED_TO] === driver) return undefined;
  const { [MIGRATED_TO]: _, ...others } = annotations;
  return driver === undefined ? others : { ...others, [MIGRATED_TO]: driver };
}
