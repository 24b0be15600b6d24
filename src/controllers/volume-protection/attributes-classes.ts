// Promise: a VolumeAttributesClass has the finalizer kubernetes.io/vac-protection, and one that is deleted loses it when no claim and no
// volume refers to it. Upstream: pkg/controller/volume/vacprotection.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { VolumeAttributesClass } from '../../api/kinds/storage/v1/volume-attributes-class.ts';
import { isBeingDeleted, keyOf } from '../../api/meta/v1/object.ts';
import { ATTRIBUTES_PROTECTION, isProtectionDue } from '../../api/volumes/finalizers.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { withFinalizer } from './finalizer.ts';

/** Of claims and of volumes. */
const BY_ATTRIBUTES = 'volume-attributes-class';

export function createAttributesClassProtectionController({
  client,
  informers,
}: ControllerContext): Controller {
  const classes = informers.informer(VolumeAttributesClass);
  const claims = informers.informer(PersistentVolumeClaim);
  const volumes = informers.informer(PersistentVolume);
  claims.addIndex(BY_ATTRIBUTES, classesOfClaim);
  volumes.addIndex(BY_ATTRIBUTES, classesOfVolume);
  return {
    name: 'volumeattributesclass-protection-controller',
    watches: [
      watch(classes, (one) => (isProtectionDue(one, ATTRIBUTES_PROTECTION) ? [keyOf(one)] : [])),
      watch(claims, letGo(classesOfClaim)),
      watch(volumes, letGo(classesOfVolume)),
    ],
    reconcile: async (key) => {
      const found = classes.lister.byKey(key);
      if (!found || !isProtectionDue(found, ATTRIBUTES_PROTECTION)) return undefined;
      const isWanted = !isBeingDeleted(found);
      const uses = [claims, volumes].map(({ lister }) => lister.countByIndex(BY_ATTRIBUTES, key));
      if (!isWanted && uses.some((count) => count > 0)) return undefined;
      const metadata = withFinalizer(found.metadata, ATTRIBUTES_PROTECTION, isWanted);
      await client.update(VolumeAttributesClass, { ...found, metadata });
      return undefined;
    },
  };
}

/** The classes to which an object no longer refers. */
const letGo = <T>(classesOf: (object: Readonly<T>) => string[]) => ({
  onAdd: () => [],
  onUpdate: (object: Readonly<T>, old: Readonly<T>) => {
    const kept = new Set(classesOf(object));
    return classesOf(old).filter((name) => !kept.has(name));
  },
  onDelete: classesOf,
});

/** That which it asks for, has, or is being given. */
function classesOfClaim({ spec, status }: Readonly<PersistentVolumeClaim>): string[] {
  const names = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return [...new Set(names.filter((name) => name !== undefined && name !== ''))] as string[];
}

const classesOfVolume = ({ spec }: Readonly<PersistentVolume>): string[] =>
  spec?.volumeAttributesClassName ? [spec.volumeAttributesClassName] : [];
