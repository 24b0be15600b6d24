// StorageObjectInUseProtection: new claims, volumes and VolumeAttributesClasses have a finalizer, which is removed when nothing uses
// them any more. Upstream: plugin/pkg/admission/storage/storageobjectinuseprotection.
import { PROTECTED } from '../../../api/volumes/finalizers.ts';
import { concerns } from '../../registry/admission.ts';
import type { Plugin } from '../plugin.ts';

export const storageObjectInUseProtection: Plugin = {
  name: 'StorageObjectInUseProtection',
  admit(attributes) {
    if (attributes.operation !== 'CREATE') return;
    for (const [kind, finalizer] of PROTECTED) {
      if (!concerns(attributes, kind)) continue;
      const { metadata } = attributes.object!;
      const { finalizers = [] } = metadata;
      if (!finalizers.includes(finalizer)) metadata.finalizers = [...finalizers, finalizer];
    }
  },
};
