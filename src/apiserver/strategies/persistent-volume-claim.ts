// PersistentVolumeClaims start in phase Pending; the persistent volume controller changes it.
// Upstream: pkg/registry/core/persistentvolumeclaim/strategy.go.
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Strategy } from '../registry/strategy.ts';

export const persistentVolumeClaimStrategy: Strategy<PersistentVolumeClaim> = {
  returnsDeleted: true,
  prepareCreate(claim) {
    claim.status = { phase: 'Pending' };
  },
};
