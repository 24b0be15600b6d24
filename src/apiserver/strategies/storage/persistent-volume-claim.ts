// PersistentVolumeClaims start in phase Pending; the persistent volume controller changes it. dataSource and dataSourceRef say the
// same: whichever is missing follows from the other.
// Upstream: pkg/registry/core/persistentvolumeclaim/strategy.go and pkg/api/persistentvolumeclaim/util.go.
import type { FeatureGates } from '../../../api/features/feature-gates.ts';
import type { PersistentVolumeClaimSpec } from '../../../api/kinds/core/v1/claim-spec.ts';
import type { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Strategy } from '../../registry/strategy.ts';

export function persistentVolumeClaimStrategy(features: FeatureGates): Strategy<PersistentVolumeClaim> {
  const acrossNamespaces = features.enabled('CrossNamespaceVolumeDataSource');
  const prepare = ({ spec }: PersistentVolumeClaim, old?: PersistentVolumeClaimSpec) => {
    if (!spec) return;
    if (!acrossNamespaces && spec.dataSourceRef?.namespace && !old?.dataSourceRef) delete spec.dataSourceRef;
    dropUnknownSource(spec, old);
    fillInSources(spec);
  };
  return {
    returnsDeleted: true,
    prepareCreate(claim) {
      claim.status = { phase: 'Pending' };
      prepare(claim);
    },
    prepareUpdate: (claim, old) => prepare(claim, old.spec),
  };
}

/** Before there was dataSourceRef, sources of other kinds were ignored; clients that know only dataSource still expect that. */
function dropUnknownSource(spec: PersistentVolumeClaimSpec, old?: PersistentVolumeClaimSpec): void {
  if (old?.dataSource || old?.dataSourceRef || spec.dataSourceRef) return;
  const { kind, apiGroup = '' } = spec.dataSource ?? {};
  const isKnown =
    (kind === 'PersistentVolumeClaim' && apiGroup === '') ||
    (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io');
  if (!isKnown) delete spec.dataSource;
}

/** A source in another namespace has no older form. */
function fillInSources(spec: PersistentVolumeClaimSpec): void {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource && !dataSourceRef) spec.dataSourceRef = { ...dataSource };
  else if (dataSourceRef && !dataSource && !dataSourceRef.namespace) {
    const { namespace: _, ...local } = dataSourceRef;
    spec.dataSource = local;
  }
}
