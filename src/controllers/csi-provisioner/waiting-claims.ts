// Claims that have no volume yet, by the class from which they want one. Called by both halves of csi-provisioner.
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { classOfClaim } from '../../api/volumes/classes.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';

const BY_CLASS = 'class-without-volume';

export interface WaitingClaims {
  inClass(name: string): readonly Readonly<PersistentVolumeClaim>[];
  /** In classes of the driver. */
  forDriver(driver: string): readonly Readonly<PersistentVolumeClaim>[];
}

export function waitingClaims(informers: InformerFactory): WaitingClaims {
  const claims = informers.informer(PersistentVolumeClaim);
  const classes = informers.informer(StorageClass);
  claims.addIndex(BY_CLASS, (claim) => (claim.spec?.volumeName ? [] : [classOfClaim(claim)]));
  const inClass = (name: string) => claims.lister.byIndex(BY_CLASS, name);
  return {
    inClass,
    forDriver: (driver) =>
      classes.lister.list().flatMap((found) => (found.provisioner === driver ? inClass(nameOf(found)) : [])),
  };
}
