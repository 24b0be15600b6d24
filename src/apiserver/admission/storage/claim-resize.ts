// A claim may grow only while it is bound, and only if its StorageClass allows it: otherwise the request would stay unmet for
// ever. Upstream: plugin/pkg/admission/storage/persistentvolume/resize.
import { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { StorageClass } from '../../../api/kinds/storage/v1/storage-class.ts';
import { compareQuantity, parseQuantity } from '../../../api/quantity/quantity.ts';
import { classOfClaim } from '../../../api/volumes/classes.ts';
import { concerns } from '../../registry/admission.ts';
import { deny, type Plugin, type PluginOptions } from '../plugin.ts';

export function persistentVolumeClaimResize({ resources }: PluginOptions): Plugin {
  const classes = resources.stored(StorageClass).cache;

  const allows = (claim: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean => {
    const name = classOfClaim(claim);
    return (
      name !== '' && name === classOfClaim(old) && classes.get('', name)?.object.allowVolumeExpansion === true
    );
  };

  return {
    name: 'PersistentVolumeClaimResize',
    validate(attributes) {
      if (attributes.operation !== 'UPDATE' || !concerns(attributes, PersistentVolumeClaim)) return;
      const [claim, old] = [attributes.object!, attributes.old!];
      if (compareQuantity(sizeOf(claim), sizeOf(old)) <= 0) return;
      if (old.status?.phase !== 'Bound')
        throw deny(attributes, 'Only bound persistent volume claims can be expanded');
      if (!allows(claim, old))
        throw deny(
          attributes,
          'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
        );
    },
  };
}

const sizeOf = ({ spec }: PersistentVolumeClaim) => parseQuantity(spec?.resources?.requests?.storage ?? '0');
