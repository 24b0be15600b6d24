// Leases: strategy and preferredHolder are of coordinated leader election, and stay out of new leases while it is off.
// Upstream: pkg/registry/coordination/lease/strategy.go.
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import type { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Strategy } from '../registry/strategy.ts';

type StoredLease = Lease & KubeObject;

const GENERAL = { createOnUpdate: true, unconditionalUpdate: false } as const;

export function leaseStrategy(features: FeatureGates): Strategy<StoredLease> {
  if (features.enabled('CoordinatedLeaderElection')) return GENERAL;
  return {
    ...GENERAL,
    prepareCreate: (lease) => drop(lease),
    prepareUpdate: (lease, old) => drop(lease, old),
  };
}

/** Fields that the stored lease has stay in use. */
function drop({ spec }: StoredLease, old?: StoredLease): void {
  if (old?.spec?.strategy === undefined) delete spec?.strategy;
  if (old?.spec?.preferredHolder === undefined) delete spec?.preferredHolder;
}
